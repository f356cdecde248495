"""What a step sends is compared with what its operation documents, before anything is sent."""

import pytest

from harness.workflow.document.model import Severity
from tests.unit.workflow.conftest import Bench

OPENAPI = """\
openapi: 3.1.0
info: {title: Orders, version: '1'}
servers: [{url: http://api.test/v1}]
paths:
  /orders:
    post:
      operationId: order
      parameters:
        - {name: page, in: query, schema: {type: integer}}
        - {name: sort, in: query, schema: {type: string, enum: [up, down]}}
      requestBody:
        content:
          application/json: {schema: {$ref: '#/components/schemas/Order'}}
          multipart/form-data:
            schema: {type: object, required: [file, note], properties: {file: {}, note: {type: string}}}
      responses: {'201': {description: made}}
components:
  schemas:
    Base: {type: object, required: [title], properties: {title: {type: string}, id: {type: integer, readOnly: true}}}
    Order:
      allOf: [{$ref: '#/components/schemas/Base'}]
      required: [count, id]
      properties:
        count: {type: integer}
        size: {type: string, enum: [S, L]}
        lines: {type: array, items: {type: object, required: [sku], additionalProperties: false, properties: {sku: {type: string}}}}
        any: {oneOf: [{type: string}, {type: integer}]}
"""
FLOW = """\
workflows:
  - workflowId: w
    inputs: {type: object, properties: {name: {type: string, default: x}, amount: {type: integer, default: 1}}}
    steps:
      - stepId: s
        operationId: order
        %s
"""


def told(bench: Bench, rest: str) -> list[tuple[str, str]]:
    (bench.folder / "openapi.yaml").write_text(OPENAPI)
    found = bench.lint(FLOW % rest)
    assert {each.severity for each in found} <= {Severity.WARNING}
    return [(each.title, each.advice) for each in found]


def of(bench: Bench, payload: str) -> list[tuple[str, str]]:
    return told(bench, f"requestBody: {{contentType: application/json, payload: {payload}}}")


@pytest.mark.parametrize(
    "payload",
    [
        "{title: a, count: 3}",
        "{title: $inputs.name, count: $inputs.amount, size: S}",
        "{title: '{$inputs.name}!', count: 3.0, extra: 1}",
        "{title: a, count: 1, lines: [{sku: a}], any: 3}",
        "{title: {context: $inputs.name, selector: $.a, type: jsonpath}, count: 1}",
        "$inputs.name",
    ],
)
def test_what_fits_is_not_spoken_of(bench: Bench, payload: str) -> None:
    assert of(bench, payload) == []


def test_a_step_that_asks_for_a_refusal_may_send_anything(bench: Bench) -> None:
    body = "requestBody: {contentType: application/json, payload: {cuont: '3'}}"
    refused = "successCriteria: [{condition: $statusCode == 400}]"

    assert told(bench, f"{body}\n        {refused}") == []


@pytest.mark.parametrize(
    ("payload", "title", "advice"),
    [
        ("{title: a, cuont: 3}", "has no member 'cuont'", "Did you mean 'count'?"),
        ("{title: a}", "lacks 'count'", "Add 'count'."),
        ("{count: 3}", "lacks 'title'", "Add 'title'."),
        ("{title: a, count: '3'}", '/count is a string ("3"), not an integer', "3 without quotes"),
        ("{title: a, count: $inputs.name}", "/count is a string", ""),
        ("{title: 12, count: 3}", "/title is an integer (12), not a string", "in quotes: '12'"),
        ("{title: a, count: 3.5}", "/count is a number (3.5), not an integer", ""),
        ("{title: a, count: 3, size: XL}", "/size takes none such as 'XL'", ""),
        ("{title: a, count: 3, lines: [{sku: a, x: 1}]}", "has no member 'x'", "Known: sku."),
        ("{title: a, count: 3, lines: [{}]}", "lacks 'sku'", ""),
        ("{title: a, count: 3, lines: {}}", "/lines is an object", ""),
        ("[1]", "the payload is an array", ""),
    ],
)
def test_what_does_not_fit_is_a_warning(
    bench: Bench, payload: str, title: str, advice: str
) -> None:
    found = of(bench, payload)

    assert len(found) == 1
    assert title in found[0][0]
    assert advice in found[0][1]


def test_a_form_is_compared_by_its_names(bench: Bench) -> None:
    (bench.folder / "a.txt").write_text("a")
    body = (
        "requestBody: {contentType: multipart/form-data, payload: {nte: 3}, x-files: {file: a.txt}}"
    )

    assert [title for title, _ in told(bench, body)] == [
        "POST /v1/orders has no member 'nte' in its payload"
    ]


@pytest.mark.parametrize(
    ("parameter", "title"),
    [
        ("{name: page, in: query, value: one}", "'page' takes an integer, not 'one'"),
        ("{name: sort, in: query, value: upp}", "'sort' takes none such as 'upp'"),
    ],
)
def test_a_parameter_is_compared_too(bench: Bench, parameter: str, title: str) -> None:
    body = "requestBody: {contentType: application/json, payload: {title: a, count: 3}}"

    found = told(bench, f"parameters: [{parameter}]\n        {body}")

    assert [title in each[0] for each in found] == [True]


@pytest.mark.parametrize(
    ("kind", "condition", "severity", "written"),
    [
        ("jsonpath", "$..[?@.id == $inputs.name]", Severity.ERROR, "'{$inputs.name}'"),
        ("regex", "^$inputs.name$", Severity.WARNING, "{$inputs.name}"),
    ],
)
def test_an_expression_within_a_query_needs_braces(
    bench: Bench, kind: str, condition: str, severity: Severity, written: str
) -> None:
    (bench.folder / "openapi.yaml").write_text(OPENAPI)
    criterion = f"{{context: $response.body, type: {kind}, condition: '{condition}'}}"
    body = "requestBody: {contentType: application/json, payload: {title: a, count: 3}}"

    found = bench.lint(FLOW % f"{body}\n        successCriteria: [{criterion}]")

    assert [(each.severity, written in each.advice) for each in found] == [(severity, True)]


ODD_REFERENCES = (
    OPENAPI.replace(
        "{$ref: '#/components/schemas/Order'}", "{$ref: '#/components/schemas/An%20order'}"
    )
    .replace("    Order:\n", "    An order:\n")
    .replace("[{$ref: '#/components/schemas/Base'}]", "[{$ref: '#base'}]")
    .replace("Base: {type", "Base: {$anchor: base, type")
)


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        pytest.param("{title: x, count: 1}", [], id="kept"),
        pytest.param("{count: 1}", ["the payload lacks 'title', which POST /v1/orders requires"], id="behind-an-anchor"),
        pytest.param("{title: x, count: y}", ['/count is a string ("y"), not an integer'], id="behind-a-percent-sign"),
    ],
)  # fmt: skip
def test_references_are_followed_in_every_legal_form(
    bench: Bench, payload: str, expected: list[str]
) -> None:
    (bench.folder / "openapi.yaml").write_text(ODD_REFERENCES)
    rest = f"requestBody: {{contentType: application/json, payload: {payload}}}"

    found = [each.title for each in bench.lint(FLOW % rest)]

    assert found == expected
