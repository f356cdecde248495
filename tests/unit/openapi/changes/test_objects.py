"""Members of objects: what a change of each keyword means."""

from typing import Any

import pytest

from tests.unit.openapi.changes.documents import BREAKS, HARMLESS, NOTHING, WARNS, verdicts


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            {"properties": {"a": {"type": "string"}}},
            {"properties": {"a": {"type": "string"}}, "required": ["a"]},
            (BREAKS, HARMLESS),
            id="required-added",
        ),
        pytest.param(
            {"properties": {"a": {"type": "string"}}, "required": ["a"]},
            {"properties": {"a": {"type": "string"}}},
            (HARMLESS, BREAKS),
            id="required-gone",
        ),
        pytest.param(
            {"properties": {"a": {}}},
            {"properties": {"a": {}}, "required": ["b"]},
            (BREAKS, HARMLESS),
            id="required-undeclared",
        ),
        pytest.param(
            {"properties": {"a": {}}},
            {"properties": {"a": {}, "b": {"type": "string"}}},
            (HARMLESS, HARMLESS),
            id="property-added",
        ),
        pytest.param(
            {"properties": {"a": {}}},
            {"properties": {"a": {}, "b": {"type": "string"}}, "required": ["b"]},
            (BREAKS, HARMLESS),
            id="property-added-required",
        ),
        pytest.param(
            {"properties": {"a": {}, "b": {"type": "string"}}},
            {"properties": {"a": {}}},
            (WARNS, BREAKS),
            id="property-removed",
        ),
        pytest.param(
            {"properties": {"a": {}, "b": {}}, "required": ["b"]},
            {"properties": {"a": {}, "c": {}}, "required": ["c"]},
            (BREAKS, BREAKS),
            id="property-renamed",
        ),
        pytest.param(
            {"properties": {"a": {"type": "string"}}},
            {"properties": {"a": {"type": "string", "maxLength": 3}}},
            (BREAKS, HARMLESS),
            id="property-narrowed",
        ),
        pytest.param(
            {
                "properties": {
                    "a": {"properties": {"b": {"items": {"type": "integer"}, "type": "array"}}}
                }
            },
            {
                "properties": {
                    "a": {"properties": {"b": {"items": {"type": "number"}, "type": "array"}}}
                }
            },
            (HARMLESS, BREAKS),
            id="property-deep",
        ),
        pytest.param(
            {"properties": {"a": {}, "b": {}}, "additionalProperties": False},
            {"properties": {"a": {}}, "additionalProperties": False},
            (BREAKS, BREAKS),
            id="closed-property-removed",
        ),
        pytest.param(
            {"properties": {"a": {}}, "additionalProperties": False},
            {"properties": {"a": {}, "b": {}}, "additionalProperties": False},
            (HARMLESS, BREAKS),
            id="closed-property-added",
        ),
        pytest.param(
            {"properties": {"a": {}}},
            {"properties": {"a": {}}, "additionalProperties": False},
            (BREAKS, HARMLESS),
            id="closed-now",
        ),
        pytest.param(
            {"properties": {"a": {}}, "additionalProperties": False},
            {"properties": {"a": {}}},
            (HARMLESS, BREAKS),
            id="open-now",
        ),
        pytest.param(
            {"properties": {"a": {}}},
            {"properties": {"a": {}}, "additionalProperties": True},
            (NOTHING, NOTHING),
            id="additional-true-is-default",
        ),
        pytest.param(
            {"type": "object", "additionalProperties": {"type": "string"}},
            {"type": "object", "additionalProperties": {"type": "integer"}},
            (BREAKS, BREAKS),
            id="map-values-narrowed",
        ),
        pytest.param(
            {"type": "object", "additionalProperties": {"properties": {"n": {"type": "string"}}}},
            {
                "type": "object",
                "additionalProperties": {"properties": {"n": {"type": "string", "minLength": 2}}},
            },
            (BREAKS, HARMLESS),
            id="map-values-deep",
        ),
        pytest.param(
            {"type": "object"},
            {"type": "object", "additionalProperties": {"type": "integer"}},
            (BREAKS, HARMLESS),
            id="map-typed-now",
        ),
        pytest.param(
            {"type": "object", "additionalProperties": {"type": "string"}},
            {
                "type": "object",
                "properties": {"a": {"type": "integer"}},
                "additionalProperties": {"type": "string"},
            },
            (BREAKS, BREAKS),
            id="map-member-named",
        ),
        pytest.param(
            {"type": "object", "additionalProperties": {"type": "string"}},
            {
                "type": "object",
                "properties": {"a": {"type": "string"}},
                "additionalProperties": {"type": "string"},
            },
            (HARMLESS, HARMLESS),
            id="map-member-named-alike",
        ),
        pytest.param(
            {"type": "object"},
            {"type": "object", "properties": {"a": {"type": "integer"}}},
            (BREAKS, HARMLESS),
            id="free-form-named",
        ),
        pytest.param(
            {"patternProperties": {"^x-": {"type": "string"}}},
            {"patternProperties": {"^x-": {"type": "integer"}}},
            (BREAKS, BREAKS),
            id="pattern-property-narrowed",
        ),
        pytest.param(
            {"type": "object", "properties": {"a": {}}},
            {
                "type": "object",
                "properties": {"a": {}},
                "patternProperties": {"^x-": {"type": "string"}},
            },
            (BREAKS, HARMLESS),
            id="pattern-property-added",
        ),
        pytest.param(
            {"properties": {"x-a": {"type": "string"}}},
            {
                "properties": {"x-a": {"type": "string"}},
                "patternProperties": {"^x-a$": {"type": "string"}},
            },
            (NOTHING, NOTHING),
            id="pattern-property-over-a-name",
        ),
        pytest.param(
            {"type": "object"},
            {"type": "object", "propertyNames": {"pattern": "^[a-z]+$"}},
            (BREAKS, HARMLESS),
            id="property-names",
        ),
        pytest.param(
            {"type": "object", "propertyNames": {"maxLength": 3}},
            {"type": "object", "propertyNames": {"maxLength": 4}},
            (HARMLESS, BREAKS),
            id="property-names-wider",
        ),
        pytest.param(
            {"type": "object", "minProperties": 1},
            {"type": "object", "minProperties": 2},
            (BREAKS, HARMLESS),
            id="min-properties",
        ),
        pytest.param(
            {"type": "object", "maxProperties": 2},
            {"type": "object", "maxProperties": 3},
            (HARMLESS, BREAKS),
            id="max-properties",
        ),
        pytest.param(
            {"properties": {"a": {}}, "required": ["a"]},
            {"properties": {"a": {}}, "required": ["a"], "minProperties": 1},
            (NOTHING, NOTHING),
            id="min-properties-of-required",
        ),
        pytest.param(
            {"properties": {"a": {}, "b": {}}},
            {"properties": {"a": {}, "b": {}}, "dependentRequired": {"a": ["b"]}},
            (BREAKS, HARMLESS),
            id="dependent-required-added",
        ),
        pytest.param(
            {"properties": {"a": {}, "b": {}}, "dependentRequired": {"a": ["b"]}},
            {"properties": {"a": {}, "b": {}}},
            (HARMLESS, BREAKS),
            id="dependent-required-gone",
        ),
        pytest.param(
            {"properties": {"a": {}, "b": {}}, "required": ["b"]},
            {
                "properties": {"a": {}, "b": {}},
                "required": ["b"],
                "dependentRequired": {"a": ["b"]},
            },
            (NOTHING, NOTHING),
            id="dependent-required-of-required",
        ),
        pytest.param(
            {"properties": {"a": {}, "b": {}}},
            {
                "properties": {"a": {}, "b": {}},
                "dependentSchemas": {"a": {"properties": {"b": {"type": "string"}}}},
            },
            (BREAKS, HARMLESS),
            id="dependent-schema",
        ),
        pytest.param(
            {"allOf": [{"properties": {"a": {}}}], "properties": {"b": {}}},
            {
                "allOf": [{"properties": {"a": {}}}],
                "properties": {"b": {}},
                "unevaluatedProperties": False,
            },
            (BREAKS, HARMLESS),
            id="unevaluated-closed",
        ),
        pytest.param(
            {"properties": {"a": {}}, "unevaluatedProperties": False},
            {"properties": {"a": {}}, "additionalProperties": False},
            (NOTHING, NOTHING),
            id="unevaluated-is-additional",
        ),
        pytest.param(
            {"properties": {"a": {}}, "unevaluatedProperties": {"type": "string"}},
            {"properties": {"a": {}}, "unevaluatedProperties": {"type": "integer"}},
            (BREAKS, BREAKS),
            id="unevaluated-typed",
        ),
        pytest.param(
            {"properties": {"id": {"type": "string", "readOnly": True}}},
            {"properties": {"id": {"type": "string", "readOnly": True}}, "required": ["id"]},
            (NOTHING, HARMLESS),
            id="read-only-required",
        ),
        pytest.param(
            {"properties": {"p": {"type": "string", "writeOnly": True}}, "required": ["p"]},
            {"properties": {"p": {"type": "string", "writeOnly": True}}},
            (HARMLESS, NOTHING),
            id="write-only-required-gone",
        ),
        pytest.param(
            {"properties": {"id": {"type": "string", "readOnly": True}}},
            {"properties": {"id": {"type": "string", "readOnly": True, "maxLength": 3}}},
            (NOTHING, HARMLESS),
            id="read-only-narrowed",
        ),
        pytest.param(
            {"allOf": [{"properties": {"id": {"readOnly": True}}}, {"properties": {"n": {}}}]},
            {
                "allOf": [
                    {"properties": {"id": {"readOnly": True}}},
                    {"properties": {"n": {}}, "required": ["id"]},
                ]
            },
            (NOTHING, HARMLESS),
            id="read-only-in-all-of",
        ),
        pytest.param(
            {"properties": {"a": {}}, "additionalProperties": False},
            {
                "properties": {"a": {}, "id": {"readOnly": True}},
                "required": ["id"],
                "additionalProperties": False,
            },
            (NOTHING, BREAKS),
            id="read-only-added-closed",
        ),
        pytest.param(
            {"properties": {"a": {"type": "string"}}},
            {"properties": {"a": {"type": "string", "readOnly": True}}},
            (WARNS, NOTHING),
            id="became-read-only",
        ),
        pytest.param(
            {"properties": {"a": {"type": "string"}}},
            {"properties": {"a": {"type": "string", "writeOnly": True}}},
            (NOTHING, BREAKS),
            id="became-write-only",
        ),
        pytest.param(
            {
                "properties": {
                    "default": {"type": "string", "maxLength": 5},
                    "enum": {"type": "string"},
                }
            },
            {
                "properties": {
                    "default": {"type": "string", "maxLength": 3},
                    "enum": {"type": "string"},
                }
            },
            (BREAKS, HARMLESS),
            id="property-named-default",
        ),
        pytest.param(
            {"properties": {"properties": {"type": "string"}}},
            {"properties": {"properties": {"type": "integer"}}},
            (BREAKS, BREAKS),
            id="property-named-properties",
        ),
        pytest.param(
            {"properties": {"a": False, "b": {}}},
            {"properties": {"a": {"type": "string"}, "b": {}}},
            (HARMLESS, BREAKS),
            id="member-that-can-never-be",
        ),
    ],
)
def test_change_breaks_requests_that_it_narrows_and_responses_that_it_widens(
    old: Any, new: Any, expected: tuple[str, str]
) -> None:
    assert verdicts(old, new) == expected
