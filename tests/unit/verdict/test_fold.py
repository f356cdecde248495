from dataclasses import replace

import pytest

from harness.events import RunFinished
from harness.openapi.requirements import Strength
from harness.outcome import Attribution, Check, Outcome, Status
from harness.verdict.model import Conclusion
from tests.unit.report.samples import (
    ended,
    exchange,
    failed,
    passed,
    plan,
    record,
    requirement,
)
from tests.unit.verdict.judging import CASE, OTHER, gate, judged, two


def test_all_passed_is_conformant() -> None:
    verdict = judged(two(passed(OTHER)))

    assert (verdict.conclusion, verdict.exit_code) == (Conclusion.CONFORMANT, 0)
    assert verdict.reason == "2 cases ran and no contract was broken."


def test_one_failure_is_non_conformant() -> None:
    verdict = judged(two(failed(OTHER, exchange=1)))

    assert (verdict.conclusion, verdict.exit_code) == (Conclusion.NON_CONFORMANT, 1)
    assert verdict.reason == "1 of 2 cases shows the API breaking its contract."
    assert [each.case for each in verdict.findings] == [OTHER]
    assert gate(verdict, "shall_failures") == (0, 1, False)


@pytest.mark.parametrize(
    "status",
    [
        pytest.param(Status.ERROR, id="error"),
        pytest.param(Status.SKIP, id="skip"),
        pytest.param(Status.NOT_RUN, id="not_run"),
        pytest.param(Status.REVIEW, id="review"),
    ],
)
def test_what_could_not_be_judged_is_inconclusive(status: Status) -> None:
    verdict = judged(two(ended(OTHER, status, "refused")))

    assert (verdict.conclusion, verdict.exit_code) == (Conclusion.INCONCLUSIVE, 3)
    assert [(each.case, each.status) for each in verdict.unverified] == [(OTHER, status)]


def test_an_omitted_case_does_not_block() -> None:
    verdict = judged(two(ended(OTHER, Status.OMIT, "the target lacks it")))

    assert verdict.conclusion is Conclusion.CONFORMANT
    assert verdict.cases.executed == 2


def test_a_failure_outranks_an_error() -> None:
    plans = (plan(CASE), plan(OTHER))
    outcomes = (failed(CASE), ended(OTHER, Status.ERROR))

    verdict = judged(record(plans, outcomes, (exchange(1, CASE),)))

    assert verdict.conclusion is Conclusion.NON_CONFORMANT
    assert verdict.reason.endswith("; besides, 1 case could not be judged (1 error).")


def test_a_planned_case_without_a_result_is_not_run() -> None:
    found = record((plan(CASE), plan(OTHER)), (passed(CASE),), (exchange(1, CASE),))

    verdict = judged(found)

    assert verdict.exit_code == 3
    assert gate(verdict, "planned_equals_executed") == (2, 1, False)
    assert verdict.cases.of(Status.NOT_RUN) == 1
    assert [each.attribution for each in verdict.causes] == [Attribution.ENVIRONMENT]


def test_an_unplanned_case_is_inconclusive() -> None:
    found = record((plan(CASE),), (passed(CASE), passed(OTHER)), (exchange(1, CASE),))

    verdict = judged(found)

    assert (verdict.conclusion, verdict.exit_code) == (Conclusion.INCONCLUSIVE, 3)
    assert verdict.reason == "1 case ran that nobody planned."


@pytest.mark.parametrize(
    ("finished", "reason"),
    [
        pytest.param(None, "The run was cut off before its end.", id="cut_off"),
        pytest.param(
            RunFinished("2026-11-22T10:00:09Z", 1.0, interrupted=True),
            "The run was interrupted.",
            id="interrupted",
        ),
        pytest.param(
            RunFinished("2026-11-22T10:00:09Z", 1.0, error="no_such_host refused."),
            "The run could not be done: no_such_host refused.",
            id="error",
        ),
    ],
)
def test_a_run_that_did_not_end_well_is_inconclusive(
    finished: RunFinished | None, reason: str
) -> None:
    verdict = judged(replace(two(passed(OTHER)), finished=finished))

    assert (verdict.conclusion, verdict.exit_code) == (Conclusion.INCONCLUSIVE, 3)
    assert verdict.reason == reason
    assert gate(verdict, "run_complete") == (1, 0, False)


def test_no_request_at_all_is_inconclusive() -> None:
    verdict = judged(record((plan(CASE),), (passed(CASE),), ()))

    assert verdict.exit_code == 3
    assert verdict.reason == "Not one request was sent."


def test_nothing_planned_ends_with_five() -> None:
    assert judged(record((), (), ())).exit_code == 5


def test_a_run_that_broke_before_planning_ends_with_three() -> None:
    broken = RunFinished("2026-11-22T10:00:09Z", 1.0, error="the token was refused")

    assert judged(replace(record((), (), ()), finished=broken)).exit_code == 3


def test_a_failed_should_is_a_warning() -> None:
    found = record((plan(CASE, "D001", strength="SHOULD"),), (failed(CASE),), (exchange(1, CASE),))

    verdict = judged(found, requirement("D001", Strength.SHOULD))

    assert verdict.conclusion is Conclusion.CONFORMANT
    assert [each.case for each in verdict.observations] == [CASE]
    assert gate(verdict, "should_pass_rate") == (0.0, 0.0, True)


def test_one_shall_among_its_requirements_keeps_a_failure_a_failure() -> None:
    found = record(
        (plan(CASE, "D001", "D002", strength="SHOULD"),), (failed(CASE),), (exchange(1, CASE),)
    )

    verdict = judged(found, requirement("D001", Strength.OBSERVE), requirement("D002"))

    assert verdict.conclusion is Conclusion.NON_CONFORMANT


def test_a_broken_observation_does_not_count_against_the_should_rate() -> None:
    found = record((plan(CASE, "D001", strength="OBSERVE"),), (failed(CASE),), (exchange(1, CASE),))

    verdict = judged(found, requirement("D001", Strength.OBSERVE))

    assert gate(verdict, "should_pass_rate") == (0.0, 1.0, True)


def test_a_recommendation_counts_once_however_many_cases_it_has() -> None:
    cases = ("dental/x/a", "dental/x/b", "dental/x/c", "dental/x/d")
    found = record(
        (
            *(plan(case, "D001", strength="SHOULD") for case in cases[:3]),
            plan(cases[3], "D002", strength="SHOULD"),
        ),
        (failed(cases[0]), failed(cases[1]), passed(cases[2]), passed(cases[3])),
        (exchange(1, CASE),),
    )

    verdict = judged(
        found, requirement("D001", Strength.SHOULD), requirement("D002", Strength.SHOULD)
    )

    assert gate(verdict, "should_pass_rate") == (0.0, 0.6666, True)


def test_a_pass_that_holds_a_failed_check_is_a_failure() -> None:
    check = Check("status", Status.FAIL, "201", "500")
    found = record((plan(CASE),), (Outcome(CASE, Status.PASS, (check,)),), (exchange(1, CASE),))

    assert judged(found).conclusion is Conclusion.NON_CONFORMANT
