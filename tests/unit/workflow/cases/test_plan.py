"""A dry run shows the requests, with expressions where only the run can know."""

from harness.workflow.cases.case_list import expand
from harness.workflow.cases.plan import plan
from tests.unit.workflow.conftest import Bench

BOOK = """\
workflows:
  - workflowId: login
    x-scope: session
    x-env: {secret: THE_SECRET}
    inputs: {type: object, properties: {secret: {type: string, format: password}}}
    steps:
      - stepId: ask
        operationId: createThing
        requestBody: {contentType: application/json, payload: {secret: $inputs.secret}}
        outputs: {token: $response.body#/id}
    outputs: {token: $steps.ask.outputs.token}
  - workflowId: main
    dependsOn: [login]
    x-teardown: clean
    inputs:
      type: object
      properties:
        pin: {type: string, format: password, default: '1234'}
        page: {type: integer, default: 3}
        extra: {type: string}
    parameters: [{name: Authorization, in: header, value: 'Bearer {$workflows.login.outputs.token}'}]
    steps:
      - stepId: make
        operationId: createThing
        requestBody: {contentType: application/json, payload: {page: $inputs.page, pin: $inputs.pin, extra: $inputs.extra}}
        successCriteria: [{condition: $statusCode == 201}]
        onFailure: [{name: again, type: retry, retryAfter: 2, retryLimit: 3}]
        outputs: {id: $response.body#/id}
      - stepId: read
        operationId: getThing
        parameters: [{name: id, in: path, value: $steps.make.outputs.id}]
  - workflowId: clean
    inputs: {type: object, properties: {id: {type: string}}}
    steps:
      - stepId: remove
        operationId: deleteThing
        parameters: [{name: id, in: path, value: $inputs.id}]
"""


def planned(bench: Bench, **asked: str) -> list[str]:
    case = next(each for each in expand(bench.book(BOOK)) if each.id == "main")
    return [line.strip() for line in plan(case, {}, asked)][1:]


def test_every_request_is_shown_with_placeholders(bench: Bench) -> None:
    assert planned(bench) == [
        "needs login, once for all cases",
        'inputs {"secret":"${THE_SECRET}"}',
        "1. ask: POST http://api.test/v1/things",
        "Content-Type: application/json",
        'body {"secret":"${THE_SECRET}"}',
        'inputs {"pin":"[masked]","page":3}',
        "1. make: POST http://api.test/v1/things",
        "Authorization: Bearer {$workflows.login.outputs.token}",
        "Content-Type: application/json",
        'body {"page":3,"pin":"[masked]"}',
        "expects $statusCode == 201",
        "retry 'again': at most 3 after 2 s",
        "2. read: GET http://api.test/v1/things/{$steps.make.outputs.id}",
        "Authorization: Bearer {$workflows.login.outputs.token}",
        "finally clean, whatever happens",
        "1. remove: DELETE http://api.test/v1/things/{$inputs.id}",
    ]


def test_what_the_caller_asks_for_is_shown(bench: Bench) -> None:
    lines = planned(bench, page="8", extra="x")

    assert 'body {"page":8,"pin":"[masked]","extra":"x"}' in lines
