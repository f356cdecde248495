import pytest

from harness import document
from harness.jsonvalue import Json, compact
from harness.openapi.instances import NoInstance, Wanted, instance
from harness.openapi.load import build_api
from harness.openapi.model import Api
from harness.openapi.validator import faults
from harness.openapi.walk import Direction

SCHEMAS: dict[str, str] = {
    "text": "{type: string, minLength: 3, maxLength: 5}",
    "long-text": "{type: string, minLength: 30}",
    "pattern": "{type: string, pattern: '^[A-Z]{3}#[0-9]{12}$'}",
    "pattern-with-length": "{type: string, pattern: '^[a-z]+$', minLength: 4, maxLength: 9}",
    "integer": "{type: integer, minimum: 5, maximum: 7, multipleOf: 3}",
    "exclusive": "{type: number, exclusiveMinimum: 0, exclusiveMaximum: 1}",
    "enum": "{enum: [a, b]}",
    "const": "{const: 7}",
    "date": "{type: string, format: date}",
    "uuid": "{type: string, format: uuid}",
    "array": "{type: array, minItems: 2, uniqueItems: true, items: {type: string}}",
    "tuple": "{type: array, minItems: 2, prefixItems: [{type: integer}, {type: string}]}",
    "all-of": "{allOf: [{type: object, required: [a], properties: {a: {type: integer, minimum: 3}}}, {properties: {a: {maximum: 4}}}]}",
    "one-of": "{oneOf: [{type: 'null'}, {type: object, required: [x], properties: {x: {const: 1}}}]}",
    "map": "{type: object, minProperties: 2, additionalProperties: {type: integer}}",
    "map-with-names-of-samples": "{type: object, required: [sample1], minProperties: 3, properties: {sample1: {type: string}, sample2: {type: boolean}}, additionalProperties: {type: integer}}",
    "nullable": "{type: [string, 'null']}",
    "recursive": "{$ref: '#/components/schemas/node'}",
    "read-only": "{type: object, required: [id, name], properties: {id: {type: integer, readOnly: true}, name: {type: string}}}",
}
NODE = "{type: object, required: [name], properties: {name: {type: string}, children: {type: array, items: {$ref: '#/components/schemas/node'}}}}"


def api_with(schema: str) -> Api:
    text = (
        "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\n"
        f"components:\n  schemas:\n    node: {NODE}\n    it: {schema}\n"
    )
    return build_api(document.parse(text, "d.yaml"), "d")


@pytest.mark.parametrize("is_full", [False, True], ids=["plain", "full"])
@pytest.mark.parametrize("number", [0, 1, 5])
@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_what_is_made_is_allowed(schema: str, number: int, is_full: bool) -> None:
    api = api_with(schema)
    it: Json = {"$ref": "#/components/schemas/it"}

    made = instance(api, it, Wanted(Direction.EITHER, is_full=is_full, number=number))

    assert faults(api, "/components/schemas/it", made) == ()
    again = instance(api, it, Wanted(Direction.EITHER, is_full=is_full, number=number))
    assert compact(again) == compact(made)


def test_a_request_holds_no_read_only_member() -> None:
    api = api_with(SCHEMAS["read-only"])

    made = instance(api, {"$ref": "#/components/schemas/it"}, Wanted(Direction.REQUEST))

    assert made == {"name": "sample"}


@pytest.mark.parametrize(
    "schema",
    [
        "{type: integer, minimum: 2, maximum: 1}",
        "{type: string, pattern: '^a$', minLength: 2}",
        "{type: object, required: [me], properties: {me: {$ref: '#/components/schemas/it'}}}",
    ],
    ids=["empty-range", "pattern-and-length", "endless"],
)
def test_what_cannot_be_made_is_said(schema: str) -> None:
    with pytest.raises(NoInstance):
        instance(api_with(schema), {"$ref": "#/components/schemas/it"}, Wanted(Direction.REQUEST))


@pytest.mark.parametrize(
    "schema",
    [
        "{type: array, minItems: 1000000000, items: {type: string}}",
        "{type: object, minProperties: 1000000000}",
        "{type: string, minLength: 100000000000}",
    ],
)
def test_what_memory_does_not_hold_is_not_made(schema: str) -> None:
    with pytest.raises(NoInstance, match="no value of more than"):
        instance(api_with(schema), {"$ref": "#/components/schemas/it"}, Wanted(Direction.EITHER))
