"""One small document for each rule; what must be red is red."""

import pytest

from harness.exchange import Response
from harness.outcome import Attribution, Status
from harness.workflow.engine.reports import ContractChecks, Limits
from tests.unit.workflow.conftest import Bench, OneStep


def ok(body: bytes = b"[]", status: int = 200, **headers: str) -> Response:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Response(status, (("Content-Type", "application/json"), *pairs), body)


def bare(status: int, **headers: str) -> Response:
    return Response(
        status, tuple((name.replace("_", "-"), value) for name, value in headers.items())
    )


THING = b'{"id":"7","status":"UP"}'


def test_a_step_whose_criteria_hold_passes(one_step: OneStep) -> None:
    run = one_step("successCriteria: [{condition: $statusCode == 200}]", ok())

    assert run.report.status is Status.PASS
    assert run.calls == ["GET /things"]
    assert run.report.message == ""


@pytest.mark.parametrize(
    "criteria",
    [
        "[{condition: $statusCode == 201}]",
        "[{condition: $statusCode == 200 && $statusCode == 201}]",
        "[{condition: $statusCode == 200}, {condition: $statusCode == 201}]",
        "[{condition: $response.body#/nope == 'x'}]",
        "[{condition: $response.body#/nope != 'x'}]",
        "[{condition: $status == 200}]",
        "[{condition: 200 == }]",
        "[{condition: '', context: $statusCode, type: regex}]",
        "[{condition: .*, context: $response.body#/nope, type: regex}]",
        "[{condition: $.nope, context: $response.body, type: jsonpath}]",
        "[{condition: $., context: $response.body, type: jsonpath}]",
        "[{condition: //a, context: $response.body, type: xpath}]",
    ],
)
def test_what_does_not_hold_or_cannot_be_evaluated_is_red(one_step: OneStep, criteria: str) -> None:
    run = one_step(f"successCriteria: {criteria}", ok(b"{}"), contract_checks=ContractChecks.OFF)

    assert run.report.status in (Status.FAIL, Status.ERROR)
    assert "expected:" in run.report.message


def test_without_criteria_a_documented_2xx_passes(one_step: OneStep) -> None:
    assert one_step("description: plain", ok()).report.status is Status.PASS


@pytest.mark.parametrize("status", [204, 404, 302, 500])
def test_without_criteria_any_other_status_fails(one_step: OneStep, status: int) -> None:
    run = one_step("description: plain", bare(status), contract_checks=ContractChecks.OFF)

    assert run.report.status is Status.FAIL


def test_a_refused_connection_is_an_error_of_the_environment(one_step: OneStep) -> None:
    run = one_step("successCriteria: [{condition: $statusCode == 200}]", "connection refused")

    assert run.report.status is Status.ERROR
    assert run.report.checks[0].attribution is Attribution.ENVIRONMENT
    assert "connection refused" in run.report.message


def test_a_refused_connection_can_be_retried(one_step: OneStep) -> None:
    run = one_step("onFailure: [{name: again, type: retry, retryAfter: 2}]", "refused", ok())

    assert run.report.status is Status.PASS
    assert run.waits == [2.0]


def test_an_unknown_operation_is_an_error_and_nothing_is_sent(bench: Bench) -> None:
    run = bench.run("workflows: [{workflowId: w, steps: [{stepId: s, operationId: listThngs}]}]")

    assert run.report.status is Status.ERROR
    assert run.requests == []
    assert "Did you mean 'listThings'?" in run.report.message
    assert "flow.arazzo.yaml:5:" in run.report.message


@pytest.mark.parametrize(
    "members", ["sucessCriteria: [{condition: 1 == 2}]", "onfailure: []", "outputs: {'a b': $url}"]
)
def test_a_typo_in_a_key_is_an_error_and_nothing_is_sent(one_step: OneStep, members: str) -> None:
    run = one_step(members, ok())

    assert run.report.status is Status.ERROR
    assert run.requests == []


@pytest.mark.parametrize(
    "value", ["$inputs.id", "$steps.gone.outputs.id", "$input.id", "null", "''", "{$inputs.id}"]
)
def test_a_path_parameter_without_a_value_is_an_error_and_nothing_is_sent(
    bench: Bench, value: str
) -> None:
    text = f"""\
workflows:
  - workflowId: w
    inputs: {{type: object, properties: {{id: {{type: string}}}}}}
    steps:
      - stepId: s
        operationId: getThing
        parameters: [{{name: id, in: path, value: "{value}"}}]
""".replace('"null"', "null").replace("\"''\"", "''")

    run = bench.run(text, [ok(THING)])

    assert run.report.status is Status.ERROR
    assert run.requests == []


def test_outputs_keep_their_type_and_reach_the_next_step(bench: Bench) -> None:
    text = """\
workflows:
  - workflowId: w
    steps:
      - stepId: make
        operationId: createThing
        requestBody: {payload: {name: x, list: [1, true, null]}}
        outputs: {thing: $response.body, status: $statusCode, where: $response.header.Location, sent: $request.body#/list}
      - stepId: get
        operationId: getThing
        parameters: [{name: id, in: path, value: $steps.make.outputs.thing#/id}]
        successCriteria: [{condition: $request.path.id == '7'}, {condition: $url == 'http://api.test/v1/things/7'}, {condition: $method == 'GET'}]
    outputs: {id: $steps.make.outputs.thing#/id, status: $steps.make.outputs.status, sent: $steps.make.outputs.sent, where: $steps.make.outputs.where}
"""

    run = bench.run(text, [ok(THING, 201, Location="/things/7"), ok(THING)])

    assert run.report.status is Status.PASS
    assert run.report.outputs == {
        "id": "7",
        "status": 201,
        "sent": [1, True, None],
        "where": "/things/7",
    }


def test_an_output_that_does_not_resolve_is_told(one_step: OneStep) -> None:
    run = one_step("outputs: {id: $response.body#/0/id}", ok())

    assert run.report.status is Status.WARN
    assert [each.name for each in run.report.checks if each.status is Status.WARN] == [
        "s: output id"
    ]


def test_a_retry_tries_once_by_default(one_step: OneStep) -> None:
    run = one_step("onFailure: [{name: again, type: retry}]", bare(503), bare(503), ok())

    assert run.report.status is Status.FAIL
    assert len(run.requests) == 2
    assert run.report.steps[0].message == "2 attempts, waited 0 s; retries exhausted: again"


def test_a_retry_that_succeeds_is_green(one_step: OneStep) -> None:
    run = one_step(
        "onFailure: [{name: again, type: retry, retryLimit: 5, retryAfter: 0.5}]",
        bare(503),
        bare(503),
        ok(),
    )

    assert run.report.status in (Status.PASS, Status.WARN)
    assert run.waits == [0.5, 0.5]
    assert run.report.steps[0].attempts == 3
    assert run.report.steps[0].exchanges == (1, 2, 3)


def test_a_limit_is_exhausted_before_the_next_action(one_step: OneStep) -> None:
    actions = """\
onFailure:
  - {name: first, type: retry, retryLimit: 2, retryAfter: 1}
  - {name: second, type: retry, retryLimit: 1, retryAfter: 7}
  - {name: end, type: end}
"""
    run = one_step(actions, *[bare(503)] * 9)

    assert run.waits == [1.0, 1.0, 7.0]
    assert run.report.status is Status.FAIL


def test_the_first_action_whose_criteria_hold_is_taken(one_step: OneStep) -> None:
    actions = """\
onFailure:
  - {name: busy, type: retry, retryAfter: 1, criteria: [{condition: $statusCode == 503}]}
  - {name: other, type: retry, retryAfter: 9, criteria: [{condition: $statusCode == 500}]}
"""
    run = one_step(actions, bare(500), ok())

    assert run.waits == [9.0]


def test_without_a_matching_action_the_failure_stands(one_step: OneStep) -> None:
    actions = "onFailure: [{name: busy, type: retry, criteria: [{condition: $statusCode == 503}]}]"

    run = one_step(actions, bare(500), ok())

    assert run.report.status is Status.FAIL
    assert len(run.requests) == 1


def test_retry_after_overrules_and_is_capped(one_step: OneStep) -> None:
    actions = "onFailure: [{name: again, type: retry, retryAfter: 1, retryLimit: 3}]"

    run = one_step(
        actions,
        bare(503, Retry_After="4"),
        bare(503, Retry_After="99999"),
        bare(503, Retry_After="Mon, 12 Jan 1970 13:46:45 GMT"),
        ok(),
    )

    assert run.waits[:2] == [4.0, 120.0]
    assert run.waits[2] == 0.0


def test_polling_backs_off_up_to_its_interval_and_gives_up_at_its_deadline(
    one_step: OneStep,
) -> None:
    action = "{name: poll, type: retry, retryAfter: 1, retryLimit: 99, x-poll: {backoff: 2, maxInterval: 5, deadline: 20}}"

    run = one_step(f"onFailure: [{action}]", *[bare(503)] * 20)

    assert run.waits == [1.0, 2.0, 4.0, 5.0, 5.0]
    assert run.report.status is Status.FAIL


def test_a_wait_that_grows_beyond_all_numbers_is_the_longest(one_step: OneStep) -> None:
    action = "{name: poll, type: retry, retryAfter: 1, retryLimit: 99, x-poll: {backoff: 1.0e+200, maxInterval: 5, deadline: 20}}"

    run = one_step(f"onFailure: [{action}]", *[bare(503)] * 20)

    assert run.waits == [1.0, 5.0, 5.0, 5.0]


def test_a_wrong_end_state_stops_the_polling(one_step: OneStep) -> None:
    members = """\
successCriteria: [{condition: $response.body#/0/status == 'UP'}]
onFailure: [{name: pending, type: retry, retryLimit: 50, criteria: [{condition: $response.body#/0/status == 'PENDING'}]}]
"""
    run = one_step(
        members, ok(b'[{"status":"PENDING"}]'), ok(b'[{"status":"DOWN"}]'), ok(b'[{"status":"UP"}]')
    )

    assert len(run.requests) == 2
    assert run.report.status is Status.FAIL


TWO = """\
workflows:
  - workflowId: w
    steps:
      - stepId: a
        operationId: listThings
        {a}
      - stepId: b
        operationId: getThing
        parameters: [{name: id, in: path, value: b}]
      - stepId: c
        operationId: getThing
        parameters: [{name: id, in: path, value: c}]
"""


def two(members: str) -> str:
    return TWO.replace("{a}", members)


def test_end_after_success_skips_the_rest(bench: Bench) -> None:
    run = bench.run(two("onSuccess: [{name: e, type: end}]"), [ok()])

    assert run.report.status is Status.PASS
    assert run.calls == ["GET /things"]


def test_goto_after_success_jumps(bench: Bench) -> None:
    run = bench.run(two("onSuccess: [{name: g, type: goto, stepId: c}]"), [ok(), ok(THING)])

    assert run.calls == ["GET /things", "GET /things/c"]


def test_end_after_failure_fails(bench: Bench) -> None:
    run = bench.run(two("onFailure: [{name: e, type: end}]"), [bare(503)])

    assert run.report.status is Status.FAIL


def test_goto_after_failure_recovers_and_says_so(bench: Bench) -> None:
    run = bench.run(
        two("onFailure: [{name: g, type: goto, stepId: c}]"),
        [bare(503), ok(THING)],
        contract_checks=ContractChecks.OFF,
    )

    assert run.report.status is Status.WARN
    assert run.report.recovered == ("a",)
    assert run.report.message == "recovered: a"
    assert run.calls == ["GET /things", "GET /things/c"]


def test_strict_does_not_forgive_a_recovered_step(bench: Bench) -> None:
    run = bench.run(
        two("onFailure: [{name: g, type: goto, stepId: c}]"), [bare(503), ok(THING)], strict=True
    )

    assert run.report.status is Status.FAIL


def test_a_goto_to_no_step_is_an_error(bench: Bench) -> None:
    run = bench.run(two("onSuccess: [{name: g, type: goto, stepId: nowhere}]"), [ok()])

    assert run.report.status is Status.ERROR


def test_an_endless_goto_is_bounded(bench: Bench) -> None:
    run = bench.run(
        two("onSuccess: [{name: g, type: goto, stepId: a}]"),
        [ok()] * 2000,
        limits=Limits(attempts=50),
    )

    assert run.report.status is Status.ERROR
    assert len(run.requests) == 50
    assert "more than 50 step attempts" in run.report.message


def test_a_case_ends_at_its_deadline(one_step: OneStep) -> None:
    run = one_step(
        "onFailure: [{name: g, type: retry, retryAfter: 60, retryLimit: 99}]",
        *[bare(503)] * 99,
        limits=Limits(deadline_seconds=100),
    )

    assert run.report.status in (Status.ERROR, Status.FAIL)
    assert run.waits == [60.0]
    assert any("100 s" in each.actual for each in run.report.checks)


def test_a_retry_runs_the_step_it_refers_to_before_each_attempt(bench: Bench) -> None:
    action = "{name: r, type: retry, stepId: c, retryLimit: 2}"
    run = bench.run(
        two(f"onFailure: [{action}]"),
        [bare(503), ok(THING), bare(503), ok(THING), ok(), ok(THING), ok(THING)],
    )

    assert run.calls == [
        "GET /things", "GET /things/c", "GET /things", "GET /things/c", "GET /things", "GET /things/b", "GET /things/c",
    ]  # fmt: skip


def test_a_retry_whose_reference_fails_gives_up(bench: Bench) -> None:
    run = bench.run(
        two("onFailure: [{name: r, type: retry, stepId: c}]"), [bare(503), bare(503), ok()]
    )

    assert run.report.status is Status.FAIL
    assert len(run.requests) == 2


def test_workflow_actions_are_defaults_that_a_step_overrides_by_name(bench: Bench) -> None:
    text = """\
workflows:
  - workflowId: w
    failureActions: [{name: again, type: retry, retryAfter: 1}]
    steps:
      - {stepId: a, operationId: listThings}
      - {stepId: b, operationId: listThings, onFailure: [{name: again, type: retry, retryAfter: 5}]}
"""

    run = bench.run(text, [bare(503), ok(), bare(503), ok()])

    assert run.waits == [1.0, 5.0]


def test_a_reusable_action_and_parameter_are_taken_from_the_components(bench: Bench) -> None:
    text = """\
components:
  parameters: {page: {name: page, in: query, value: 1}}
  failureActions: {again: {name: again, type: retry, retryAfter: 3}}
workflows:
  - workflowId: w
    steps:
      - stepId: a
        operationId: listThings
        parameters: [{reference: $components.parameters.page, value: 2}]
        onFailure: [{reference: $components.failureActions.again}]
"""

    run = bench.run(text, [bare(503), ok()])

    assert run.calls == ["GET /things?page=2", "GET /things?page=2"]
    assert run.waits == [3.0]


def test_a_step_that_takes_too_long_fails(bench: Bench) -> None:
    text = (
        "workflows: [{workflowId: w, steps: [{stepId: s, operationId: listThings, timeout: 1500}]}]"
    )
    context = bench.context([ok()], seconds_per_call=2.0)

    run = bench.run(text, (), send=context.send, clock=context.clock)

    assert run.report.status is Status.FAIL
    assert "at most 1.5 s" in run.report.message


CALLS = """\
workflows:
  - workflowId: main
    steps:
      - stepId: sub
        workflowId: helper
        parameters: [{name: id, value: 9}]
        outputs: {own: $outputs.name}
      - stepId: get
        operationId: getThing
        parameters: [{name: id, in: path, value: $steps.sub.outputs.name}]
    outputs: {name: $workflows.helper.outputs.name, own: $steps.sub.outputs.own}
  - workflowId: helper
    inputs: {type: object, properties: {id: {type: integer}}}
    steps:
      - stepId: s
        operationId: getThing
        parameters: [{name: id, in: path, value: $inputs.id}]
        outputs: {name: $response.body#/id}
    outputs: {name: $steps.s.outputs.name}
"""


def test_a_step_can_call_a_workflow(bench: Bench) -> None:
    run = bench.run(CALLS, [ok(THING), ok(THING)])

    assert run.calls == ["GET /things/9", "GET /things/7"]
    assert run.report.outputs == {"name": "7", "own": "7"}
    assert [each.name for each in run.report.steps] == ["s", "sub", "get"]


def test_a_workflow_that_fails_fails_the_step_that_called_it(bench: Bench) -> None:
    run = bench.run(CALLS, [bare(503), ok(THING)])

    assert run.report.status is Status.FAIL
    assert len(run.requests) == 1


def test_a_goto_to_a_workflow_makes_its_result_the_result(bench: Bench) -> None:
    text = CALLS.replace(
        "outputs: {own: $outputs.name}",
        "onSuccess: [{name: g, type: goto, workflowId: helper, parameters: [{name: id, value: 5}]}]",
    )

    run = bench.run(text, [ok(THING), ok(b'{"id":"last"}')])

    assert run.calls == ["GET /things/9", "GET /things/5"]
    assert run.report.outputs == {"name": "last"}


DEPENDS = """\
workflows:
  - workflowId: token
    x-scope: session
    x-env: {key: THE_KEY}
    inputs: {type: object, required: [key], properties: {key: {type: string, format: password}}}
    steps:
      - stepId: t
        operationId: sendForm
        requestBody: {payload: {key: $inputs.key, grant: a b&c}}
        outputs: {token: $response.body#/token}
    outputs: {token: $steps.t.outputs.token}
  - workflowId: main
    dependsOn: [token]
    x-teardown: clean
    parameters: [{name: Authorization, in: header, value: 'Bearer {$workflows.token.outputs.token}'}]
    steps:
      - {stepId: list, operationId: listThings, outputs: {id: $response.body#/0/id}}
      - {stepId: more, operationId: listThings}
    outputs: {id: $steps.list.outputs.id}
  - workflowId: clean
    inputs: {type: object, properties: {id: {type: string}}}
    steps:
      - {stepId: delete, operationId: deleteThing, parameters: [{name: id, in: path, value: $inputs.id}]}
"""
TOKEN = ok(b'{"token":"t0"}')


def test_a_session_workflow_runs_once_for_all_cases(bench: Bench) -> None:
    context = bench.context([TOKEN, ok(b'[{"id":"1"}]'), ok(), bare(204), ok(), ok(), bare(204)])
    shared = {"send": context.send, "session": context.session, "environment": {"THE_KEY": "s3"}}

    first = bench.run(DEPENDS, (), "main", **shared)
    second = bench.run(DEPENDS, (), "main", **shared)

    assert first.report.status is Status.PASS
    assert second.calls.count("POST /form") == 1
    assert second.requests[-1].headers[0] == ("Authorization", "Bearer t0")


def test_variables_and_passwords_are_told_to_the_redactor(bench: Bench) -> None:
    run = bench.run(DEPENDS, [TOKEN, ok(), ok()], "main", environment={"THE_KEY": "s3"})

    assert set(run.secrets) == {"s3"}
    assert run.requests[0].body == b"key=s3&grant=a+b%26c"


def test_a_missing_variable_is_named(bench: Bench) -> None:
    run = bench.run(DEPENDS, [TOKEN], "main")

    assert run.report.status is Status.ERROR
    assert "set THE_KEY in the environment" in run.report.message


def test_a_dependency_that_fails_stops_the_case(bench: Bench) -> None:
    run = bench.run(DEPENDS, [bare(401)], "main", environment={"THE_KEY": "s3"})

    assert run.report.status is Status.FAIL
    assert run.calls == ["POST /form"]


def test_teardown_runs_after_a_failure_and_is_reported_apart(bench: Bench) -> None:
    answers = [TOKEN, ok(b'[{"id":"42"}]'), bare(503), bare(500)]

    run = bench.run(DEPENDS, answers, "main", environment={"THE_KEY": "s3"})

    assert run.calls[-1] == "DELETE /things/42"
    assert run.report.status is Status.FAIL
    assert run.report.teardown is not None
    assert run.report.teardown.status is Status.FAIL
    assert all("delete" not in each.name for each in run.report.checks)


def test_a_failed_teardown_does_not_change_the_status(bench: Bench) -> None:
    answers = [TOKEN, ok(b'[{"id":"42"}]'), ok(), bare(500)]

    run = bench.run(DEPENDS, answers, "main", environment={"THE_KEY": "s3"})

    assert run.report.status is Status.PASS
    assert run.report.teardown is not None
    assert run.report.teardown.status is Status.FAIL


def test_a_workflow_that_needs_itself_is_refused(bench: Bench) -> None:
    text = "workflows: [{workflowId: w, dependsOn: [w], steps: [{stepId: s, operationId: listThings}]}]"

    run = bench.run(text, [ok()], "w")

    assert run.report.status is Status.ERROR
    assert run.requests == []


def test_step_dependencies_order_the_steps(bench: Bench) -> None:
    text = """\
workflows:
  - workflowId: w
    steps:
      - {stepId: b, operationId: getThing, dependsOn: [a], parameters: [{name: id, in: path, value: b}]}
      - {stepId: a, operationId: listThings}
"""

    assert bench.run(text, [ok(), ok(THING)]).calls == ["GET /things", "GET /things/b"]


def test_a_step_dependency_that_was_skipped_is_an_error(bench: Bench) -> None:
    text = """\
workflows:
  - workflowId: w
    steps:
      - {stepId: a, operationId: listThings, onSuccess: [{name: g, type: goto, stepId: c}]}
      - {stepId: b, operationId: listThings}
      - {stepId: c, operationId: listThings, dependsOn: [b]}
"""

    assert bench.run(text, [ok(), ok()]).report.status is Status.ERROR


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (ContractChecks.FAIL, Status.FAIL),
        (ContractChecks.WARN, Status.WARN),
        (ContractChecks.OFF, Status.PASS),
    ],
)
def test_an_answer_that_breaks_its_contract(
    one_step: OneStep, mode: ContractChecks, expected: Status
) -> None:
    run = one_step(
        "successCriteria: [{condition: $statusCode == 200}]",
        ok(b'{"no":"array"}'),
        contract_checks=mode,
    )

    assert run.report.status is expected


def test_what_the_contract_says_does_not_change_the_course(bench: Bench) -> None:
    run = bench.run(
        two("successCriteria: [{condition: $statusCode == 200}]"), [ok(b"{}"), ok(THING), ok(THING)]
    )

    assert len(run.requests) == 3
    assert run.report.status is Status.FAIL


def test_inputs_are_checked_before_anything_is_sent(bench: Bench) -> None:
    text = """\
workflows:
  - workflowId: w
    inputs: {type: object, properties: {n: {type: integer, default: 1}}}
    steps: [{stepId: s, operationId: listThings, parameters: [{name: page, in: query, value: $inputs.n}]}]
"""

    good = bench.run(text, [ok()], inputs={"n": "3"})
    bad = bench.run(text, [ok()], inputs={"n": "three"})

    assert good.calls == ["GET /things?page=3"]
    assert bad.report.status is Status.ERROR
    assert len(bad.requests) == 1


def test_a_server_override_takes_the_full_path(one_step: OneStep) -> None:
    run = one_step("description: x", ok(), servers={"things": "http://127.0.0.1:4000/"})

    assert run.requests[0].url == "http://127.0.0.1:4000/v1/things"
    assert run.requests[0].operation == "GET /v1/things"
    assert run.requests[0].step == "s"


def test_the_star_is_the_server_of_all_sources(one_step: OneStep) -> None:
    run = one_step("description: x", ok(), servers={"*": "http://127.0.0.1:4000"})

    assert run.requests[0].url == "http://127.0.0.1:4000/v1/things"
