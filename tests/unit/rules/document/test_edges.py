"""Each keyword is tried at its own edge, with everything else kept."""

import pytest

from harness import document
from harness.openapi.load import build_api
from harness.openapi.model import Api
from harness.rules.document.catalogue import document_rules
from harness.rules.document.places import Place, places_of
from harness.rules.document.scene import Scene
from harness.rules.document.trials import Constraint, trials_of


def api_with(schema: str) -> Api:
    """Return an API whose one operation takes a member `it`."""
    body = f"{{type: object, required: [it], properties: {{it: {schema}}}}}"
    text = f"""\
openapi: 3.1.0
info: {{title: t, version: '1'}}
paths:
  /a:
    post:
      operationId: add
      requestBody: {{required: true, content: {{application/json: {{schema: {body}}}}}}}
      responses: {{'201': {{description: made}}}}
"""
    return build_api(document.parse(text, "own.yaml"), "own")


def refused(schema: str, keyword: str, *, is_repeat: bool = False) -> list[object]:
    """Return the values that are sent for a keyword and have to be refused."""
    api = api_with(schema)
    place = next(each for each in places_of(api, api.operations[0]) if each.path == ("it",))
    return [each for each, is_valid in _values(api, place, keyword, is_repeat) if not is_valid]


def _values(api: Api, place: Place, keyword: str, is_repeat: bool) -> list[tuple[object, bool]]:
    base = next(Scene(api).candidates(api.operations[0]))
    trials = trials_of(api, Constraint(place, keyword, is_repeat), base)
    return [(each.draft.value_at(place), each.is_valid) for each in trials]


TEXT = "{type: string, minLength: 2, maxLength: 4, example: abc}"
CASES = {
    "minLength": (TEXT, "minLength", ["a"]),
    "maxLength": (TEXT, "maxLength", ["abcab"]),
    "maxLength of what a pattern binds": (
        "{type: string, maxLength: 4, pattern: '^[A-Z][a-z]+$', example: Abc}",
        "maxLength",
        ["Aaaaa"],
    ),
    "minimum": ("{type: integer, minimum: 3, maximum: 5}", "minimum", [2]),
    "maximum": ("{type: integer, minimum: 3, maximum: 5}", "maximum", [6]),
    "exclusiveMaximum": ("{type: integer, exclusiveMaximum: 5}", "exclusiveMaximum", [5]),
    "minItems": ("{type: array, minItems: 2, maxItems: 3}", "minItems", [["sample"]]),
    "maxItems": ("{type: array, minItems: 2, maxItems: 2}", "maxItems", [["sample"] * 3]),
    "minProperties": ("{type: object, minProperties: 1}", "minProperties", [{}]),
    "check digit": (
        "{type: string, format: npi, pattern: '^[0-9]{10}$'}",
        "format",
        ["1234567894", "not an npi"],
    ),
    "int32": ("{type: integer, format: int32}", "format", [2147483648]),
    "enum": ("{type: string, enum: [single, double]}", "enum", ["harness-no-member", "SINGLE"]),
    "byte": ("{type: string, format: byte}", "format", ["no base64!"]),
}


@pytest.mark.parametrize(("schema", "keyword", "expected"), CASES.values(), ids=CASES)
def test_an_edge_is_tried_by_what_breaks_it_alone(
    schema: str, keyword: str, expected: list[object]
) -> None:
    assert refused(schema, keyword) == expected


@pytest.mark.parametrize(("keyword", "expected"), [("minLength", ["a"]), ("maxLength", ["abcab"])])
def test_a_schema_that_stands_at_a_second_place_is_tried_at_each_edge_there(
    keyword: str, expected: list[object]
) -> None:
    assert refused(TEXT, keyword, is_repeat=True) == expected


def test_a_form_without_its_only_member_has_another_one() -> None:
    text = """\
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a:
    post:
      operationId: add
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              required: [title]
              properties: {title: {type: string}, note: {type: string}}
      responses: {'201': {description: made}}
"""
    api = build_api(document.parse(text, "own.yaml"), "own")
    place = next(each for each in places_of(api, api.operations[0]) if each.path == ("title",))
    base = next(Scene(api).candidates(api.operations[0]))

    (trial,) = trials_of(api, Constraint(place, "required"), base)

    assert trial.draft.body == {"note": "sample"}


def test_an_object_of_too_many_members_is_tried() -> None:
    (value,) = refused("{type: object, maxProperties: 1}", "maxProperties")

    assert isinstance(value, dict)
    assert len(value) == 2


def test_a_member_far_down_in_a_large_body_is_tried_by_one_request() -> None:
    members = ", ".join(f"m{n:03}: {{type: string, maxLength: {n + 5}}}" for n in range(200))
    api = api_with(f"{{type: object, properties: {{{members}}}}}")
    operation = api.operations[0]

    rules = {each.id for each in document_rules(api, Scene(api))}
    last = places_of(api, operation)[-1]
    base = next(Scene(api).candidates(operation))
    trials = trials_of(api, Constraint(last, "maxLength", is_repeat=True), base)

    assert f"own/add/{last.slug}-maxLength" in rules
    assert f"own/add/{last.slug}-odd" not in rules
    assert [each.is_valid for each in trials] == [False]
