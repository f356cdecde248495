"""The dental rules hold on the mock, and each names the fault that breaks its promise."""

from collections.abc import Iterator

import pytest

from harness.openapi import requirements
from harness.outcome import Status
from harness.products.dental.rules import identities as dental_identities
from harness.products.dental.rules.requests import CREATIONS, claim
from tests.unit.products.dental.rules.bench import DentalBench, dental_bench

OBSERVED = {
    f"dental/{by.group}/{name}"
    for by in CREATIONS
    for name in ("last-name-digit", "first-name-digit", "member-id-symbols")
}
"""Readings of unpublished patterns that the mock does not share."""


@pytest.fixture(scope="module")
def clean() -> Iterator[DentalBench]:
    with dental_bench() as bench:
        yield bench


def test_every_dental_rule_holds_on_the_clean_mock(clean: DentalBench) -> None:
    listed = clean.rules()

    failed = {name for name, rule in listed.items() if clean.status(rule) is not Status.PASS}

    assert failed == OBSERVED
    assert all(listed[name].strength == "OBSERVE" for name in OBSERVED)


def test_there_are_enough_rules_and_single_faults(clean: DentalBench) -> None:
    names = list(clean.rules())

    assert len([name for name in names if "/single/" in name]) >= 300
    assert len([name for name in names if "/single/" not in name]) >= 300


def test_case_ids_are_stable(clean: DentalBench) -> None:
    published = {
        "dental/create/accepted",
        "dental/create/npi-checksum",
        "dental/create/claim-id-missing",
        "dental/create/npi-checksum-plus-1",
        "dental/create/single/claimId-maxLength-51",
        "dental/create/single/claimId-maxLength-50",
        "dental/create/single/providerNPI-pattern-line-after",
        "dental/create/envelope/request-doubled",
        "dental/image-intelligence/answer",
        "dental/image-intelligence/single/fileMetadata-toothNumbers-missing",
        "dental/search/round-trip",
        "dental/search/single/attachmentIds-maxItems-11",
        "dental/search/foreign-attachment",
    }

    assert published <= set(clean.rules())


def test_every_requirement_that_a_rule_names_exists(clean: DentalBench) -> None:
    known = {each.id for each in requirements.load()}

    assert {each for rule in clean.rules().values() for each in rule.requirements} <= known


def test_a_rule_says_whose_credentials_it_takes() -> None:
    roles = {rule.id: rule.role for rule in dental_identities.rules()}

    assert roles["dental/create/foreign-submitter"] == ""
    assert roles["dental/create/foreign-caller"] == "foreign"
    assert roles["dental/search/foreign-attachment"] == "foreign"
    assert roles["dental/create/outsider"] == "outsider"
    assert roles["dental/create/payer"] == "payer"
    assert roles["dental/search/provider"] == "provider"


def test_a_bent_request_leaves_the_baseline_alone(clean: DentalBench) -> None:
    before = claim(clean.settings.environment)

    clean.verify(clean.rules()["dental/create/several-faults"])

    assert claim(clean.settings.environment) == before


FAULTS = (
    ("npi-checksum-unchecked", "dental/create/npi-checksum"),
    ("npi-length-blamed-on-checksum", "dental/create/npi-form-before-checksum"),
    ("claim-id-length-unchecked", "dental/create/single/claimId-maxLength-51"),
    ("payer-id-pattern-unchecked", "dental/create/payer-id-six-characters"),
    ("member-data-completeness-unchecked", "dental/create/member-without-birth-date"),
    ("claim-id-changed", "dental/create/answer"),
    ("created-at-local-time", "dental/create/answer"),
    ("control-number-reused", "dental/create/control-numbers-differ"),
    ("ten-files-refused", "dental/create/10-files"),
    ("eleven-files-accepted", "dental/image-intelligence/11-files"),
    ("disguised-type-accepted", "dental/create/unlisted-png-as-pdf"),
    ("malformed-body-crashes", "dental/create/envelope/request-cut-short"),
    ("wrong-media-type-crashes", "dental/search/envelope/as-xml"),
    ("health-silent", "dental/health/wording"),
    ("wrong-method-as-success", "dental/search/method-get"),
    ("error-echoes-patient", "dental/create/single/claimId-maxLength-51"),
    ("error-as-plain-json", "dental/create/npi-checksum"),
    ("transaction-id-missing", "dental/image-intelligence/answer"),
    ("transaction-id-on-plain-create", "dental/create/answer"),
    ("metadata-file-name-unchecked", "dental/image-intelligence/entry-other-name"),
    ("long-procedure-code-accepted", "dental/image-intelligence/procedure-code-too-long"),
    ("tooth-letters-accepted", "dental/image-intelligence/tooth-letters"),
    ("search-loses-a-byte", "dental/search/round-trip"),
    ("search-mangles-unicode-names", "dental/create/file-name-composed"),
    ("search-omits-a-file", "dental/search/control-number"),
    ("eleven-ids-accepted", "dental/search/eleven-ids"),
    ("containers-mixed", "dental/search/two-containers"),
    ("foreign-attachment-readable", "dental/search/foreign-attachment"),
    ("foreign-submitter-accepted", "dental/create/foreign-submitter"),
    ("foreign-tax-id-accepted", "dental/image-intelligence/foreign-tax-id"),
    ("roles-unchecked", "dental/search/provider"),
    ("policies-unchecked", "dental/create/outsider"),
    ("expired-token-accepted", "dental/search/expired-token"),
    ("empty-token-accepted", "dental/create/empty-bearer"),
    ("wrong-scheme-accepted", "dental/image-intelligence/other-scheme"),
    ("challenge-missing", "dental/create/challenge"),
)


@pytest.mark.parametrize(("fault", "case"), FAULTS, ids=[fault for fault, _ in FAULTS])
def test_a_fault_fails_the_rule_on_the_promise_it_breaks(fault: str, case: str) -> None:
    with dental_bench(fault) as bench:
        status = bench.status(bench.rules()[case])

    assert status is Status.FAIL
