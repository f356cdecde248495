"""Causes followed from run to run, by made-up verdicts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from harness.outcome import Check, Outcome, Status
from harness.verdict.model import Verdict
from harness.verdict.watching import CALM_RUNS, MOST_RUNS, Known, RunChanges, follow
from tests.unit.report.samples import ended, passed, plan, record, sample

NPI, TOOTH, DATE = "dental/create/npi", "dental/create/tooth", "dental/search/date"
CODES = {NPI: "DENTATT_009", TOOTH: "DENTATT_014", DATE: "DENTATT_020"}
F, P = Status.FAIL, Status.PASS


def verdict(
    statuses: Mapping[str, Status], checks: Mapping[str, str] | None = None, day: int = 22
) -> Verdict:
    """Return the verdict of a run; a case fails by the check named for it, or by its own."""
    named = checks or {}
    outcomes = [
        broken(case, named.get(case, "error.code"), shared=bool(named))
        if status is F
        else passed(case)
        if status is P
        else ended(case, status, "no answer in time")
        for case, status in statuses.items()
    ]
    plans = tuple(plan(case) for case in statuses)
    started = f"2026-11-{day:02}T03:00:00Z"
    return sample(record(plans, outcomes, (), started=started), profile="regression").verdict


def broken(case: str, check: str, *, shared: bool) -> Outcome:
    """Return a failed case; what fails alike, with the same code and no other, is one cause."""
    code = "DENTATT_009" if shared else CODES[case]
    return Outcome(case, F, (Check(check, F, code, "201", "/errors/0/code"),), requests=1)


def run_all(marks: Sequence[Status]) -> RunChanges:
    """Follow one case through runs on the same documents."""
    turn = RunChanges()
    for number, status in enumerate(marks):
        found = verdict({NPI: status, TOOTH: P}, day=number % 28 + 1)
        turn = follow(turn.known, found, same_documents=True)
    return turn


def ids(known: Sequence[Known]) -> list[str]:
    return [each.cases[0] for each in known]


def test_a_failure_that_was_not_there_is_new_and_then_goes_on() -> None:
    first = follow((), verdict({NPI: F, TOOTH: P}), same_documents=True)
    second = follow(first.known, verdict({NPI: F, TOOTH: P}, day=23), same_documents=True)

    assert (ids(first.opened), first.is_news) == ([NPI], True)
    assert (ids(second.still), second.opened, second.is_news) == ([NPI], (), False)
    assert (second.still[0].first[:10], second.still[0].last[:10]) == ("2026-11-22", "2026-11-23")


def test_it_is_gone_where_its_cases_pass() -> None:
    turn = run_all([F, P])

    assert (ids(turn.closed), turn.closed[0].is_open) == ([NPI], False)


@pytest.mark.parametrize("status", [Status.ERROR, Status.SKIP, Status.NOT_RUN])
def test_what_could_not_be_judged_is_neither_gone_nor_there(status: Status) -> None:
    turn = run_all([F, status])

    assert (ids(turn.unclear), turn.closed, turn.still) == ([NPI], (), ())


def test_a_run_that_did_not_end_well_closes_nothing() -> None:
    first = follow((), verdict({NPI: F}), same_documents=True)
    cut = sample(replace(record((), (), ()), finished=None)).verdict

    assert ids(follow(first.known, cut, same_documents=True).unclear) == [NPI]


def test_what_left_the_suite_is_waited_for_no_longer() -> None:
    first = follow((), verdict({NPI: F, TOOTH: P}), same_documents=True)

    assert ids(follow(first.known, verdict({TOOTH: P}), same_documents=True).closed) == [NPI]


def test_failed_passed_and_failed_on_the_same_documents_comes_and_goes() -> None:
    turn = run_all([F, P, F])

    assert (turn.opened[0].is_flaky, turn.opened[0].failures, turn.opened[0].judged) == (True, 2, 3)


@pytest.mark.parametrize("marks", [[P, F], [F, F], [F, Status.ERROR, F]])
def test_one_stretch_of_failures_is_a_regression(marks: Sequence[Status]) -> None:
    turn = run_all(marks)

    assert [each.is_flaky for each in (*turn.opened, *turn.still)] == [False]


def test_on_other_documents_what_was_before_says_nothing_of_flakes() -> None:
    turn = run_all([F, P])
    turn = follow(turn.known, verdict({NPI: F, TOOTH: P}), same_documents=False)

    assert [each.is_flaky for each in turn.opened] == [False]


def test_what_comes_and_goes_is_gone_only_after_some_calm_runs() -> None:
    once = run_all([F, P, F, P])
    calm = run_all([F, P, F, *[P] * CALM_RUNS])

    assert (ids(once.calming), once.closed, once.is_news) == ([NPI], (), False)
    assert ids(calm.closed) == [NPI]


def test_a_cause_is_known_by_its_cases_where_another_finding_stands_for_it() -> None:
    both = {NPI: F, TOOTH: F, DATE: F}
    first = follow((), verdict(both, dict.fromkeys(both, "error.code")), same_documents=True)
    later = verdict(both, dict.fromkeys(both, "error.message"))

    turn = follow(first.known, later, same_documents=True)

    assert [each.id for each in turn.still] == [each.id for each in first.opened]
    assert turn.opened == ()


def test_another_failure_beside_it_is_another_cause() -> None:
    first = follow((), verdict({NPI: F, TOOTH: P}), same_documents=True)

    turn = follow(first.known, verdict({NPI: F, TOOTH: F}), same_documents=True)

    assert (ids(turn.still), ids(turn.opened)) == ([NPI], [TOOTH])


def test_what_comes_again_keeps_its_id_and_its_first_day() -> None:
    gone = run_all([F, P])
    again = follow(gone.known, verdict({NPI: F, TOOTH: P}, day=9), same_documents=True)

    assert again.opened[0].id == gone.closed[0].id
    assert again.opened[0].first[:10] == "2026-11-01"


def test_what_is_long_gone_is_forgotten_and_marks_are_bounded() -> None:
    turn = run_all([F, *[P] * MOST_RUNS])

    assert [len(each.marks) for each in turn.known] == [MOST_RUNS]
    assert run_all([F, *[P] * (MOST_RUNS + 1)]).known == ()
