"""Which members may be absent depends on who sends the value."""

from threading import Thread

import pytest

from harness.document import parse
from harness.errors import DocumentError
from harness.jsonvalue import Json
from harness.openapi import validator
from harness.openapi.load import build_api
from harness.openapi.model import Api
from harness.openapi.validator import all_faults, faults
from harness.openapi.walk import Direction

READ_ONLY = "{type: object, required: [id, n], properties: {id: {type: string, readOnly: true}, n: {type: string}}}"
WRITE_ONLY = "{type: object, required: [pw, n], properties: {pw: {type: string, writeOnly: true}, n: {type: string}}}"


def api_of(schemas: str, version: str = "3.0.3") -> Api:
    return build_api(
        parse(f"openapi: {version}\ninfo: {{}}\npaths: {{}}\ncomponents: {{schemas: {schemas}}}"),
        "a",
    )


def rules(api: Api, value: Json, direction: Direction, name: str = "S") -> list[str]:
    return [each.rule for each in faults(api, f"/components/schemas/{name}", value, direction)]


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
@pytest.mark.parametrize(
    ("schema", "direction", "expected"),
    [
        pytest.param(READ_ONLY, Direction.REQUEST, [], id="read-only-in-a-request"),
        pytest.param(
            READ_ONLY, Direction.RESPONSE, ['required ["id"]'], id="read-only-in-a-response"
        ),
        pytest.param(WRITE_ONLY, Direction.RESPONSE, [], id="write-only-in-a-response"),
        pytest.param(
            WRITE_ONLY, Direction.REQUEST, ['required ["pw"]'], id="write-only-in-a-request"
        ),
        pytest.param(READ_ONLY, Direction.EITHER, [], id="read-only-in-either"),
        pytest.param(WRITE_ONLY, Direction.EITHER, [], id="write-only-in-either"),
    ],
)
def test_a_required_member_may_be_absent_where_it_is_not_sent(
    schema: str, direction: Direction, expected: list[str], version: str
) -> None:
    assert rules(api_of(f"{{S: {schema}}}", version), {"n": "x"}, direction) == expected


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        pytest.param(f"{{properties: {{x: {READ_ONLY}}}}}", {"x": {"n": "1"}}, id="property"),
        pytest.param(f"{{items: {READ_ONLY}}}", [{"n": "1"}], id="items"),
        pytest.param(f"{{additionalProperties: {READ_ONLY}}}", {"q": {"n": "1"}}, id="map"),
        pytest.param(f"{{allOf: [{READ_ONLY}]}}", {"n": "1"}, id="allOf"),
        pytest.param(f"{{anyOf: [{READ_ONLY}]}}", {"n": "1"}, id="anyOf"),
        pytest.param(f"{{oneOf: [{READ_ONLY}, {{type: string}}]}}", {"n": "1"}, id="oneOf"),
        pytest.param("{$ref: '#/components/schemas/R'}", {"n": "1"}, id="reference"),
        pytest.param(
            "{properties: {x: {items: {$ref: '#/components/schemas/R'}}}}",
            {"x": [{"n": "1"}]},
            id="reference-in-items",
        ),
        pytest.param(
            "{allOf: [{$ref: '#/components/schemas/R'}, {required: [id]}]}",
            {"n": "1"},
            id="required-beside-the-declaration",
        ),
        pytest.param(
            "{properties: {id: {readOnly: true}}, allOf: [{$ref: '#/components/schemas/Needs'}]}",
            {},
            id="required-in-the-base",
        ),
        pytest.param(
            "{required: [id], allOf: [{$ref: '#/components/schemas/R'}]}",
            {"n": "1"},
            id="declared-in-the-base",
        ),
        pytest.param(
            "{required: [id], properties: {id: {allOf: [{$ref: '#/components/schemas/Id'}]}}}",
            {},
            id="flag-behind-allOf",
        ),
        pytest.param(
            "{required: [id], properties: {id: {$ref: '#/components/schemas/Id'}}}",
            {},
            id="flag-behind-a-reference",
        ),
    ],
)
def test_that_holds_at_every_depth(schema: str, value: Json) -> None:
    shared = "Needs: {required: [id]}, Id: {type: string, readOnly: true}"
    api = api_of(f"{{S: {schema}, R: {READ_ONLY}, {shared}}}")

    assert rules(api, value, Direction.REQUEST) == []


def test_only_who_declares_the_member_may_leave_it_out() -> None:
    api = api_of(
        "{Needs: {required: [id]}, S: {properties: {id: {readOnly: true}},"
        " allOf: [{$ref: '#/components/schemas/Needs'}]}}"
    )

    assert rules(api, {}, Direction.REQUEST, "S") == []
    assert rules(api, {}, Direction.REQUEST, "Needs") == ['required ["id"]']


def test_what_is_sent_all_the_same_has_to_keep_its_schema() -> None:
    api = api_of(f"{{S: {READ_ONLY}}}")

    assert rules(api, {"id": 7, "n": "x"}, Direction.REQUEST) == ['type "string"']


def test_nothing_is_relaxed_within_not() -> None:
    api = api_of("{S: {properties: {id: {readOnly: true}}, not: {required: [id]}}}")

    assert rules(api, {}, Direction.REQUEST) == []
    assert len(rules(api, {"id": 1}, Direction.REQUEST)) == 1


def test_a_property_of_that_name_elsewhere_is_still_required() -> None:
    api = api_of(
        f"{{S: {{required: [inner], properties: {{inner: {{required: [id]}}, r: {READ_ONLY}}}}}}}"
    )

    assert rules(api, {"inner": {}}, Direction.REQUEST) == ['required ["id"]']


def test_the_place_of_a_rule_is_that_of_the_document_also_in_a_copy() -> None:
    api = api_of(
        "{Needs: {required: [id, k]}, S: {properties: {id: {readOnly: true}},"
        " allOf: [{$ref: '#/components/schemas/Needs'}]}}"
    )

    (fault,) = faults(api, "/components/schemas/S", {}, Direction.REQUEST)

    assert fault.schema_pointer == "/components/schemas/Needs/required"


@pytest.mark.parametrize(
    ("schema", "value", "why"),
    [
        pytest.param("{pattern: 'a++'}", "a", "is a pattern that cannot be compiled", id="pattern"),
        pytest.param("{$ref: '#/gone'}", 1, "refers to '#/gone', which leads", id="reference"),
        pytest.param("{type: strng}", "a", "is not a schema: ", id="type"),
        pytest.param("{properties: []}", {}, "is not a schema: ", id="properties"),
        pytest.param("{items: 7}", [1], "is not a schema: ", id="items"),
        pytest.param("{maxLength: '5'}", "a", "is not a schema: ", id="bound"),
    ],
)
def test_a_rule_that_nobody_can_evaluate_is_an_error_where_a_value_comes_under_it(
    schema: str, value: Json, why: str
) -> None:
    api = api_of(f"{{S: {{properties: {{q: {schema}, n: {{type: string}}}}}}}}")

    with pytest.raises(DocumentError) as caught:
        rules(api, {"q": value}, Direction.RESPONSE)

    assert why in str(caught.value)
    assert rules(api, {"n": "x"}, Direction.RESPONSE) == []
    assert rules(api, {"n": 1, "q": value}, Direction.RESPONSE) == ['type "string"']


def test_a_pattern_that_nobody_can_evaluate_concerns_texts_alone() -> None:
    api = api_of("{S: {pattern: 'a++'}}")

    assert rules(api, 7, Direction.RESPONSE) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param({"é1": 1}, ['type "string"'], id="covered"),
        pytest.param({"_": 1}, [], id="not-covered"),
    ],
)
def test_names_of_members_match_patterns_of_ecma_262(text: Json, expected: list[str]) -> None:
    api = api_of(r"{S: {patternProperties: {'^\p{L}\d$': {type: string}}}}", "3.1.0")

    found = faults(api, "/components/schemas/S", text)

    assert [each.rule for each in found] == expected
    assert all(
        each.schema_pointer == r"/components/schemas/S/patternProperties/^\p{L}\d$/type"
        for each in found
    )


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        pytest.param("{$ref: '#foo'}", 1, ['type "object"'], id="anchor"),
        pytest.param("{$ref: 'urn:x#/$defs/n'}", 1, ['type "string"'], id="identifier"),
        pytest.param("{$ref: 'urn:x'}", {"a": 1}, ['type "string"'], id="local-definitions"),
        pytest.param(
            "{$ref: '#foo', maxProperties: 0}", {"a": 1}, ["maxProperties 0"], id="sibling"
        ),
        pytest.param(
            "{properties: {default: {$ref: '#foo'}}}", {"default": 1}, ['type "object"'], id="name"
        ),
    ],
)
def test_references_of_3_1_are_followed(schema: str, value: Json, expected: list[str]) -> None:
    api = api_of(
        f"{{S: {schema}, F: {{$anchor: foo, type: object}}, X: {{$id: 'urn:x',"
        " $defs: {n: {type: string}}, properties: {a: {$ref: '#/$defs/n'}}}}",
        "3.1.0",
    )

    assert rules(api, value, Direction.RESPONSE) == expected


GENERIC = """{
  List: {$id: 'urn:list', $defs: {item: {$dynamicAnchor: item}},
    type: array, items: {$dynamicRef: '#item'}},
  Names: {$id: 'urn:names', $defs: {item: {$dynamicAnchor: item, type: string}}, $ref: 'urn:list'},
  Counts: {$id: 'urn:counts', $defs: {item: {$dynamicAnchor: item, type: integer}}, $ref: 'urn:list'},
  Both: {properties: {n: {$ref: 'urn:names'}, c: {$ref: 'urn:counts'}, any: {$ref: 'urn:list'}}}}
"""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({"n": ["a"], "c": [1], "any": [None]}, [], id="each-its-own"),
        pytest.param({"n": [1]}, ['type "string"'], id="names"),
        pytest.param({"c": ["a"]}, ['type "integer"'], id="counts"),
    ],
)
def test_a_dynamic_reference_means_what_the_way_to_it_says(
    value: Json, expected: list[str]
) -> None:
    api = api_of(GENERIC.replace("\n", " "), "3.1.0")

    assert rules(api, value, Direction.RESPONSE, "Both") == expected


@pytest.mark.parametrize("choice", ["anyOf", "oneOf"])
def test_a_choice_of_nothing_is_broken_by_everything(choice: str) -> None:
    api = api_of(f"{{S: {{{choice}: [false, false]}}}}", "3.1.0")

    assert len(rules(api, 1, Direction.RESPONSE)) == 1


def test_schemas_are_written_by_one_thread_at_a_time_also_for_formats() -> None:
    api = api_of("{Thing: {type: string}}")
    pointer = "/components/schemas/Thing"
    thread = Thread(target=all_faults, args=[api, pointer, "x"])

    with validator._WRITING:
        thread.start()
        thread.join(0.2)
        assert thread.is_alive()
    thread.join()
