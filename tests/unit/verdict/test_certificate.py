from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from harness.jsonvalue import Json
from harness.outcome import Status
from harness.verdict.certificate import CertificateDetails, Subject, certificate, expiry, percent
from harness.verdict.model import WaiverUse
from harness.verdict.statement import statement
from tests.unit.report.samples import TODAY, failed, passed, plan, record, requirement, sample

CASES = (plan("dental/create/npi", "D001"), plan("dental/create/tooth", "D002"))
WORDS: dict[str, Json] = {
    "judged": {"role": "server"},
    **dict.fromkeys(
        ("certified", "serial", "issuer", "signed_by", "subject", "reason", "scope", "profile")
    ),
    **dict.fromkeys(("started", "issued", "expires", "harness_version")),
    "documents": [],
    "requirement_sets": [],
}
PAPERS = CertificateDetails(
    Subject("P", "G", "1"), datetime(2026, 11, 22, tzinfo=UTC), "0.1.0", "sha256:ab"
)


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        pytest.param(999, 1000, 99.9, id="never_all"),
        pytest.param(9999, 10_000, 99.9, id="rounded_down"),
        pytest.param(1, 3, 33.3, id="third"),
        pytest.param(3, 3, 100.0, id="all"),
        pytest.param(0, 0, 0.0, id="of_nothing"),
    ],
)
def test_percentages_are_rounded_down(part: int, whole: int, expected: float) -> None:
    assert percent(part, whole) == expected


def use(state: str, expires: str) -> WaiverUse:
    return WaiverUse("W", state, "D001", "r", "o", "b", "", "2026-11-01", expires)


@pytest.mark.parametrize(
    ("waivers", "last"),
    [
        pytest.param((), date(2027, 2, 20), id="ninety_days"),
        pytest.param((use("active", "2026-12-31"),), date(2026, 12, 31), id="active_waiver"),
        pytest.param((use("stale", "2026-12-31"),), date(2027, 2, 20), id="idle_waiver"),
    ],
)
def test_it_ends_with_what_it_rests_on(waivers: tuple[WaiverUse, ...], last: date) -> None:
    verdict = sample(record(CASES, (), ())).verdict

    assert expiry(replace(verdict, waivers=waivers), TODAY) == last


def test_what_is_testable_and_has_no_result_is_listed() -> None:
    found = sample(
        record(CASES, (passed("dental/create/npi"),), ()),
        (requirement("D001"), requirement("D002")),
    )

    told = certificate(found.record, found.verdict, PAPERS, {"a": "b"}, day=TODAY)

    assert told["untested"] == [
        {
            "requirement": "D002",
            "strength": "SHALL",
            "statement": "What D002 promises",
            "reason": "not_run: dental/create/tooth: no result",
        }
    ]
    assert told["files"] == {"a": "b"}


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        pytest.param(
            {"kind": "certificate", "conformant": True, "verdict": "CONFORMANT"},
            "PASSED",
            id="conformant",
        ),
        pytest.param(
            {"kind": "certificate", "conformant": True, "verdict": "CONFORMANT_WITH_WAIVERS"},
            "WARNED",
            id="waivers",
        ),
        pytest.param(
            {"kind": "specimen", "conformant": True, "verdict": "CONFORMANT"},
            "WARNED",
            id="specimen",
        ),
        pytest.param(
            {"kind": "specimen", "conformant": False, "verdict": "INCONCLUSIVE"},
            "FAILED",
            id="failed_specimen",
        ),
        pytest.param(
            {"kind": "report", "conformant": False, "verdict": "CONFORMANT"},
            "FAILED",
            id="gate_broken",
        ),
        pytest.param(
            {"kind": "report", "conformant": True, "verdict": "CONFORMANT"}, "FAILED", id="part"
        ),
        pytest.param(
            {"kind": "report", "conformant": False, "verdict": "INCONCLUSIVE"},
            "FAILED",
            id="unclear",
        ),
    ],
)
def test_what_is_unclear_has_not_passed(members: dict[str, object], expected: str) -> None:
    told = {**WORDS, **members}

    predicate = statement(told, (), {})["predicate"]  # type: ignore[arg-type]  # JSON

    assert predicate["result"] == expected  # type: ignore[index]  # JSON


def test_a_case_without_a_result_is_a_failed_test() -> None:
    found = sample(record(CASES, (failed("dental/create/npi"),), ()))

    told = statement(
        {**WORDS, "kind": "report", "conformant": False, "verdict": "NON_CONFORMANT"},
        found.verdict.judged,
        {"MANIFEST.sha256": "ab"},
    )

    assert [each.status for each in found.verdict.judged] == [Status.FAIL, Status.NOT_RUN]
    assert told["predicate"]["failedTests"] == ["dental/create/npi", "dental/create/tooth"]  # type: ignore[index]  # JSON
