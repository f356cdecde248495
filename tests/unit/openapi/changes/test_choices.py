"""Schemas made of schemas: what a change of each keyword means."""

from typing import Any

import pytest

from tests.unit.openapi.changes.documents import BREAKS, HARMLESS, NOTHING, verdicts


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            {"allOf": [{"type": "string", "maxLength": 100}, {"maxLength": 50}]},
            {"allOf": [{"type": "string", "maxLength": 100}, {"maxLength": 10}]},
            (BREAKS, HARMLESS),
            id="all-of-second-narrows",
        ),
        pytest.param(
            {"allOf": [{"type": "string"}, {"maxLength": 5}]},
            {"type": "string", "maxLength": 5},
            (NOTHING, NOTHING),
            id="all-of-folded",
        ),
        pytest.param(
            {"allOf": [{"type": "string"}, {"maxLength": 5}]},
            {"allOf": [{"maxLength": 5}, {"type": "string"}]},
            (NOTHING, NOTHING),
            id="all-of-order",
        ),
        pytest.param(
            {"allOf": [{"enum": ["a", "b"]}]},
            {"allOf": [{"enum": ["a", "b"]}, {"enum": ["a", "c"]}]},
            (BREAKS, HARMLESS),
            id="all-of-enum",
        ),
        pytest.param(
            {"allOf": [{"type": "string"}, {"pattern": "^a"}]},
            {"allOf": [{"type": "string"}]},
            (HARMLESS, BREAKS),
            id="all-of-part-gone",
        ),
        pytest.param(
            {"allOf": [{"type": "string", "pattern": "^a"}]},
            {"allOf": [{"type": "string", "pattern": "^a"}, {"pattern": "b$"}]},
            (BREAKS, HARMLESS),
            id="all-of-second-pattern",
        ),
        pytest.param(
            {"allOf": [{"properties": {"a": {"type": "string"}}}]},
            {
                "allOf": [
                    {"properties": {"a": {"type": "string"}}},
                    {"properties": {"a": {"maxLength": 4}}},
                ]
            },
            (BREAKS, HARMLESS),
            id="all-of-second-property",
        ),
        pytest.param(
            {"allOf": [{"type": "string"}, {}]},
            {"type": "string"},
            (NOTHING, NOTHING),
            id="all-of-empty-part",
        ),
        pytest.param(
            {"oneOf": [{"type": "string"}, {"type": "integer"}]},
            {"oneOf": [{"type": "integer"}, {"type": "string"}]},
            (NOTHING, NOTHING),
            id="one-of-reordered",
        ),
        pytest.param(
            {"type": "string"},
            {"oneOf": [{"type": "string"}]},
            (NOTHING, NOTHING),
            id="one-of-around-one",
        ),
        pytest.param(
            {"oneOf": [{"type": "string"}, {"type": "integer"}]},
            {"type": ["string", "integer"]},
            (NOTHING, NOTHING),
            id="one-of-is-a-type-list",
        ),
        pytest.param(
            {"oneOf": [{"type": "string"}]},
            {"oneOf": [{"type": "string"}, {"type": "integer"}]},
            (HARMLESS, BREAKS),
            id="one-of-branch-added",
        ),
        pytest.param(
            {"oneOf": [{"type": "string"}, {"type": "integer"}]},
            {"oneOf": [{"type": "string"}]},
            (BREAKS, HARMLESS),
            id="one-of-branch-gone",
        ),
        pytest.param(
            {"oneOf": [{"type": "string"}, {"type": "integer"}]},
            {"oneOf": [{"type": "string", "maxLength": 3}, {"type": "integer"}]},
            (BREAKS, HARMLESS),
            id="one-of-branch-narrowed",
        ),
        pytest.param(
            {"oneOf": [{"type": "integer", "maximum": 4}, {"type": "integer", "minimum": 6}]},
            {"oneOf": [{"type": "integer", "maximum": 7}, {"type": "integer", "minimum": 6}]},
            (BREAKS, BREAKS),
            id="one-of-branch-overlaps-now",
        ),
        pytest.param(
            {"oneOf": [{"type": "string"}, {"type": "integer"}]},
            {"anyOf": [{"type": "string"}, {"type": "integer"}]},
            (NOTHING, NOTHING),
            id="one-of-to-any-of-disjoint",
        ),
        pytest.param(
            {"oneOf": [{"type": "number"}, {"type": "integer"}]},
            {"anyOf": [{"type": "number"}, {"type": "integer"}]},
            (HARMLESS, BREAKS),
            id="one-of-to-any-of-overlapping",
        ),
        pytest.param(
            {"type": "integer", "minimum": 0, "maximum": 9},
            {
                "oneOf": [
                    {"type": "integer", "minimum": 0, "maximum": 4},
                    {"type": "integer", "minimum": 5, "maximum": 9},
                ]
            },
            (NOTHING, NOTHING),
            id="one-of-splits-a-range",
        ),
        pytest.param(
            {"anyOf": [{"type": "number"}, {"type": "integer"}]},
            {"type": "number"},
            (NOTHING, NOTHING),
            id="any-of-branch-covered",
        ),
        pytest.param(
            {"anyOf": [{"type": "string"}, {"type": "null"}]},
            {"anyOf": [{"type": "string"}, {"type": "null"}, {"type": "integer"}]},
            (HARMLESS, BREAKS),
            id="any-of-branch-added",
        ),
        pytest.param(
            {"anyOf": [{"enum": ["a"]}, {"enum": ["b"]}]},
            {"enum": ["a", "b"]},
            (NOTHING, NOTHING),
            id="any-of-enums-joined",
        ),
        pytest.param(
            {"type": ["string", "null"]},
            {"oneOf": [{"type": "string"}, {"type": "null"}]},
            (NOTHING, NOTHING),
            id="null-by-one-of",
        ),
        pytest.param(
            {"type": "object", "properties": {"a": {"type": "string"}}},
            {
                "anyOf": [
                    {"type": "object", "properties": {"a": {"type": "string"}}},
                    {"type": "null"},
                ]
            },
            (HARMLESS, BREAKS),
            id="null-by-any-of-around",
        ),
        pytest.param(
            {
                "anyOf": [
                    {"type": "object", "properties": {"a": {"type": "string"}}},
                    {"type": "null"},
                ]
            },
            {
                "anyOf": [
                    {"type": "object", "properties": {"a": {"type": "string", "maxLength": 2}}},
                    {"type": "null"},
                ]
            },
            (BREAKS, HARMLESS),
            id="inside-null-narrowed",
        ),
        pytest.param(
            {
                "oneOf": [
                    {
                        "properties": {"k": {"const": "a"}, "v": {"type": "string"}},
                        "required": ["k"],
                    },
                    {"properties": {"k": {"const": "b"}}, "required": ["k"]},
                ]
            },
            {
                "oneOf": [
                    {"properties": {"k": {"const": "b"}}, "required": ["k"]},
                    {
                        "properties": {"k": {"const": "a"}, "v": {"type": "integer"}},
                        "required": ["k"],
                    },
                ]
            },
            (BREAKS, BREAKS),
            id="branches-by-constant",
        ),
        pytest.param(
            {"type": "string"},
            {"type": "string", "if": {"pattern": "^a"}, "then": {"maxLength": 3}},
            (BREAKS, HARMLESS),
            id="if-added",
        ),
        pytest.param(
            {"if": {"type": "string"}, "then": {"maxLength": 5}},
            {"if": {"type": "string"}, "then": {"maxLength": 4}},
            (BREAKS, HARMLESS),
            id="if-then-narrowed",
        ),
        pytest.param(
            {"if": {"type": "string"}, "then": {}, "else": {"type": "integer"}},
            {"if": {"type": "string"}, "then": {}},
            (HARMLESS, BREAKS),
            id="else-dropped",
        ),
        pytest.param(
            {"type": "string"},
            {"type": "string", "if": {"pattern": "^a"}},
            (NOTHING, NOTHING),
            id="if-without-then",
        ),
        pytest.param(
            {"if": {"type": "string"}, "then": True, "else": {"type": "integer"}},
            {"type": ["string", "integer"]},
            (NOTHING, NOTHING),
            id="if-as-any-of",
        ),
        pytest.param(
            {"type": "object", "properties": {"a": {}, "b": {}}},
            {"type": "object", "properties": {"a": {}, "b": {}}, "not": {"required": ["a", "b"]}},
            (BREAKS, HARMLESS),
            id="not-required",
        ),
        pytest.param(
            {"type": "string"},
            False,
            (BREAKS, HARMLESS),
            id="never",
        ),
    ],
)
def test_change_breaks_requests_that_it_narrows_and_responses_that_it_widens(
    old: Any, new: Any, expected: tuple[str, str]
) -> None:
    assert verdicts(old, new) == expected
