"""What is wrong with a request is found before it is sent."""

import pytest

from harness.outcome import Attribution, Status
from harness.workflow.engine.reports import ContractChecks
from tests.unit.workflow.conftest import Bench, Run, answer

OPENAPI = """\
openapi: 3.1.0
info: {title: Things, version: '1'}
servers: [{url: http://api.test/v1}]
paths:
  /things/{id}:
    parameters:
      - {$ref: '#/components/parameters/Id'}
    post:
      operationId: change
      parameters:
        - {name: page, in: query, schema: {type: integer, maximum: 9}}
        - {name: tags, in: query, schema: {type: array, items: {type: string}}}
        - {name: X-Kind, in: header, required: true, schema: {enum: [a, b]}}
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name]
              properties: {name: {type: string}}
          multipart/form-data:
            schema:
              type: object
              required: [count, file]
              properties:
                count: {type: integer}
                file: {type: string, format: binary}
      responses: {'200': {description: fine}, '400': {description: refused}}
components:
  parameters:
    Id: {name: id, in: path, required: true, schema: {type: integer}}
"""
STEP = """\
workflows:
  - workflowId: w
    inputs: {{type: object, properties: {{late: {{}}}}}}
    steps:
      - stepId: s
        operationId: change
        parameters:
          - {{name: id, in: path, value: {id}}}
          - {{name: X-Kind, in: header, value: {kind}}}
          - {{name: page, in: query, value: {page}}}
        requestBody: {body}
        successCriteria: [{{condition: {criterion}}}]
"""
GOOD = {
    "id": "7",
    "kind": "a",
    "page": "2",
    "body": "{contentType: application/json, payload: {name: x}}",
    "criterion": "$statusCode == 200",
}


def sent(bench: Bench, **changes: object) -> Run:
    (bench.folder / "openapi.yaml").write_text(OPENAPI, encoding="utf-8")
    mode = changes.pop("mode", ContractChecks.FAIL)
    text = STEP.format(**{**GOOD, **changes})
    return bench.run(text, [answer(200)], contract_checks=mode)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="plain"),
        pytest.param({"id": "'7'", "page": "'2'"}, id="numbers-as-text"),
        pytest.param({"page": "$inputs.late"}, id="optional-and-absent"),
        pytest.param(
            {"body": "{contentType: multipart/form-data, payload: {count: 3, file: x}}"}, id="form"
        ),
    ],
)
def test_what_the_operation_allows_is_sent(bench: Bench, changes: dict[str, str]) -> None:
    run = sent(bench, **changes)

    assert len(run.requests) == 1
    assert [check for check in run.report.checks if "keeps the contract" in check.name] == []


@pytest.mark.parametrize(
    ("changes", "where", "expected", "actual"),
    [
        ({"id": "seven"}, "path parameter id", 'type "integer"', '"seven"'),
        ({"kind": "c"}, "header parameter X-Kind", 'enum ["a","b"]', '"c"'),
        ({"kind": "$inputs.late"}, "header parameter X-Kind", "present", "absent"),
        ({"page": "10"}, "query parameter page", "maximum 9", "10"),
        (
            {"body": "{contentType: application/json, payload: {name: 7}}"},
            "body",
            'type "string" at /name',
            "7",
        ),
        (
            {"body": "{contentType: application/json, payload: {}}"},
            "body",
            'required ["name"] at /',
            "an empty object",
        ),
        (
            {"body": "{contentType: multipart/form-data, payload: {count: many, file: x}}"},
            "field count",
            'type "integer"',
            '"many"',
        ),
        (
            {"body": "{contentType: multipart/form-data, payload: {count: 3}}"},
            "body",
            "the field file",
            "only count",
        ),
    ],
)
def test_what_breaks_the_operation_is_an_error_and_is_not_sent(
    bench: Bench, changes: dict[str, str], where: str, expected: str, actual: str
) -> None:
    run = sent(bench, **changes)

    assert run.requests == []
    check = run.report.checks[0]
    assert (check.status, check.attribution) == (Status.ERROR, Attribution.DOCUMENT)
    assert (check.where, check.expected, check.actual) == (
        f"step s: request {where}",
        expected,
        actual,
    )
    assert check.source


def test_a_negative_test_sends_what_it_wants_refused(bench: Bench) -> None:
    run = sent(bench, id="seven", criterion="$statusCode == 400")

    assert len(run.requests) == 1
    warned = [each for each in run.report.checks if each.status is Status.WARN]
    assert [each.name for each in warned] == ["s: request keeps the contract"]


@pytest.mark.parametrize(
    ("mode", "status"), [(ContractChecks.WARN, Status.WARN), (ContractChecks.OFF, Status.PASS)]
)
def test_the_mode_decides_what_a_breach_does(
    bench: Bench, mode: ContractChecks, status: Status
) -> None:
    run = sent(bench, id="seven", mode=mode)

    assert len(run.requests) == 1
    assert run.report.status is status


def test_an_undocumented_media_type_is_a_warning(bench: Bench) -> None:
    run = sent(bench, body="{contentType: text/plain, payload: x}")

    assert len(run.requests) == 1
    assert run.report.status is Status.WARN
