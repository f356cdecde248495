"""The script of a cause shows the fault on a mock that has it, and none on one that has not."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from harness.config import Overrides
from harness.plugin.clock import real_time
from harness.session.reporting.reports import write_reports
from harness.session.run.lifecycle import Task, run_cases
from harness.session.run.suite_cases import run_suite
from tests.integration.scripts import BASH, SHOWS, SHOWS_NOT, mock, run_of, tried
from tests.products import load

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not BASH, reason="bash is not installed"),
    pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed"),
]

FAULTS = {
    "npi-checksum-unchecked": "dental/create/npi-checksum*",
    "search-loses-a-byte": "dental/search/file-type-*,dental/round-trip",
    "wrong-status-TESTEP06": "medical/status/*testep06,medical/status/TESTEP06",
    "malformed-token-accepted": "medical/status-health/*",
    "unsigned-token-accepted": "prior-auth/health/*",
    "tampered-token-accepted": "dental/health/*",
    "missing-token-accepted": "dental/health/no-token",
    "wrong-scheme-accepted": "prior-auth/health/other-scheme",
    "secret-unchecked": "medical/token/wrong-client-secret",
    "v2-json-refused": "medical/token/*,medical/status-health/*",
    "access-token-missing": "medical/token/granted",
    "token-type-wrong": "prior-auth/token/granted",
    "health-down": "dental/health/*",
    "health-silent": "dental/health/*",
    "payer-id-unchecked": "medical/upload/*trading-partner*",
    "details-missing": "medical/status/detail-testep06",
    "attachment-id-malformed": "medical/upload/accepted*",
    "failure-400-misnamed": "dental/create/when-400",
    "transport-reset": "dental/health/healthy",
    # What shows only in several answers, in the token itself, or beside what others stored.
    "control-number-reused": "dental/create/control-numbers-differ",
    "decision-alternates": "prior-auth/inquiry/steady",
    "token-ends-early": "medical/token/granted",
    "error-code-unpublished": "dental/create/several-faults",
    "documents-missing": "medical/status/TESTEP01",
    "search-ignores-claimStartDate": "medical/metadata/one-wrong",
    "retrieval-ignores-attachmentControlNumber": "medical/retrieval/search/by-attachment-control-number",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_script_shows_the_fault_and_none_where_there_is_none(fault: str, tmp_path: Path) -> None:
    result = run_of(fault, FAULTS[fault], tmp_path)
    roots = [each for each in result.verdict.causes if not each.because]

    assert roots
    assert result.left_out == ()  # no secret stands in a script
    for cause in roots:
        assert cause.reproduce, cause.finding.case
        script = result.folder / cause.reproduce
        with mock(fault) as url:
            assert tried(script, url)[0] == SHOWS, tried(script, url)[1]
        with mock() as url:
            assert tried(script, url)[0] == SHOWS_NOT, tried(script, url)[1]


def test_a_script_says_what_it_sent_and_what_came_back(tmp_path: Path) -> None:
    result = run_of("search-loses-a-byte", "dental/search/file-type-txt", tmp_path)
    script = result.folder / result.verdict.causes[0].reproduce

    with mock("search-loses-a-byte") as url:
        _, output = tried(script, url)

    assert "14 bytes sent, 13 returned" in output
    assert "THE FAULT SHOWS: part.size: expected 14, got 13" in output


def test_a_script_for_a_target_of_ones_own_asks_for_credentials_and_holds_none(
    tmp_path: Path,
) -> None:
    with mock("health-silent") as url:
        settings = load(
            Overrides(only="dental/health/healthy", reports=tmp_path, base_url=url),
            folder=tmp_path,
            environ={
                "HARNESS_CLIENT_ID": "harness-mock-client",
                "HARNESS_CLIENT_SECRET": "harness-mock-secret-which-is-public",
            },
        )
        named = replace(settings, environment=replace(settings.environment, name="custom"))
        ran = run_cases(named, run_suite, Task(), time=real_time(), listen=lambda _: None)
        result = write_reports(ran, allure=False)
        script = result.folder / result.verdict.causes[0].reproduce
        bare = dict.fromkeys(("HARNESS_CLIENT_ID", "HARNESS_CLIENT_SECRET"), "")

        code, output = tried(script, url, bare)

    assert "which-is-public" not in script.read_text()
    assert code != SHOWS_NOT
    assert "set HARNESS_CLIENT_ID and HARNESS_CLIENT_SECRET" in output
