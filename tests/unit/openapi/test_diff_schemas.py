from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import DocumentError
from harness.jsonvalue import Json
from harness.openapi.change import Direction
from harness.openapi.diff import diff
from harness.openapi.diff_schemas import Comparison, schema_changes
from harness.openapi.model import Api

BODY = """operationId: getThing
      requestBody:
        content:
          multipart/form-data:
            schema:
              type: object
              required: [files]
              properties:
                files: {type: array, minItems: 1, maxItems: 10, items: {enum: [a, b]}}
                note: {type: string, maxLength: 9}
            encoding:
              files: {contentType: 'image/png, image/gif'}"""


def told(old: Api, new: Api) -> list[str]:
    return [str(each).rpartition(" [")[0].replace("GET /base/v1/", "") for each in diff(old, new)]


@pytest.mark.parametrize(
    ("old", "new", "there", "back"),
    [
        pytest.param(
            "maxItems: 10",
            "maxItems: 5",
            "breaking request-max-items-narrowed things/{id} body multipart/form-data /files: "
            "maxItems 10 -> 5",
            "harmless request-max-items-widened things/{id} body multipart/form-data /files: "
            "maxItems 5 -> 10",
            id="upper-bound",
        ),
        pytest.param(
            "minItems: 1, ",
            "",
            "harmless request-min-items-widened things/{id} body multipart/form-data /files: "
            "minItems 1 -> none",
            "breaking request-min-items-narrowed things/{id} body multipart/form-data /files: "
            "minItems none -> 1",
            id="lower-bound",
        ),
        pytest.param(
            "[files]",
            "[files, note]",
            "breaking request-required-narrowed things/{id} body multipart/form-data /note: "
            "required now",
            "harmless request-required-widened things/{id} body multipart/form-data /note: "
            "optional now",
            id="required",
        ),
        pytest.param(
            "enum: [a, b]",
            "enum: [a]",
            "breaking request-enum-narrowed things/{id} body multipart/form-data /files/*: "
            'enum without "b"',
            "harmless request-enum-widened things/{id} body multipart/form-data /files/*: "
            'enum with "b"',
            id="enum",
        ),
        pytest.param(
            "{type: string, maxLength: 9}",
            "{type: [string, 'null'], maxLength: 9}",
            "harmless request-type-widened things/{id} body multipart/form-data /note: "
            "type string -> null or string",
            "breaking request-type-narrowed things/{id} body multipart/form-data /note: "
            "type null or string -> string",
            id="null",
        ),
        pytest.param(
            "                note: {type: string, maxLength: 9}\n",
            "",
            "harmless request-property-removed things/{id} body multipart/form-data /note: removed",
            "harmless request-property-added things/{id} body multipart/form-data /note: added",
            id="member",
        ),
        pytest.param(
            "image/png, image/gif",
            "image/png",
            "breaking encoding-narrowed things/{id} body multipart/form-data /files: "
            "without image/gif",
            "harmless encoding-widened things/{id} body multipart/form-data /files: with image/gif",
            id="encoding",
        ),
    ],
)
def test_request_that_is_narrowed_breaks_its_sender(
    api_with: Callable[..., Api], old: str, new: str, there: str, back: str
) -> None:
    assert old in BODY
    before = api_with("operationId: getThing", BODY)
    after = api_with("operationId: getThing", BODY.replace(old, new))

    assert told(before, after) == [there]
    assert told(after, before) == [back]


@pytest.mark.parametrize(
    ("old", "new", "there", "back"),
    [
        pytest.param(
            "required: [name]",
            "required: [name, born]",
            "harmless response-required-narrowed things/{id} answer 200 application/json /born: "
            "required now",
            "breaking response-required-widened things/{id} answer 200 application/json /born: "
            "optional now",
            id="required",
        ),
        pytest.param(
            "      maxLength: 10\n",
            "",
            "breaking response-max-length-widened things/{id} answer 200 application/json /name: "
            "maxLength 10 -> none",
            "harmless response-max-length-narrowed things/{id} answer 200 application/json /name: "
            "maxLength none -> 10",
            id="bound",
        ),
        pytest.param(
            "        born:\n          type: string\n          format: date\n",
            "",
            "breaking response-property-removed things/{id} answer 200 application/json /born: "
            "removed",
            "harmless response-property-added things/{id} answer 200 application/json /born: added",
            id="member",
        ),
        pytest.param(
            "            - {type: integer}\n",
            "",
            "harmless response-one-of-narrowed things/{id} answer 200 application/json /either: "
            "oneOf 2 -> 1 branches",
            "breaking response-one-of-widened things/{id} answer 200 application/json /either: "
            "oneOf 1 -> 2 branches",
            id="choice",
        ),
        pytest.param(
            "^[A-Z][a-z]+$",
            "^[A-Z]+$",
            "breaking response-pattern-changed things/{id} answer 200 application/json /name: "
            "pattern ^[A-Z][a-z]+$ -> ^[A-Z]+$",
            "breaking response-pattern-changed things/{id} answer 200 application/json /name: "
            "pattern ^[A-Z]+$ -> ^[A-Z][a-z]+$",
            id="pattern",
        ),
        pytest.param(
            "required: [name]",
            "required: [name]\n      additionalProperties: false",
            "harmless response-additional-properties-narrowed things/{id} "
            "answer 200 application/json : further members refused now",
            "breaking response-additional-properties-widened things/{id} "
            "answer 200 application/json : further members allowed now",
            id="further-members",
        ),
        pytest.param(
            "              required: true\n",
            "",
            "breaking answer-header things/{id} answer 200 header x-trace: no longer promised",
            "harmless answer-header things/{id} answer 200 header x-trace: promised now",
            id="header",
        ),
    ],
)
def test_response_that_is_widened_breaks_its_reader(
    api_with: Callable[..., Api], api_text: Api, old: str, new: str, there: str, back: str
) -> None:
    after = api_with(old, new)

    assert told(api_text, after) == [there]
    assert told(after, api_text) == [back]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param({}, {"enum": ["a"]}, ['enum any -> "a"'], id="enum-added"),
        pytest.param({"const": 1}, {}, ["enum 1 -> any"], id="const-gone"),
        pytest.param({"const": 1}, {"enum": [1]}, [], id="const-is-an-enum"),
        pytest.param({"format": "date"}, {}, ["format date -> none"], id="format-gone"),
        pytest.param(
            {"type": "number"},
            {"type": "integer"},
            ["type integer or number -> integer"],
            id="number",
        ),
        pytest.param({"title": "a"}, {"title": "b", "example": 1}, [], id="words"),
        pytest.param({"anyOf": [{}]}, {}, ["anyOf 1 -> 0 branches"], id="choice-gone"),
    ],
)
def test_values_that_are_allowed_are_compared(old: Json, new: Json, expected: list[str]) -> None:
    comparison = Comparison({}, {}, Direction.RESPONSE, "POST /a", "body")

    assert [each.text for each in schema_changes(comparison, old, new)] == expected


def test_schema_that_folds_for_ever_is_left() -> None:
    root: Json = {"a": {"allOf": [{"$ref": "#/a"}]}}
    comparison = Comparison(root, root, Direction.REQUEST, "POST /a", "body")

    assert list(schema_changes(comparison, {"$ref": "#/a"}, {"$ref": "#/a"})) == []


@given(st.none() | st.integers(0, 99), st.none() | st.integers(0, 99))
def test_smaller_limit_breaks_senders_and_larger_one_breaks_readers(
    old: int | None, new: int | None
) -> None:
    found = {
        direction: [
            each.is_breaking
            for each in schema_changes(
                Comparison({}, {}, direction, "POST /a", "body"), limited(old), limited(new)
            )
        ]
        for direction in Direction
    }

    grew = (float("inf") if new is None else new) > (float("inf") if old is None else old)
    assert found[Direction.REQUEST] == ([] if old == new else [not grew])
    assert found[Direction.RESPONSE] == ([] if old == new else [grew])


def limited(length: int | None) -> Json:
    return {"type": "string"} if length is None else {"type": "string", "maxLength": length}


def test_schemas_that_multiply_are_given_up() -> None:
    schemas: dict[str, Json] = {
        f"A{level}": {
            "properties": {
                f"p{index}": {"$ref": f"#/components/schemas/A{level + 1}"} for index in range(9)
            }
        }
        for level in range(9)
    }
    root: Json = {"components": {"schemas": {**schemas, "A9": {}}}}
    comparison = Comparison(root, root, Direction.REQUEST, "POST /a", "body")
    first: Json = {"$ref": "#/components/schemas/A0"}

    with pytest.raises(DocumentError, match="multiply into too many comparisons"):
        list(schema_changes(comparison, first, first))
