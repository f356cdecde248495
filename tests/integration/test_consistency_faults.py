"""Each fault of the wire, and each that one answer alone does not show, is caught by the rule that speaks of it."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from harness.config import Overrides
from harness.mock import answer
from harness.outcome import Outcome, Status
from harness.products.dental.mock import faults_troubles
from harness.products.medical.mock import faults_edges as medical_edges
from harness.products.prior_auth.mock import faults_forms as prior_auth_edges
from harness.session.prove.trial import trial
from tests.integration import test_edge_rules, test_trouble_rules
from tests.products import FAULTS, load

CAUGHT_BY = {
    "json-as-latin-1": "medical/upload/receipt",
    # Of a token that stands in no JSON nobody can make use: what needs one is not judged.
    "json-not-a-number": "medical/token/get",
    "json-member-twice": "prior-auth/inquiry/TST1",
    "token-in-header": "prior-auth/health/healthy",
    "token-in-body": "dental/create/answer",
    "trace-in-errors": "prior-auth/submission/requester-missing",
    "refusals-as-limits": "prior-auth/inquiry/requester-missing",
    "refusals-as-401": "dental/search/eleven-ids",
    "search-twice-over": "dental/search/one-id",
    "search-cuts-large-files": "dental/search/large-file",
    "search-claims-base64": "dental/search/one-id",
    "document-times-garbled": "medical/status/summary-testep10",
    "detail-times-differ": "medical/status/detail-testep06",
    "status-before-upload": "medical/status/detail-testpp19",
    "submission-error-echoes-patient": "medical/upload/no-file",
    "hit-details-differ": "medical/metadata/hit-testep01",
    "error-key-of-another": "dental/search/malformed-id",
    "analysis-id-reused": "dental/image-intelligence/control-numbers-differ",
    "dependent-differs": "prior-auth/inquiry-x12/000000000000002",
    "segment-said-twice": "prior-auth/inquiry/TST4",
    "gender-differs": "prior-auth/inquiry/TST2",
    "unknown-key-told-otherwise": "prior-auth/submission-x12/unknown-key-answer",
    "authorization-id-reused": "prior-auth/submission-x12/authorization-ids",
    "empty-trace-id": "prior-auth/inquiry/requester-missing",
    "refusals-without-a-word": "prior-auth/submission-x12/no-token",
    "token-may-be-stored": "medical/token/not-cached",
    "token-error-code-unpublished": "medical/token/wrong-client-secret",
    "sntl-error-status-contradicts": "dental/token/wrong-client-id",
    "sntl-reason-wrong": "dental/token/wrong-client-secret",
}
ONLY_RECOMMENDED = {"token-may-be-stored", "authorization-id-reused"}


def outcomes(folder: Path, cases: Iterable[str], *faults: str) -> dict[str, Outcome]:
    """Return what becomes of cases against a mock with faults."""
    wanted = set(cases)
    settings = load(Overrides(), folder=folder, environ={})
    with trial(settings, faults=faults) as tried:
        found = tried.run(case for case in tried.cases if case.id in wanted)
        return {each.case: each for each in found}


def test_every_fault_has_a_case() -> None:
    edges = (*medical_edges.FAULTS, *prior_auth_edges.EDGE_FAULTS, *faults_troubles.FAULTS)
    others = {
        *test_edge_rules.CAUGHT_BY,
        *test_edge_rules.A_DAY_LATER,
        *(fault.id for fault in test_trouble_rules.TROUBLED),
        # What a gateway does, and what is open without a token, is looked at with the tokens.
        *(fault.id for fault in edges if fault.area in ("gateway", "tokens")),
    }
    listed = {fault.id for fault in (*answer.FAULTS, *edges)} - others

    assert listed <= set(CAUGHT_BY)
    assert set(CAUGHT_BY) <= {fault.id for fault in FAULTS}


def test_the_cases_pass_on_a_mock_without_faults(tmp_path: Path) -> None:
    found = outcomes(tmp_path, CAUGHT_BY.values())

    assert {each.status for each in found.values()} == {Status.PASS}
    assert set(found) == set(CAUGHT_BY.values())


@pytest.mark.parametrize(("fault", "case"), CAUGHT_BY.items(), ids=CAUGHT_BY)
def test_a_fault_fails_the_case_on_the_promise_it_breaks(
    tmp_path: Path, fault: str, case: str
) -> None:
    found = outcomes(tmp_path, [case], fault)[case]

    assert found.status is (Status.WARN if fault in ONLY_RECOMMENDED else Status.FAIL)
