"""Items of arrays: what a change of each keyword means."""

from typing import Any

import pytest

from tests.unit.openapi.changes.documents import BREAKS, HARMLESS, NOTHING, verdicts


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            {"type": "array", "items": {"type": "number"}},
            {"type": "array", "items": {"type": "integer"}},
            (BREAKS, HARMLESS),
            id="items-narrowed",
        ),
        pytest.param(
            {"type": "array"},
            {"type": "array", "items": {"type": "string"}},
            (BREAKS, HARMLESS),
            id="items-given",
        ),
        pytest.param(
            {"type": "array", "maxItems": 10},
            {"type": "array", "maxItems": 5},
            (BREAKS, HARMLESS),
            id="max-items-smaller",
        ),
        pytest.param(
            {"type": "array", "items": {"type": "string"}, "maxItems": 10000},
            {"type": "array", "items": {"type": "string"}, "maxItems": 100000000},
            (HARMLESS, BREAKS),
            id="max-items-large",
        ),
        pytest.param(
            {"type": "array", "items": {"type": "string"}},
            {"type": "array", "items": {"type": "string"}, "minItems": 1},
            (BREAKS, HARMLESS),
            id="min-items-larger",
        ),
        pytest.param(
            {"type": "array", "items": {"type": "string"}},
            {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
            (BREAKS, HARMLESS),
            id="unique-added",
        ),
        pytest.param(
            {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
            {"type": "array", "items": {"type": "string"}},
            (HARMLESS, BREAKS),
            id="unique-gone",
        ),
        pytest.param(
            {"type": "array", "maxItems": 1},
            {"type": "array", "maxItems": 1, "uniqueItems": True},
            (NOTHING, NOTHING),
            id="unique-of-one",
        ),
        pytest.param(
            {"type": "array", "prefixItems": [{"type": "string"}]},
            {"type": "array", "prefixItems": [{"type": "integer"}]},
            (BREAKS, BREAKS),
            id="prefix-changed",
        ),
        pytest.param(
            {"type": "array", "prefixItems": [{"type": "string"}]},
            {"type": "array", "prefixItems": [{"type": "string"}, {"type": "string"}]},
            (BREAKS, HARMLESS),
            id="prefix-added",
        ),
        pytest.param(
            {"type": "array", "items": {"type": "string"}},
            {"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "string"}},
            (NOTHING, NOTHING),
            id="prefix-within-items",
        ),
        pytest.param(
            {"type": "array", "prefixItems": [{"type": "string"}]},
            {"type": "array", "prefixItems": [{"type": "string"}], "items": False},
            (BREAKS, HARMLESS),
            id="items-refused",
        ),
        pytest.param(
            {"type": "array", "prefixItems": [{"type": "string"}], "items": False},
            {"type": "array", "prefixItems": [{"type": "string"}], "maxItems": 1},
            (NOTHING, NOTHING),
            id="items-refused-is-a-maximum",
        ),
        pytest.param(
            {"type": "array"},
            {"type": "array", "contains": {"type": "string"}},
            (BREAKS, HARMLESS),
            id="contains-added",
        ),
        pytest.param(
            {"type": "array", "contains": {"type": "string"}},
            {"type": "array"},
            (HARMLESS, BREAKS),
            id="contains-gone",
        ),
        pytest.param(
            {"type": "array", "contains": {"type": "number"}},
            {"type": "array", "contains": {"type": "integer"}},
            (BREAKS, HARMLESS),
            id="contains-narrowed",
        ),
        pytest.param(
            {"type": "array", "contains": {"type": "string"}},
            {"type": "array", "contains": {"type": "string"}, "minContains": 2},
            (BREAKS, HARMLESS),
            id="min-contains-larger",
        ),
        pytest.param(
            {"type": "array", "contains": {"type": "string"}, "maxContains": 3},
            {"type": "array", "contains": {"type": "string"}, "maxContains": 2},
            (BREAKS, HARMLESS),
            id="max-contains-smaller",
        ),
        pytest.param(
            {"type": "array", "items": {"type": "string"}, "minItems": 1},
            {
                "type": "array",
                "items": {"type": "string"},
                "minItems": 1,
                "contains": {"type": "string"},
            },
            (NOTHING, NOTHING),
            id="contains-of-all-items",
        ),
        pytest.param(
            {"type": "array", "prefixItems": [{"type": "string"}]},
            {"type": "array", "prefixItems": [{"type": "string"}], "unevaluatedItems": False},
            (BREAKS, HARMLESS),
            id="unevaluated-items",
        ),
        pytest.param(
            {"type": "string", "items": {"type": "string"}},
            {"type": "string", "items": {"type": "integer"}},
            (NOTHING, NOTHING),
            id="items-of-no-array",
        ),
    ],
)
def test_change_breaks_requests_that_it_narrows_and_responses_that_it_widens(
    old: Any, new: Any, expected: tuple[str, str]
) -> None:
    assert verdicts(old, new) == expected
