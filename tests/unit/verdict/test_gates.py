from dataclasses import replace

import pytest

from harness.openapi.requirements import Requirement, Strength
from harness.outcome import Status
from harness.shard import Shard
from harness.verdict.fold import judge
from harness.verdict.gates import PROFILES
from harness.verdict.model import Conclusion, Coverage
from tests.unit.report.samples import (
    CREATE,
    INQUIRY,
    STATUS,
    TODAY,
    UPLOAD,
    ended,
    exchange,
    failed,
    passed,
    plan,
    record,
    requirement,
)
from tests.unit.verdict.judging import CASE, OTHER, gate, judged, two


def test_requirements_that_no_case_names_do_not_block_ci() -> None:
    verdict = judged(two(passed(OTHER)), requirement("D001"), requirement("D900"))

    assert verdict.exit_code == 0
    assert verdict.requirements(Coverage.PASSED) == 1
    assert verdict.requirements(Coverage.UNTESTED) == 1


def test_requirements_that_no_case_names_block_onboarding() -> None:
    verdict = judged(
        two(passed(OTHER)), requirement("D001"), requirement("D900"), profile="onboarding"
    )

    assert (verdict.conclusion, verdict.exit_code) == (Conclusion.INCONCLUSIVE, 3)
    assert verdict.reason == "1 of the SHALL requirements in scope have no result."
    assert gate(verdict, "requirement_coverage_min") == (1.0, 0.5, False)


@pytest.mark.parametrize(
    "out_of_scope",
    [
        pytest.param(requirement("D900", untestable="billing only"), id="untestable"),
        pytest.param(requirement("D900", environments=("production",)), id="environment"),
        pytest.param(requirement("D900", Strength.SHOULD), id="should"),
    ],
)
def test_what_cannot_be_demanded_does_not_block_onboarding(out_of_scope: Requirement) -> None:
    operations = (CREATE, UPLOAD, STATUS, INQUIRY)
    exchanges = tuple(exchange(n, CASE, name) for n, name in enumerate(operations, start=1))
    found = record((plan(CASE, "D001"),), (passed(CASE),), exchanges)

    verdict = judged(found, requirement("D001"), out_of_scope, profile="onboarding")

    assert (verdict.conclusion, verdict.exit_code) == (Conclusion.CONFORMANT, 0)


def test_an_api_that_was_not_run_is_out_of_scope() -> None:
    found = record((plan(CASE, "D001"),), (passed(CASE),), (exchange(1, CASE),), apis=("dental",))

    verdict = judged(found, requirement("D001"), requirement("A001"), profile="onboarding")

    assert verdict.conclusion is Conclusion.CONFORMANT
    assert [each.reason for each in verdict.traced] == ["", "medical was not part of this run"]


def test_a_failed_gate_keeps_a_conformant_run_from_exit_zero() -> None:
    found = two(passed(OTHER))

    verdict = judge(found, (), PROFILES["ci"], today=TODAY, leaks=2)

    assert (verdict.conclusion, verdict.exit_code) == (Conclusion.CONFORMANT, 1)
    assert verdict.reason == (
        "2 cases ran and no contract was broken, but the gate leak_scan was not met."
    )
    assert gate(verdict, "leak_scan") == (0, 2, False)


def test_every_gate_is_reported_when_all_pass() -> None:
    assert [each.name for each in judged(two(passed(OTHER))).gates] == [
        "shall_failures",
        "errors",
        "unverified_cases",
        "planned_equals_executed",
        "run_complete",
        "exchanges_min",
        "should_pass_rate",
        "requirement_coverage_min",
        "operation_coverage_min",
        "new_failures_vs_baseline",
        "max_waivers",
        "stale_waivers",
        "leak_scan",
    ]


def test_a_failure_that_the_baseline_had_is_not_new() -> None:
    found = two(failed(OTHER))

    same = judge(found, (), PROFILES["ci"], today=TODAY, baseline=found)
    fresh = judge(found, (), PROFILES["ci"], today=TODAY, baseline=two(passed(OTHER)))

    assert gate(same, "new_failures_vs_baseline") == (0, 0, True)
    assert gate(fresh, "new_failures_vs_baseline") == (0, 1, False)


def test_a_case_that_went_missing_fails_the_regression_profile() -> None:
    now = record((plan(CASE),), (passed(CASE),), (exchange(1, CASE),))

    verdict = judge(now, (), PROFILES["regression"], today=TODAY, baseline=two(passed(OTHER)))

    assert gate(verdict, "removed_cases_vs_baseline") == (0, 1, False)
    assert verdict.exit_code == 1


def test_an_operation_counts_as_reached_when_it_answered() -> None:
    silent = replace(exchange(2, CASE, UPLOAD), response=None, failure="timed out")
    found = record((plan(CASE),), (passed(CASE),), (exchange(1, CASE), silent))

    verdict = judged(found)

    assert (verdict.operations_total, verdict.operations_reached) == (4, 1)


def test_where_nobody_has_searched_for_secrets_the_gate_does_not_hold() -> None:
    found = record((plan(CASE),), (passed(CASE),), ())

    verdict = judge(found, (), PROFILES["ci"], today=TODAY, leaks=None)

    assert gate(verdict, "leak_scan") == (0, 0, False)


def test_a_shard_is_compared_with_its_part_of_the_baseline() -> None:
    cases = [f"dental/create/{letter}" for letter in "abcdef"]
    home = Shard(1, 2)
    mine = [case for case in cases if home.holds(case)]
    base = record([plan(case) for case in cases], [passed(case) for case in cases], ())
    head = record(
        [plan(case) for case in mine], [passed(case) for case in mine], (), shard=str(home)
    )

    verdict = judge(head, (), PROFILES["regression"], today=TODAY, baseline=base)

    assert 0 < len(mine) < len(cases)
    assert gate(verdict, "removed_cases_vs_baseline") == (0, 0, True)


@pytest.mark.parametrize(
    ("strength", "coverage"),
    [(Strength.SHALL, Coverage.PASSED), (Strength.OBSERVE, Coverage.OBSERVED)],
)
def test_an_observation_takes_nothing_from_a_shall_that_was_kept(
    strength: Strength, coverage: Coverage
) -> None:
    kept, seen = "dental/create/kept", "dental/create/seen"
    found = record(
        (plan(kept, "D001"), plan(seen, "D001", strength="OBSERVE")),
        (passed(kept), ended(seen, Status.WARN)),
        (exchange(1, kept),),
    )

    verdict = judged(found, requirement("D001", strength))

    assert [each.coverage for each in verdict.traced] == [coverage]


def test_a_shall_of_which_there_is_only_an_observation_has_not_passed() -> None:
    found = record(
        (plan(CASE, "D001", strength="OBSERVE"),), (ended(CASE, Status.WARN),), (exchange(1, CASE),)
    )

    verdict = judged(found, requirement("D001"))

    assert [each.coverage for each in verdict.traced] == [Coverage.OBSERVED]
