"""Single faults follow from a schema's keywords, each breaks it, and each limit keeps it."""

from collections.abc import Mapping

import pytest

from harness.jsonvalue import Json, lookup
from harness.openapi.instances import json_type
from harness.openapi.model import Api
from harness.openapi.validator import faults
from harness.rules.single_faults import inner_limits, single_faults


def api_with(schema: Json) -> Api:
    return Api("t", "T", "1", "t.yaml", "", (), (), root={"components": {"schemas": {"T": schema}}})


def broken(schema: Json, valid: Json) -> Mapping[str, Json]:
    found = single_faults(api_with(schema), "/components/schemas/T", valid)
    return {each.name: each.value for each in found}


def kept(schema: Json, valid: Json) -> Mapping[str, Json]:
    found = inner_limits(api_with(schema), "/components/schemas/T", valid)
    return {each.name: each.value for each in found}


def test_a_required_member_is_left_out() -> None:
    schema: Json = {"required": ["a"], "properties": {"a": {}, "b": {}}}

    assert broken(schema, {"a": 1, "b": 2}) == {"a-missing": {"b": 2}}


def test_every_other_json_type_is_tried() -> None:
    assert broken({"type": "string"}, "17") == {
        "type-null": None,
        "type-boolean": True,
        "type-integer": 17,
        "type-number": 1.5,
        "type-array": ["17"],
        "type-object": {"value": "17"},
    }


def test_both_sides_of_a_length_are_tried() -> None:
    schema: Json = {"minLength": 2, "maxLength": 4}

    assert broken(schema, "abc") == {"minLength-1": "a", "maxLength-5": "abcab"}
    assert kept(schema, "abc") == {"minLength-2": "ab", "maxLength-4": "abca"}


def test_both_sides_of_a_number_are_tried() -> None:
    schema: Json = {"minimum": 3, "maximum": 9}

    assert broken(schema, 5) == {"minimum-2": 2, "maximum-10": 10}
    assert kept(schema, 5) == {"minimum-3": 3, "minimum-4": 4, "maximum-8": 8, "maximum-9": 9}


def test_both_sides_of_a_list_are_tried() -> None:
    schema: Json = {"minItems": 1, "maxItems": 2}

    assert broken(schema, ["a"]) == {"minItems-0": [], "maxItems-3": ["a", "a", "a"]}
    assert kept(schema, ["a"]) == {"minItems-2": ["a", "a"]}


def test_every_member_of_an_enumeration_and_a_stranger_are_tried() -> None:
    schema: Json = {"enum": ["ON", "OFF"]}

    assert broken(schema, "ON") == {"enum-stranger": "HARNESS", "enum-case": "on"}
    assert kept(schema, "ON") == {"enum-OFF": "OFF"}


def test_the_edges_of_a_pattern_are_tried() -> None:
    found = broken({"pattern": "^[0-9]{3}$"}, "123")

    assert found["pattern-newline-after"] == "123\n"
    assert found["pattern-before"] == "#123"
    assert found["pattern-other-digits"] == "\u0661\u0662\u0663"
    assert found["pattern-empty"] == ""


def test_a_pattern_without_anchors_is_not_taken_for_one_with() -> None:
    assert "pattern-before" not in broken({"pattern": "[0-9]{3}"}, "123")


def test_impossible_dates_are_tried() -> None:
    found = broken({"format": "date"}, "2026-01-15")

    assert found["format-thirtieth-of-february"] == "2026-02-30"


def test_members_of_items_and_references_are_walked() -> None:
    schema: Json = {"items": {"$ref": "#/components/schemas/U"}}
    api = api_with(schema)
    root: Json = {
        "components": {
            "schemas": {"T": schema, "U": {"properties": {"n": {"type": "integer"}}}},
        }
    }
    api = Api("t", "T", "1", "t.yaml", "", (), (), root=root)

    found = {
        each.name: each.value for each in single_faults(api, "/components/schemas/T", [{"n": 1}])
    }

    assert found["n-type-string"] == [{"n": "1"}]


def test_the_valid_value_stays_as_it_was() -> None:
    valid: dict[str, Json] = {"a": ["x"]}

    broken({"required": ["a"], "properties": {"a": {"maxItems": 1, "items": {}}}}, valid)

    assert valid == {"a": ["x"]}


def test_every_fault_breaks_the_schema_and_every_limit_keeps_it() -> None:
    schema: Json = {
        "type": "object",
        "required": ["a", "b"],
        "properties": {
            "a": {"type": "string", "pattern": "^[A-Z]{2}$", "maxLength": 2},
            "b": {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}},
        },
    }
    api, valid = api_with(schema), {"a": "XY", "b": ["q"]}
    pointer = "/components/schemas/T"

    assert not faults(api, pointer, valid)
    assert all(faults(api, pointer, each.value) for each in single_faults(api, pointer, valid))
    assert not any(faults(api, pointer, each.value) for each in inner_limits(api, pointer, valid))
    assert lookup(valid, "/b/0") == "q"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "null"),
        (True, "boolean"),
        (1, "integer"),
        (1.5, "number"),
        ("a", "string"),
        ([], "array"),
        ({}, "object"),
    ],
    ids=str,
)
def test_json_types_have_their_schema_names(value: Json, name: str) -> None:
    assert json_type(value) == name
