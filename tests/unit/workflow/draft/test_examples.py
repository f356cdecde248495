import pytest

from harness.document import parse
from harness.jsonvalue import Json
from harness.openapi.load import build_api
from harness.openapi.model import Api
from harness.workflow.draft.examples import (
    body_example,
    parameter_example,
    resolved,
    schema_example,
)

TEXT = """\
openapi: 3.1.0
info: {title: E, version: '1'}
paths:
  /a/{id}:
    parameters:
      - {name: id, in: path, required: true, example: A-7, schema: {type: string}}
      - {name: q, in: query, schema: {type: string}}
      - $ref: '#/components/parameters/Shared'
    post:
      operationId: post
      parameters:
        - {name: id, in: query, schema: {type: integer, minimum: 5}}
      requestBody:
        content:
          application/json: {schema: {$ref: '#/components/schemas/Tree'}, example: {written: 1}}
          application/xml: {schema: {type: string}, examples: {one: {$ref: '#/components/examples/X'}}}
          text/plain: {schema: {type: string}}
components:
  parameters:
    Shared: {name: X-S, in: header, examples: {one: {value: shared}}, schema: {type: string}}
  examples: {X: {value: <a/>}}
  schemas:
    Tree: {type: object, required: [child], properties: {child: {$ref: '#/components/schemas/Tree'}}}
    Name: {type: string, example: Sam}
"""


@pytest.fixture
def api() -> Api:
    return build_api(parse(TEXT, "e.yaml"), "e")


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        pytest.param({"type": "string", "example": "e"}, "e", id="example"),
        pytest.param({"examples": ["f", "g"]}, "f", id="examples"),
        pytest.param({"const": 3}, 3, id="const"),
        pytest.param({"type": "string", "default": "d", "enum": ["a"]}, "d", id="default"),
        pytest.param({"enum": ["a", "b"]}, "a", id="enum"),
        pytest.param({"$ref": "#/components/schemas/Name"}, "Sam", id="reference"),
        pytest.param({"$ref": "#/nowhere"}, {}, id="reference-to-nothing"),
        pytest.param({"oneOf": [{"type": "integer"}, {"type": "string"}]}, 1, id="one-of"),
        pytest.param({"anyOf": [{"type": "boolean"}]}, True, id="any-of"),
        pytest.param({"type": ["null", "integer"], "minimum": 4}, 4, id="nullable"),
        pytest.param({"type": "number"}, 1, id="number"),
        pytest.param({"type": "array", "items": {"type": "boolean"}}, [True], id="array"),
        pytest.param({"type": "string"}, "sample", id="string"),
        pytest.param({"type": "string", "maxLength": 3}, "sam", id="short"),
        pytest.param({"type": "string", "format": "date"}, "2026-01-15", id="date"),
        pytest.param({"type": "string", "format": "npi"}, "1234567893", id="npi"),
        pytest.param(
            {
                "allOf": [{"required": ["a"], "properties": {"a": {"const": 1}}}],
                "required": ["b", "a"],
                "properties": {"b": {"type": "string"}, "c": {"type": "string"}},
            },
            {"a": 1, "b": "sample"},
            id="only-what-is-required",
        ),
    ],
)
def test_an_example_follows_the_schema(api: Api, schema: Json, expected: Json) -> None:
    assert schema_example(api, schema) == expected


def test_a_schema_that_holds_itself_ends(api: Api) -> None:
    found = schema_example(api, {"$ref": "#/components/schemas/Tree"})

    assert str(found).count("child") == 13


def test_what_a_document_writes_itself_comes_first(api: Api) -> None:
    json, xml, plain = api.operations[0].body

    assert body_example(api, json) == {"written": 1}
    assert body_example(api, xml) == "<a/>"
    assert body_example(api, plain) == "sample"


def test_a_parameter_s_own_example_is_of_its_place(api: Api) -> None:
    operation = api.operations[0]

    found = {
        (each.location, each.name): parameter_example(api, operation, each)
        for each in operation.parameters
    }

    assert found == {
        ("path", "id"): "A-7",
        ("query", "q"): "sample",
        ("header", "X-S"): "shared",
        ("query", "id"): 5,
    }


def test_what_is_no_object_has_no_members(api: Api) -> None:
    assert resolved(api, "text") == {}
    assert resolved(api, {"type": "string"}) == {"type": "string"}
