"""Two verdicts are compared by what is behind their findings."""

import json
from collections.abc import Sequence

import pytest

from harness.outcome import Check, Outcome, Status
from harness.report.formats.changes import Pair, as_json, conclusion, markdown, text
from harness.report.html.pages import render_comparison
from harness.verdict.cause_changes import CauseChange, Change, cause_changes
from harness.verdict.compare import compare
from harness.verdict.model import Verdict
from tests.unit.report.samples import exchange, failed, passed, plan, record, run
from tests.unit.verdict.judging import judged

A, B, C = "dental/create/a", "dental/create/b", "dental/create/c"


def crashed(case: str) -> Outcome:
    return Outcome(case, Status.FAIL, (Check("status", Status.FAIL, "201", "500", exchange=1),))


def verdict(*outcomes: Outcome) -> Verdict:
    plans = tuple(plan(each.case) for each in outcomes)
    return judged(record(plans, outcomes, (exchange(1, A),)))


def changes(before: Sequence[Outcome], now: Sequence[Outcome]) -> tuple[CauseChange, ...]:
    return cause_changes(verdict(*before), verdict(*now))


def bad(*cases: str) -> list[Outcome]:
    return [failed(case, exchange=1) for case in cases]


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        pytest.param([passed(A)], bad(A), Change.NEW, id="broke"),
        pytest.param(bad(A), bad(A), Change.STILL, id="stayed"),
        pytest.param(bad(A), bad(B), Change.STILL, id="in-another-case"),
        pytest.param(bad(A), [passed(A)], Change.FIXED, id="mended"),
        pytest.param(bad(A), [Outcome(A, Status.OMIT)], Change.GONE, id="omitted"),
        pytest.param(bad(A), [passed(B)], Change.GONE, id="removed"),
        pytest.param(bad(A), [Outcome(A, Status.WAIVED)], Change.WAIVED, id="waived"),
    ],
)
def test_what_became_of_a_cause(before: list[Outcome], now: list[Outcome], change: Change) -> None:
    assert [each.change for each in changes(before, now)] == [change]


def test_a_case_that_fails_by_another_cause_now_shows_a_new_one_and_fixes_none() -> None:
    found = changes(bad(A), [crashed(A)])

    assert [each.change for each in found] == [Change.NEW, Change.GONE]


def test_a_cause_is_the_same_though_another_finding_stands_for_it() -> None:
    before = [failed(A, exchange=1, check="body.code"), *bad(B)]
    now = [failed(A, exchange=1, check="body.code")]

    (found,) = changes(before, now)

    assert found.change is Change.STILL


def pair(before: list[Outcome], now: list[Outcome]) -> Pair:
    old, new = verdict(*before), verdict(*now)
    known = [
        (record(tuple(plan(each.case) for each in ended), tuple(ended), ()))
        for ended in (before, now)
    ]
    found = compare(known[0], known[1])
    return Pair(run(run_id="r1"), run(run_id="r2"), found, cause_changes(old, new))


def test_what_changed_is_told_by_causes_with_their_reach() -> None:
    both = pair([crashed(A), passed(B), passed(C)], [passed(A), *bad(B, C)])

    told = text(both)

    assert conclusion(both) == "WORSE: 2 new failures (1 new cause, 2 cases), 0 removed tests."
    assert "1 new cause, 2 cases\n" in told
    assert (
        f"{both.causes[0].cause.id}  POST /dental/attachments/v1/attachments/documents: 2 cases"
        in told
    )
    assert f"\n      {B}, {C}\n" in told
    assert "1 fixed cause, 1 case\n" in told
    assert "new failure (" not in told
    assert "### 1 new cause, 2 cases" in markdown(both)


def test_json_names_each_cause_with_the_cases_of_both_runs() -> None:
    both = pair([*bad(A), passed(B)], bad(A, B))

    whole = json.loads(as_json(both))

    assert whole["new_failure"] == [B]
    (cause,) = whole["causes"]
    assert (cause["change"], cause["before"], cause["now"]) == ("still", [A], [A, B])
    assert "2 cases (1 of them new)" in text(both)


def test_the_page_shows_causes_first_and_their_cases_below_them() -> None:
    both = pair([passed(A), crashed(B), passed(C)], [*bad(A, C), passed(B)])

    page = render_comparison(both, {})

    assert '<h2 id="causes-new-title">1 new cause, 2 cases</h2>' in page
    assert page.index("1 new cause, 2 cases</h2>") < page.index("1 fixed cause, 1 case</h2>")
    assert "Failed now, and not before" not in page


def test_a_new_cause_in_cases_that_failed_before_is_named_and_is_no_regression() -> None:
    both = pair(bad(A), [crashed(A)])

    assert conclusion(both) == (
        "NO WORSE: no new failure and no removed test; 1 new cause in cases that failed before."
    )
