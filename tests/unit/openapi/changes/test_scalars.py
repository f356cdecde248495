"""Kinds, bounds, lengths, patterns and values: what a change of each means."""

from typing import Any

import pytest

from tests.unit.openapi.changes.documents import BREAKS, HARMLESS, NOTHING, verdicts


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            {"type": "string", "maxLength": 10},
            {"type": "string", "maxLength": 5},
            (BREAKS, HARMLESS),
            id="max-length-smaller",
        ),
        pytest.param(
            {"type": "string"},
            {"type": "string", "maxLength": 5},
            (BREAKS, HARMLESS),
            id="max-length-added",
        ),
        pytest.param(
            {"type": "string", "maxLength": 5},
            {"type": "string"},
            (HARMLESS, BREAKS),
            id="max-length-gone",
        ),
        pytest.param(
            {"type": "string", "minLength": 1},
            {"type": "string", "minLength": 2},
            (BREAKS, HARMLESS),
            id="min-length-larger",
        ),
        pytest.param(
            {"type": "string", "minLength": 0},
            {"type": "string"},
            (NOTHING, NOTHING),
            id="min-length-zero",
        ),
        pytest.param(
            {"type": "string", "minLength": 1, "maxLength": 3},
            {"type": "string", "minLength": 2, "maxLength": 4},
            (BREAKS, BREAKS),
            id="length-moved",
        ),
        pytest.param(
            {"type": "string", "maxLength": 500000},
            {"type": "string", "maxLength": 100000},
            (BREAKS, HARMLESS),
            id="large-length-smaller",
        ),
        pytest.param(
            {"type": "integer", "maximum": 10},
            {"type": "integer", "maximum": 9},
            (BREAKS, HARMLESS),
            id="maximum-smaller",
        ),
        pytest.param(
            {"type": "integer", "maximum": 9},
            {"type": "integer", "exclusiveMaximum": 10},
            (NOTHING, NOTHING),
            id="maximum-to-exclusive",
        ),
        pytest.param(
            {"type": "number", "maximum": 9},
            {"type": "number", "exclusiveMaximum": 10},
            (HARMLESS, BREAKS),
            id="maximum-to-exclusive-number",
        ),
        pytest.param(
            {"type": "number", "minimum": 0},
            {"type": "number", "exclusiveMinimum": 0},
            (BREAKS, HARMLESS),
            id="minimum-to-exclusive",
        ),
        pytest.param(
            {"type": "number", "minimum": 0, "exclusiveMinimum": 5},
            {"type": "number", "exclusiveMinimum": 5},
            (NOTHING, NOTHING),
            id="bounds-both-of-one-side",
        ),
        pytest.param(
            {"type": "string", "minimum": 3},
            {"type": "string"},
            (NOTHING, NOTHING),
            id="minimum-of-another-type",
        ),
        pytest.param(
            {"type": "number", "multipleOf": 0.01},
            {"type": "number", "multipleOf": 0.001},
            (HARMLESS, BREAKS),
            id="multiple-finer",
        ),
        pytest.param(
            {"type": "number", "multipleOf": 0.01},
            {"type": "number", "multipleOf": 0.05},
            (BREAKS, HARMLESS),
            id="multiple-coarser",
        ),
        pytest.param(
            {"type": "integer", "multipleOf": 2},
            {"type": "integer", "multipleOf": 3},
            (BREAKS, BREAKS),
            id="multiple-other",
        ),
        pytest.param(
            {"type": "integer"},
            {"type": "integer", "multipleOf": 1},
            (NOTHING, NOTHING),
            id="multiple-one-of-integers",
        ),
        pytest.param(
            {"type": "number", "multipleOf": 1},
            {"type": "integer"},
            (NOTHING, NOTHING),
            id="multiple-one-of-numbers",
        ),
        pytest.param(
            {"type": "integer"},
            {"type": "number"},
            (HARMLESS, BREAKS),
            id="integer-to-number",
        ),
        pytest.param(
            {"type": "number"},
            {"type": "integer"},
            (BREAKS, HARMLESS),
            id="number-to-integer",
        ),
        pytest.param(
            {"type": "string"},
            {"type": "integer"},
            (BREAKS, BREAKS),
            id="type-changed",
        ),
        pytest.param(
            {"type": "string"},
            {"type": ["string", "null"]},
            (HARMLESS, BREAKS),
            id="type-null-added",
        ),
        pytest.param(
            {"type": ["string", "null"]},
            {"type": "string"},
            (BREAKS, HARMLESS),
            id="type-null-gone",
        ),
        pytest.param(
            {"type": "string"},
            {},
            (HARMLESS, BREAKS),
            id="type-dropped",
        ),
        pytest.param(
            {},
            {"type": "string"},
            (BREAKS, HARMLESS),
            id="type-given",
        ),
        pytest.param(
            {},
            {"type": ["null", "boolean", "number", "string", "array", "object"]},
            (NOTHING, NOTHING),
            id="type-all-listed",
        ),
        pytest.param(
            {"type": ["string", "null"]},
            {"type": ["null", "string"]},
            (NOTHING, NOTHING),
            id="type-order",
        ),
        pytest.param(
            {"type": "string"},
            {"type": "string", "pattern": "^a"},
            (BREAKS, HARMLESS),
            id="pattern-added",
        ),
        pytest.param(
            {"type": "string", "pattern": "^[a-z]{1,5}$"},
            {"type": "string", "pattern": "^[a-z]{1,10}$"},
            (HARMLESS, BREAKS),
            id="pattern-wider",
        ),
        pytest.param(
            {"type": "string", "pattern": "^[a-zA-Z]+$"},
            {"type": "string", "pattern": "^[a-z]+$"},
            (BREAKS, HARMLESS),
            id="pattern-narrower",
        ),
        pytest.param(
            {"type": "string", "pattern": "^[0-9]{3}$"},
            {"type": "string", "pattern": "^\\d\\d\\d$"},
            (NOTHING, NOTHING),
            id="pattern-rewritten",
        ),
        pytest.param(
            {"type": "string", "pattern": "^[0-9]{9}$", "maxLength": 9},
            {"type": "string", "pattern": "^[0-9]{9}$"},
            (NOTHING, NOTHING),
            id="pattern-says-the-length",
        ),
        pytest.param(
            {"type": "string", "pattern": "^abc$"},
            {"type": "string", "pattern": "b"},
            (HARMLESS, BREAKS),
            id="pattern-unanchored",
        ),
        pytest.param(
            {"type": "string", "pattern": "^(?=.*[0-9]).{8,}$"},
            {"type": "string", "pattern": "^.{8,}$"},
            (HARMLESS, BREAKS),
            id="pattern-ahead",
        ),
        pytest.param(
            {"type": "string", "pattern": "^(a|b)\\1$"},
            {"type": "string", "pattern": "^(a|c)\\1$"},
            (BREAKS, BREAKS),
            id="pattern-beyond-comparing",
        ),
        pytest.param(
            {"type": "string", "pattern": "^.{2,4}$"},
            {"type": "string", "pattern": "^[^\\n\\r\\u2028\\u2029]{2,4}$"},
            (NOTHING, NOTHING),
            id="pattern-becomes-length",
        ),
        pytest.param(
            {"enum": ["a", "b"]},
            {"enum": ["a"]},
            (BREAKS, HARMLESS),
            id="enum-value-gone",
        ),
        pytest.param(
            {"enum": ["a"]},
            {"enum": ["a", "b"]},
            (HARMLESS, BREAKS),
            id="enum-value-added",
        ),
        pytest.param(
            {"enum": ["a", "b"]},
            {"enum": ["b", "a"]},
            (NOTHING, NOTHING),
            id="enum-order",
        ),
        pytest.param(
            {"type": "string"},
            {"type": "string", "enum": ["a"]},
            (BREAKS, HARMLESS),
            id="enum-appears",
        ),
        pytest.param(
            {"enum": ["a"]},
            {"const": "a"},
            (NOTHING, NOTHING),
            id="enum-const",
        ),
        pytest.param(
            {"const": "a"},
            {"const": "b"},
            (BREAKS, BREAKS),
            id="enum-const-changed",
        ),
        pytest.param(
            {"enum": [1]},
            {"enum": [1.0]},
            (NOTHING, NOTHING),
            id="enum-one-is-one-point-zero",
        ),
        pytest.param(
            {"enum": [1]},
            {"enum": [True]},
            (BREAKS, BREAKS),
            id="enum-one-is-not-true",
        ),
        pytest.param(
            {"type": "string", "enum": ["a", 1]},
            {"type": "string", "enum": ["a"]},
            (NOTHING, NOTHING),
            id="enum-outside-of-type",
        ),
        pytest.param(
            {"type": "string", "enum": ["a", "b"]},
            {"type": "string", "enum": ["a", "b"], "pattern": "^[ab]$"},
            (NOTHING, NOTHING),
            id="enum-of-pattern",
        ),
        pytest.param(
            {"enum": [{"a": 1, "b": 2}]},
            {"enum": [{"b": 2, "a": 1}]},
            (NOTHING, NOTHING),
            id="enum-objects",
        ),
        pytest.param(
            {"type": "boolean"},
            {"enum": [True, False]},
            (NOTHING, NOTHING),
            id="boolean-enum-full",
        ),
        pytest.param(
            {"type": "boolean"},
            {"enum": [True]},
            (BREAKS, HARMLESS),
            id="boolean-enum-half",
        ),
    ],
)
def test_change_breaks_requests_that_it_narrows_and_responses_that_it_widens(
    old: Any, new: Any, expected: tuple[str, str]
) -> None:
    assert verdicts(old, new) == expected
