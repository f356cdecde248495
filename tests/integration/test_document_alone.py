"""Each product by its document alone: what the document can know is found; the rest is the domain's."""

import pytest

from harness.outcome import Status
from harness.rules.trial import try_rule
from tests.integration.document_alone import ONE, Bench, Said, domain_rule, failed, generic_rules

SNTL, V2 = "/apip/auth/sntl/v1/token", "/apip/auth/v2/token"
ROWS = (
    ("dental", "dental", "createAttachments", SNTL),
    ("medical", "medical-submission", "uploadAttachments", V2),
    ("prior-auth", "prior-auth", "inquire", V2),
)
VISIBLE = {
    "dental": "created-as-text",
    "medical": "uploads-with-202",
    "prior-auth": "authorization-id-missing",
}
"""Faults that a document forbids: a media type, a status, a member that is missing."""
HIDDEN = {
    "dental": ("npi-checksum-unchecked", "dental/create/npi-checksum"),
    "medical": ("control-number-unchecked", "medical/upload/too-short-control-number"),
    "prior-auth": ("content-decides", "prior-auth/inquiry/other-content"),
}
"""Faults that no schema describes, each with the rule of the domain that finds it."""


def generic(row: tuple[str, str, str, str], *faults: str) -> frozenset[Said]:
    """Return what the document's own rules say of an operation's valid request and its protection."""
    product, name, operation, token_path = row
    bench = Bench(product, *faults, token_path=token_path)
    try:
        rules = generic_rules(bench.apis[name], bench.token, operation)
        wanted = [each for each in rules if each.id.endswith(("/valid", "/protected"))]
        return frozenset(said for rule in wanted for said in failed(rule, bench.target))
    finally:
        bench.close()


@pytest.mark.parametrize("row", ROWS, ids=VISIBLE)
def test_what_the_document_forbids_is_found_by_the_document_alone(
    row: tuple[str, str, str, str],
) -> None:
    assert generic(row) == frozenset()
    assert generic(row, VISIBLE[row[0]])


@pytest.mark.parametrize("row", ROWS, ids=HIDDEN)
def test_what_only_the_domain_knows_is_found_by_its_rules_alone(
    row: tuple[str, str, str, str],
) -> None:
    product, _, _, token_path = row
    fault, case = HIDDEN[product]
    bench = Bench(product, fault, token_path=token_path)
    statuses = {check.status for check in try_rule(domain_rule(product, case), bench.target, ONE)}
    bench.close()

    assert generic(row, fault) == frozenset()
    assert Status.FAIL in statuses
