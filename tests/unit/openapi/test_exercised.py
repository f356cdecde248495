"""A constraint is exercised where a value within was accepted and one beyond was judged; nothing counts by accident."""

import json

from harness.document import parse
from harness.events import CaseFinished, ExchangeDone
from harness.exchange import Exchange, Request, Response
from harness.openapi.exercised import Exercise, Side, sides_of
from harness.openapi.load import build_api
from harness.openapi.model import Api
from harness.outcome import Check, Outcome, Status

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
LENGTH = f"{THING}/properties/name/minLength"
PARAMETERS = "/paths/~1things~1{id}/put/parameters"


def api(text: str = API) -> Api:
    return build_api(parse(text, "api.yaml"), "t")


def put(body: object, *, path: str = "abc", query: str = "limit=5") -> Request:
    url = f"https://api.acme.com/v1/things/{path}?{query}"
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = (("Content-Type", "application/json"),)
    return Request("PUT", url, headers, body=raw, operation=LABEL)


def done(number: int, request: Request, status: int) -> ExchangeDone:
    return ExchangeDone(Exchange(number, request, Response(status, (), b"")))


def judged(number: int, status: Status) -> CaseFinished:
    check = Check("invalid.refused", status, "4xx", "200", exchange=number)
    return CaseFinished(Outcome("t/case", status, (check,)))


def after(*events: ExchangeDone | CaseFinished, text: str = API) -> dict[str, set[str]]:
    exercise = Exercise(api(text), lambda _: None)
    for event in events:
        exercise.note(event)
    return {each.pointer: set(map(str, sides)) for each, sides in exercise.sides().items()}


def test_every_constraint_of_a_request_is_listed_once() -> None:
    exercise = Exercise(api(), lambda _: None)

    assert sorted(each.keyword for each in exercise.sides()) == [
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
    ]


def test_nothing_is_exercised_without_requests() -> None:
    assert set(map(frozenset, after().values())) == {frozenset()}


def test_a_value_within_counts_where_it_was_accepted() -> None:
    assert after(done(1, put({"name": "ab"}), 200))[LENGTH] == {"within"}
    assert after(done(1, put({"name": "ab"}), 400))[LENGTH] == set()
    assert after(done(1, put({"name": "ab"}), 500))[LENGTH] == set()


def test_a_value_within_does_not_count_in_an_invalid_request() -> None:
    assert after(done(1, put({"name": "ab", "x": 1}), 200))[LENGTH] == set()


def test_a_value_beyond_counts_where_it_was_refused() -> None:
    assert after(done(1, put({"name": "a"}), 422))[LENGTH] == {"beyond"}


def test_a_refusal_for_who_asks_or_how_often_says_nothing_of_a_value() -> None:
    for status in (401, 403, 429):
        assert after(done(1, put({"name": "a"}), status))[LENGTH] == set()


def test_a_value_beyond_that_was_accepted_counts_where_a_check_judged_it() -> None:
    accepted = done(7, put({"name": "a"}), 200)

    assert after(accepted)[LENGTH] == set()
    assert after(accepted, judged(7, Status.PASS))[LENGTH] == set()
    assert after(accepted, judged(8, Status.FAIL))[LENGTH] == set()
    assert after(accepted, judged(7, Status.FAIL))[LENGTH] == {"beyond"}
    assert after(done(7, put({"name": "a"}), 500), judged(7, Status.FAIL))[LENGTH] == {"beyond"}


def test_a_value_beyond_beside_another_counts_for_neither() -> None:
    found = after(done(1, put({"name": "a", "x": 1}), 400))

    assert found[LENGTH] == found[f"{THING}/additionalProperties"] == set()


def test_a_rule_says_nothing_about_a_value_of_another_type() -> None:
    found = after(done(1, put({"name": 5}), 400))

    assert found[LENGTH] == set()
    assert found[f"{THING}/properties/name/type"] == {"beyond"}


def test_what_is_required_is_exercised_by_leaving_it_out() -> None:
    found = after(done(1, put({"name": "ab"}), 200), done(2, put({}), 400))

    assert found[f"{THING}/required/0"] == {"within", "beyond"}


def test_values_in_lists_count_for_the_schema_that_they_share() -> None:
    body = {"name": "ab", "parts": [{"name": "a"}]}

    assert after(done(1, put(body), 400))[LENGTH] == {"beyond"}


def test_parameters_are_read_as_their_schema_has_them() -> None:
    good = {"name": "ab"}

    assert after(done(1, put(good, query="limit=6"), 400))[f"{PARAMETERS}/1/schema/maximum"] == {
        "beyond"
    }
    assert after(done(1, put(good, query="limit=x"), 400))[f"{PARAMETERS}/1/schema/type"] == {
        "beyond"
    }
    assert after(done(1, put(good, query=""), 400))[f"{PARAMETERS}/1/required"] == {"beyond"}
    assert after(done(1, put(good, path="A1"), 404))[f"{PARAMETERS}/0/schema/pattern"] == {"beyond"}


def test_what_the_record_does_not_hold_is_on_no_side() -> None:
    found = after(done(1, put({"name": "[masked]"}), 400))

    assert found[f"{THING}/properties/name/type"] == set()
    assert found[LENGTH] == set()


def test_an_unreadable_body_is_on_no_side_of_what_is_in_it() -> None:
    assert after(done(1, put(b"{"), 400)) == after()


ALTERNATIVES = API.replace(
    "name: {type: string, minLength: 2}",
    "name: {oneOf: [{type: string, minLength: 2}, {type: integer, minimum: 3}]}",
)
ONE, OTHER = (f"{THING}/properties/name/oneOf/{n}" for n in (0, 1))


def test_an_alternative_that_fits_breaks_nothing_of_the_others() -> None:
    found = after(done(1, put({"name": 5}), 200), text=ALTERNATIVES)

    assert found[f"{OTHER}/minimum"] == {"within"}
    assert found[f"{ONE}/type"] == set()


def test_where_none_fits_the_one_of_the_same_type_was_meant() -> None:
    found = after(done(1, put({"name": 2}), 400), text=ALTERNATIVES)

    assert found[f"{OTHER}/minimum"] == {"beyond"}
    assert found[f"{ONE}/type"] == set()


FORM = API.replace(
    "application/json:\n            schema: {$ref: '#/components/schemas/Thing'}",
    "multipart/form-data:\n            schema:\n              type: object\n"
    "              properties:\n"
    "                claim: {$ref: '#/components/schemas/Thing'}\n"
    "                n: {type: integer}\n"
    "                all: {type: array, maxItems: 2, items: {$ref: '#/components/schemas/Thing'}}",
)


def test_parts_of_a_form_are_read_as_their_schemas_have_them() -> None:
    def sides(form: list[tuple[str, str | None]], status: int) -> dict[str, set[str]]:
        exercise = Exercise(api(FORM), lambda _: form)
        request = Request(
            "PUT",
            "https://api.acme.com/v1/things/abc?limit=5",
            (("Content-Type", "multipart/form-data; boundary=x"),),
            body=b"x",
            operation=LABEL,
        )
        exercise.note(done(1, request, status))
        return {each.pointer: set(map(str, sides)) for each, sides in exercise.sides().items()}

    schema = "/paths/~1things~1{id}/put/requestBody/content/multipart~1form-data/schema"
    assert sides([("claim", '{"name": "a"}'), ("n", "1")], 400)[LENGTH] == {"beyond"}
    assert sides([("claim", '{"name": "ab"}'), ("n", "x")], 400)[f"{schema}/properties/n/type"] == {
        "beyond"
    }
    assert sides([("claim", '{"name": "ab"}'), ("n", "1")], 200)[LENGTH] == {"within"}
    parts = [("all", '{"name": "ab"}')] * 3
    whole = [("all", '[{"name": "ab"}, {"name": "a"}]')]
    assert sides([*parts], 400)[f"{schema}/properties/all/maxItems"] == {"beyond"}
    assert sides([parts[0], ("all", '{"name": "a"}')], 400)[LENGTH] == {"beyond"}
    assert sides([*whole], 400)[LENGTH] == {"beyond"}


def test_requests_of_other_operations_count_for_nothing() -> None:
    request = Request("GET", "https://api.acme.com/", operation="GET /")

    assert after(done(1, request, 200)) == after()


def test_what_is_told_can_be_read_back() -> None:
    exercise = Exercise(api(), lambda _: None)
    exercise.note(done(1, put({"name": "ab"}), 200))
    exercise.note(done(2, put({"name": "a"}), 400))

    (line,) = exercise.as_events()
    words = dict(line.sides)
    assert (line.api, line.operation, words[LENGTH]) == ("t", LABEL, "both")
    assert {word: sides_of(word) for word in ("", "within", "both")} == {
        "": frozenset(),
        "within": frozenset({Side.WITHIN}),
        "both": frozenset(Side),
    }
