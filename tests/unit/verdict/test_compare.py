from dataclasses import replace

import pytest

from harness.events import DocumentUsed, SetUsed
from harness.exchange import Response
from harness.outcome import Outcome, Status
from harness.record import Record
from harness.verdict.compare import compare
from harness.verdict.operations import percentile
from tests.unit.report.samples import CREATE, exchange, plan, record

CASE = "dental/create/npi"


def one(status: Status, case: str = CASE) -> Record:
    return record((plan(case),), (Outcome(case, status),), (exchange(1, case),))


@pytest.mark.parametrize(
    ("base", "head", "name"),
    [
        pytest.param(Status.PASS, Status.FAIL, "new_failure", id="broke"),
        pytest.param(Status.ERROR, Status.FAIL, "new_failure", id="was_unknown"),
        pytest.param(Status.FAIL, Status.PASS, "fixed", id="mended"),
        pytest.param(Status.WAIVED, Status.PASS, "fixed", id="mended_under_waiver"),
        pytest.param(Status.FAIL, Status.FAIL, "still_failing", id="still"),
        pytest.param(Status.FAIL, Status.WAIVED, "newly_waived", id="waived"),
        pytest.param(Status.WAIVED, Status.FAIL, "waiver_expired", id="expired"),
    ],
)
def test_a_case_that_moved_is_named_once(base: Status, head: Status, name: str) -> None:
    comparison = compare(one(base), one(head))

    lists = ("new_failure", "fixed", "still_failing", "newly_waived", "waiver_expired")
    assert {each: getattr(comparison, each) for each in lists if getattr(comparison, each)} == {
        name: (CASE,)
    }


@pytest.mark.parametrize(
    ("base", "head"),
    [
        pytest.param(Status.PASS, Status.PASS, id="pass"),
        pytest.param(Status.WAIVED, Status.WAIVED, id="waived"),
        pytest.param(Status.FAIL, Status.ERROR, id="unknown_is_not_fixed"),
    ],
)
def test_what_did_not_move_is_not_named(base: Status, head: Status) -> None:
    comparison = compare(one(base), one(head))

    assert not comparison.is_regression
    assert comparison.fixed == ()


def test_cases_that_came_and_went_are_named() -> None:
    comparison = compare(one(Status.PASS), one(Status.PASS, "dental/create/tooth"))

    assert comparison.test_added == ("dental/create/tooth",)
    assert comparison.test_removed == (CASE,)
    assert comparison.is_regression


def test_a_planned_case_without_a_result_is_not_removed() -> None:
    head = replace(one(Status.PASS), outcomes=())

    assert compare(one(Status.PASS), head).test_removed == ()


def test_a_document_with_another_digest_has_changed() -> None:
    base = one(Status.PASS)
    changed = (DocumentUsed("dental", "specs/dental/openapi.yaml", "f" * 64, (CREATE,)),)
    head = replace(base, run=replace(base.run, documents=changed))

    assert compare(base, head).document_changed == ("dental", "medical", "prior-auth")


@pytest.mark.parametrize(
    ("seconds", "slower"),
    [
        pytest.param(0.100, False, id="same"),
        pytest.param(0.149, False, id="below_the_floor"),
        pytest.param(0.500, True, id="five_times"),
    ],
)
def test_latency_is_compared_with_tolerance(*, seconds: float, slower: bool) -> None:
    def took(value: float) -> Record:
        answer = Response(201, elapsed_seconds=value)
        return record((plan(CASE),), (), (exchange(1, CASE, response=answer),))

    latency = compare(took(0.1), took(seconds)).latency

    assert [(each.operation, each.slower) for each in latency] == [(CREATE, slower)]


def test_percentiles_are_nearest_rank() -> None:
    assert percentile((1.0, 2.0, 3.0, 4.0), 0.5) == 2.0
    assert percentile((1.0, 2.0, 3.0, 4.0), 0.95) == 4.0
    assert percentile((), 0.95) == 0.0


@pytest.mark.parametrize("now", [Status.ERROR, Status.SKIP, Status.NOT_RUN, Status.OMIT])
def test_what_can_no_longer_be_judged_is_named_and_is_no_regression(now: Status) -> None:
    comparison = compare(one(Status.PASS), one(now))

    assert comparison.no_longer_judged == (CASE,)
    assert not comparison.is_regression


def test_a_requirement_set_with_another_digest_has_changed() -> None:
    base = one(Status.PASS)
    sets = (SetUsed("dental", "a" * 64),)
    head = replace(base, run=replace(base.run, sets=sets))

    assert compare(base, head).requirement_set_changed == ("dental",)


@pytest.mark.parametrize(
    ("tolerance", "slower"),
    [pytest.param(0.25, True, id="quarter"), pytest.param(1.0, False, id="double")],
)
def test_the_tolerance_can_be_chosen(tolerance: float, *, slower: bool) -> None:
    def took(value: float) -> Record:
        answer = Response(201, elapsed_seconds=value)
        return record((plan(CASE),), (), (exchange(1, CASE, response=answer),))

    latency = compare(took(1.0), took(1.5), tolerance=tolerance).slower

    assert bool(latency) is slower


def test_a_slow_median_is_seen_behind_a_steady_tail() -> None:
    def took(*values: float) -> Record:
        answers = enumerate(values, start=1)
        return record(
            (plan(CASE),),
            (),
            tuple(exchange(n, CASE, response=Response(201, (), b"", v)) for n, v in answers),
        )

    latency = compare(took(0.1, 0.1, 2.0), took(0.5, 0.5, 2.0)).latency

    assert [(each.base_p50, each.head_p50, each.slower) for each in latency] == [(0.1, 0.5, True)]
