import pytest

from harness.openapi.requirements import load
from harness.outcome import Check, Outcome, Status
from harness.report.formats.console import progress, render
from harness.report.report_data import ReportData, report_data
from harness.verdict.fold import judge
from harness.verdict.gates import PROFILES
from tests.unit.report.runs import hostile_run, waived_run, whole_run
from tests.unit.report.samples import TODAY, exchange, failed, plan, record, sample

CASE = "dental/create/npi-checksum"


def failing(count: int) -> ReportData:
    names = [f"{CASE}-{number}" for number in range(count)]
    found = sample(
        record(
            [plan(name, "D112") for name in names],
            [failed(name, exchange=1) for name in names],
            (exchange(1, names[0]),),
        )
    )
    return report_data(found.record, found.verdict)


def test_the_last_line_is_the_verdict() -> None:
    lines = render(failing(1)).splitlines()

    assert lines[-1] == (
        "NON_CONFORMANT: 1 of 1 case shows the API breaking its contract. Scope: 1 of 1 case "
        "(the whole suite), dental, medical and prior-auth, against mock at "
        "http://127.0.0.1:40001, profile ci; 0 of 0 requirements tested."
    )


def test_a_cause_is_told_with_its_requirement_and_what_shows_it_again() -> None:
    text = render(failing(12), folder="reports/latest")

    assert "1 cause, 12 cases. At fault: the API.\n" in text
    assert "  1. POST /dental/attachments/v1/attachments/documents: 12 cases\n" in text
    assert "      A status of 201 and no error came; DENTATT_009 is promised.\n" in text
    assert "\n      requirement  D112\n" in text
    assert f"\n      case         {CASE}-0 and 11 more\n" in text
    assert "\n      reproduce    bash reports/latest/reproduce/" in text


@pytest.mark.parametrize(
    ("verified", "told"),
    [
        pytest.param(("D112",), "requirement  D112: An NPI whose check digit is wrong", id="one"),
        pytest.param(("D112", "D060"), "requirement  D112 D060\n", id="several"),
    ],
)
def test_a_requirement_is_quoted_where_it_alone_can_be_what_is_broken(
    verified: tuple[str, ...], told: str
) -> None:
    found = sample(
        record((plan(CASE, *verified),), (failed(CASE, exchange=1),), (exchange(1, CASE),))
    )
    quoted = [each for each in load() if each.id in verified]
    verdict = judge(found.record, quoted, PROFILES["ci"], today=TODAY)

    assert told in render(report_data(found.record, verdict))


def test_no_summary_takes_more_than_seventy_lines() -> None:
    names = [f"{CASE}-{number}" for number in range(80)]
    outcomes = [
        Outcome(name, Status.FAIL, (Check(name, Status.FAIL, "a", f"b-{name}", exchange=1),))
        for name in names
    ]
    found = sample(
        record([plan(name, "D112") for name in names], outcomes, (exchange(1, names[0]),))
    )

    lines = render(report_data(found.record, found.verdict)).splitlines()

    assert len(lines) <= 70
    assert "  and 68 more: see report.html" in lines


def test_every_gate_is_listed() -> None:
    text = render(failing(1))

    assert "  not met  shall_failures                        1  at most 0\n" in text
    assert "  met      errors                                0  at most 0\n" in text


def test_what_came_over_the_wire_cannot_steer_the_terminal() -> None:
    assert "\x1b" not in render(hostile_run("\x1b[2J\x9b31m\r\n"))


def test_colour_comes_only_when_asked_for() -> None:
    found = whole_run(passing=False, cases=200)

    assert "\x1b" not in render(found)
    assert render(found, colour=True).splitlines()[-1].startswith("\x1b[1;31mNON_CONFORMANT\x1b[0m")


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        pytest.param(Outcome(CASE, Status.PASS), f"[ 7/12] passed    {CASE}", id="pass"),
        pytest.param(
            Outcome(CASE, Status.FAIL, (Check("status", Status.FAIL, "400", "201"),)),
            f"[ 7/12] failed    {CASE}: expected 400, got 201",
            id="fail",
        ),
        pytest.param(
            Outcome(CASE, Status.SKIP, message="no\nentitlement"),
            f"[ 7/12] skipped   {CASE}: no entitlement",
            id="skip",
        ),
    ],
)
def test_a_case_is_one_line(outcome: Outcome, line: str) -> None:
    assert progress(outcome, 7, 12) == line


def test_a_passing_run_names_its_observations_and_ends_well() -> None:
    lines = render(whole_run(passing=True, cases=200)).splitlines()

    assert any(line.startswith("Observations: ") for line in lines)
    assert lines[-1].startswith(
        "CONFORMANT: 198 cases ran and no contract was broken; 2 cases were omitted. "
        "Scope: 198 of 200 cases (the whole suite), "
    )


def test_every_waiver_is_printed_with_its_end() -> None:
    text = render(waived_run())

    reason = "D112: the sandbox answers 201"
    assert f"  WVR-7: active, until 2026-12-01, ends in 9 days, {reason}\n" in text
    assert f"  WVR-8: stale, until 2026-12-01, {reason}\n" in text
    assert "but the gate stale_waivers was not met. Scope: " in text.splitlines()[-1]


def test_an_empty_run_ends_with_the_verdict_too() -> None:
    found = sample(record((), (), ()))

    lines = render(report_data(found.record, found.verdict)).splitlines()

    assert lines[-1].startswith(
        "INCONCLUSIVE: No case was planned; not one request was sent. Scope: 0 of 0 cases "
    )
