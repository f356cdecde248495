import json

from harness.document import parse
from harness.exchange import Request
from harness.openapi.exercised import Constraint, Side, constraints, exercised, share
from harness.openapi.load import build_api
from harness.openapi.model import Api

API = """\
openapi: 3.0.3
info: {title: T, version: '1'}
servers: [{url: 'https://api.acme.com/v1'}]
paths:
  /things/{id}:
    put:
      parameters:
        - {name: id, in: path, required: true, schema: {type: string, pattern: '^[a-z]+$'}}
        - {name: limit, in: query, required: true, schema: {type: integer, maximum: 5}}
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Thing'}
      responses: {'200': {description: k}}
components:
  schemas:
    Thing:
      type: object
      required: [name]
      additionalProperties: false
      properties:
        name: {type: string, minLength: 2}
        parts: {type: array, items: {$ref: '#/components/schemas/Thing'}}
"""
LABEL = "PUT /v1/things/{id}"
THING = "/components/schemas/Thing"


def api() -> Api:
    return build_api(parse(API, "api.yaml"), "t")


def put(body: object, *, path: str = "abc", query: str = "limit=5") -> Request:
    url = f"https://api.acme.com/v1/things/{path}?{query}"
    return Request("PUT", url, body=json.dumps(body).encode(), operation=LABEL)


def sides(pointer: str, *requests: Request) -> set[str]:
    found = exercised(api(), requests)
    return {side.value for each in found if each.pointer == pointer for side in found[each]}


def test_every_constraint_of_a_request_is_listed_once() -> None:
    keywords = [each.keyword for each in constraints(api())]

    assert sorted(keywords) == [
        "additionalProperties",
        "maximum",
        "minLength",
        "pattern",
        "required",
        "required",
        "type",
        "type",
        "type",
        "type",
        "type",
    ]


def test_nothing_is_exercised_without_requests() -> None:
    found = exercised(api(), ())

    assert set(found.values()) == {frozenset()}
    assert share(found) == 0


def test_a_valid_and_an_invalid_value_are_both_sides() -> None:
    pointer = f"{THING}/properties/name/minLength"

    assert sides(pointer, put({"name": "ab"})) == {"within"}
    assert sides(pointer, put({"name": "a"})) == {"beyond"}
    assert sides(pointer, put({"name": "ab"}), put({"name": "a"})) == {"within", "beyond"}


def test_a_rule_says_nothing_about_a_value_of_another_type() -> None:
    assert sides(f"{THING}/properties/name/minLength", put({"name": 5})) == set()
    assert sides(f"{THING}/properties/name/type", put({"name": 5})) == {"beyond"}


def test_what_is_required_is_exercised_by_leaving_it_out() -> None:
    assert sides(f"{THING}/required/0", put({"name": "ab"}), put({})) == {"within", "beyond"}


def test_a_closed_object_is_exercised_by_an_unknown_member() -> None:
    pointer = f"{THING}/additionalProperties"

    assert sides(pointer, put({"name": "ab", "x": 1})) == {"beyond"}


def test_values_in_lists_count_for_the_schema_that_they_share() -> None:
    body = {"name": "ab", "parts": [{"name": "a"}]}

    assert sides(f"{THING}/properties/name/minLength", put(body)) == {"within", "beyond"}


def test_parameters_are_read_as_their_schema_has_them() -> None:
    place = "/paths/~1things~1{id}/put/parameters"

    assert sides(f"{place}/1/schema/maximum", put({}, query="limit=6")) == {"beyond"}
    assert sides(f"{place}/1/schema/type", put({}, query="limit=x")) == {"beyond"}
    assert sides(f"{place}/1/required", put({}, query="")) == {"beyond"}
    assert sides(f"{place}/0/schema/pattern", put({}, path="A1")) == {"beyond"}


def test_the_share_counts_constraints_of_both_sides() -> None:
    one = Constraint("GET /", "/a", "type")
    other = Constraint("GET /", "/b", "type")

    assert share({one: frozenset(Side), other: frozenset({Side.WITHIN})}) == 0.5
    assert share({}) == 1


def test_requests_of_other_operations_count_for_nothing() -> None:
    request = Request("GET", "https://api.acme.com/", operation="GET /")

    assert set(exercised(api(), [request]).values()) == {frozenset()}
