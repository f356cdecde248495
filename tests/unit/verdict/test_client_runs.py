"""Runs in which a client was judged: the same verdict, other words, and none of the excuses of a server."""

from dataclasses import replace
from datetime import date

from harness.events import Attested, CaseFinished, CasePlanned, RunStarted
from harness.exchange import Exchange, Request, Response
from harness.openapi.requirements import Method, Requirement, Strength
from harness.outcome import Check, Outcome, Status
from harness.record import Record, fold
from harness.verdict.attestations import recorded
from harness.verdict.certificate import of_the_suite
from harness.verdict.fold import judge
from harness.verdict.gates import PROFILES
from tests.unit.report.samples import TODAY

RUN = RunStarted(
    run_id="r",
    started="2026-11-22T00:00:00Z",
    harness_version="0.1.0",
    environment="judge",
    base_url="http://127.0.0.1:1",
    profile="onboarding",
    seed=1,
    apis=("a",),
    embedded=True,
    suite="scenarios",
    role="client",
)


def requirement(name: str, group: str = "a") -> Requirement:
    return Requirement(name, "s", "d", Strength.SHALL, (), ("judge",), Method.WORKFLOW, group=group)


def failing(number: int) -> tuple[CasePlanned, CaseFinished]:
    case = f"a/create/{number}"
    check = Check("called.create", Status.FAIL, "1 call", "503", exchange=number)
    plan = CasePlanned(case, "t", "a", "create", ("C101",), kind="client")
    return plan, CaseFinished(Outcome(case, Status.FAIL, (check,)))


def record(count: int = 6) -> Record:
    events = [event for number in range(1, count + 1) for event in failing(number)]
    found = fold((RUN, *events))
    request = Request("POST", "http://127.0.0.1:1/a", operation="POST /a")
    answers = tuple(
        Exchange(number, request, Response(503), case=f"a/create/{number}")
        for number in range(1, count + 1)
    )
    return replace(found, exchanges=answers)


def test_a_judge_that_answers_nothing_but_503_is_no_outage() -> None:
    verdict = judge(record(), [requirement("C101")], PROFILES["onboarding"], today=TODAY)

    assert verdict.cases.of(Status.FAIL) == 6
    assert "the client breaking the contract" in verdict.reason


def test_a_requirement_on_clients_that_no_scenario_tests_counts_as_untested() -> None:
    rules = [requirement("C101"), requirement("C102")]

    verdict = judge(record(), rules, PROFILES["onboarding"], today=TODAY)

    assert [each.in_scope for each in verdict.traced] == [True, True]


def test_the_findings_of_a_client_come_without_a_script_of_curl() -> None:
    verdict = judge(record(), [requirement("C101")], PROFILES["onboarding"], today=TODAY)

    assert {each.curl for each in verdict.findings} == {""}
    assert {each.reproduce for each in verdict.causes} == {""}
    assert verdict.findings[0].sentence == "Expected of the client: 1 call; observed: 503."


def test_a_client_need_not_call_every_operation() -> None:
    verdict = judge(record(), [requirement("C101")], PROFILES["onboarding"], today=TODAY)

    gate = next(each for each in verdict.gates if each.name == "operation_coverage_min")
    assert gate.state == "not set"


def test_expected_failures_and_another_suite_certify_nothing() -> None:
    expected = replace(record(), run=replace(RUN, expected_failures=("a/create/1",)))
    contract = replace(record(), run=replace(RUN, suite="contract"))
    server = replace(record(), run=replace(RUN, role="server"))

    assert list(of_the_suite(record())) == []
    assert list(of_the_suite(expected)) == ["failures were expected of it: a/create/1"]
    assert list(of_the_suite(contract)) == ["it ran contract, not the scenarios of the judge"]
    assert list(of_the_suite(server)) == ["it ran scenarios, not the suite of the products"]


def test_of_an_attestation_the_last_answer_counts_and_none_changes_the_verdict() -> None:
    no = Attested("a/create/1", "C101", "Jo", "2026-11-22", "Was it shown?: no")
    found = fold((RUN, *failing(1), no, replace(no, what="Was it shown?: yes")))

    told = recorded(found)

    assert [(each.what, each.when) for each in told] == [("Was it shown?: yes", date(2026, 11, 22))]
    verdict = judge(found, [requirement("C101")], PROFILES["onboarding"], today=TODAY)
    assert verdict.cases.of(Status.FAIL) == 1
