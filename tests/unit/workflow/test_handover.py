"""Workflows that hand over to one another, that call themselves, and what that may cost."""

from harness.outcome import Status
from harness.workflow.engine.reports import ContractChecks, Limits
from tests.unit.workflow.conftest import Bench, answer

OK = answer(200, b"[]")
LAST = answer(200, b"[]", X_N="last")

AROUND = """\
workflows:
  - workflowId: main
    inputs: {type: object, properties: {page: {type: integer, default: 1}}}
    steps:
      - stepId: list
        operationId: listThings
        parameters: [{name: page, in: query, value: $inputs.page}]
        outputs: {n: $response.header.X-N}
        onFailure: [{name: renew, type: goto, workflowId: renewal}]
    outputs: {n: $steps.list.outputs.n}
  - workflowId: renewal
    steps:
      - stepId: renew
        operationId: sendForm
        requestBody: {payload: {a: b}}
        onSuccess: [{name: back, type: goto, workflowId: main}]
"""
ITSELF = """\
workflows:
  - workflowId: main
    steps:
      - stepId: list
        operationId: listThings
        onSuccess: [{name: last, type: end, criteria: [{condition: $response.header.X-N == 'last'}]}]
      - {stepId: more, workflowId: main}
"""


def test_a_workflow_may_be_handed_back_to(bench: Bench) -> None:
    answers = [answer(503), answer(200), answer(200, X_N="7")]

    run = bench.run(AROUND, answers, contract_checks=ContractChecks.OFF)

    assert run.calls == ["GET /things?page=1", "POST /form", "GET /things?page=1"]
    assert run.report.status is Status.WARN
    assert run.report.recovered == ("list",)
    assert run.report.outputs == {"n": "7"}


def test_handing_over_for_ever_ends_at_the_bound_on_attempts(bench: Bench) -> None:
    endless = AROUND.replace("onFailure", "onSuccess")

    run = bench.run(endless, [OK] * 31, limits=Limits(attempts=30))

    assert run.report.status is Status.ERROR
    assert "more than 30 step attempts in one case" in run.report.message
    assert len(run.requests) == 30


def test_a_workflow_may_call_itself_until_a_condition_ends_it(bench: Bench) -> None:
    run = bench.run(ITSELF, [OK, OK, LAST])

    assert run.report.status is Status.PASS
    assert len(run.requests) == 3


def test_a_workflow_that_calls_itself_too_often_is_stopped(bench: Bench) -> None:
    run = bench.run(ITSELF, [OK] * 30)

    assert run.report.status is Status.ERROR
    assert "workflows call each other too deep" in run.report.message
    assert len(run.requests) == 20


def test_a_document_whose_workflows_all_serve_one_another_has_its_first_as_case(
    bench: Bench,
) -> None:
    both = AROUND.replace(
        "onFailure: [{name: renew",
        "onSuccess: [{criteria: [{condition: $statusCode == 404}], name: renew",
    )

    run = bench.run(both, [answer(200)])

    assert run.calls == ["GET /things?page=1"]


def test_criteria_and_actions_see_the_outputs_of_their_own_step(bench: Bench) -> None:
    text = """\
workflows:
  - workflowId: main
    steps:
      - stepId: list
        operationId: listThings
        outputs: {n: $response.header.X-N}
        successCriteria: [{condition: $steps.list.outputs.n == 7}]
        onSuccess:
          - name: on
            type: goto
            workflowId: next
            criteria: [{condition: $steps.list.outputs.n > 6}]
            parameters: [{name: id, value: $steps.list.outputs.n}]
  - workflowId: next
    inputs: {type: object, properties: {id: {type: string}}}
    steps: [{stepId: get, operationId: getThing, parameters: [{name: id, in: path, value: $inputs.id}]}]
"""

    run = bench.run(text, [answer(200, X_N="7"), answer(200)])

    assert run.calls == ["GET /things", "GET /things/7"]
    assert bench.lint(text) == ()


def test_an_output_cannot_be_made_of_its_own_step_s_outputs(bench: Bench) -> None:
    text = """\
workflows:
  - workflowId: main
    steps:
      - {stepId: list, operationId: listThings, outputs: {a: $response.header.X, b: $steps.list.outputs.a}}
"""

    assert [each.rule for each in bench.lint(text)] == ["forward-reference"]


CALL = """\
workflows:
  - workflowId: main
    steps:
      - stepId: call
        workflowId: inner
        successCriteria: [{condition: $statusCode == 200}, {condition: $response.body#/id == '7'}]
        outputs: {id: $response.body#/id}
    outputs: {id: $steps.call.outputs.id}
  - workflowId: inner
    steps:
      - {stepId: list, operationId: listThings}
      - {stepId: get, operationId: getThing, parameters: [{name: id, in: path, value: 7}]}
"""


def test_a_step_that_calls_a_workflow_can_judge_its_last_answer(bench: Bench) -> None:
    run = bench.run(CALL, [OK, answer(200, b'{"id": "7"}')])

    assert run.report.status is Status.PASS
    assert run.report.outputs == {"id": "7"}


def test_an_answer_that_it_does_not_want_fails_the_step(bench: Bench) -> None:
    run = bench.run(CALL, [OK, answer(200, b'{"id": "8"}')])

    assert run.report.status is Status.FAIL
