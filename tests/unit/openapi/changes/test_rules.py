"""Formats, negations and notes: what a change of each means."""

from typing import Any

import pytest

from tests.unit.openapi.changes.documents import BREAKS, HARMLESS, NOTHING, WARNS, verdicts


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            {"type": "string"},
            {"type": "string", "format": "date"},
            (BREAKS, HARMLESS),
            id="format-added",
        ),
        pytest.param(
            {"type": "string", "format": "date"},
            {"type": "string"},
            (HARMLESS, BREAKS),
            id="format-gone",
        ),
        pytest.param(
            {"type": "string", "format": "date"},
            {"type": "string", "format": "date-time"},
            (BREAKS, BREAKS),
            id="format-changed",
        ),
        pytest.param(
            {"type": "string", "format": "uri"},
            {"type": "string", "format": "uri-reference"},
            (HARMLESS, BREAKS),
            id="format-wider",
        ),
        pytest.param(
            {"type": "integer", "format": "int32"},
            {"type": "integer", "format": "int64"},
            (HARMLESS, BREAKS),
            id="format-int32-to-int64",
        ),
        pytest.param(
            {"type": "integer", "format": "int32", "minimum": 0, "maximum": 9},
            {"type": "integer", "minimum": 0, "maximum": 9},
            (NOTHING, NOTHING),
            id="format-int32-with-bounds",
        ),
        pytest.param(
            {"type": "string"},
            {"type": "string", "format": "password"},
            (NOTHING, NOTHING),
            id="format-password",
        ),
        pytest.param(
            {"type": "string"},
            {"type": "string", "format": "house-style"},
            (BREAKS, HARMLESS),
            id="format-unknown",
        ),
        pytest.param(
            {"type": "string", "contentEncoding": "base64"},
            {"type": "string"},
            (HARMLESS, BREAKS),
            id="format-byte-is-base64",
        ),
        pytest.param(
            {"type": "string", "contentMediaType": "image/png"},
            {"type": "string", "contentMediaType": "image/gif"},
            (BREAKS, BREAKS),
            id="media-type-of-a-string",
        ),
        pytest.param(
            {"type": "string"},
            {"type": "string", "not": {"enum": ["z"]}},
            (BREAKS, HARMLESS),
            id="not-added",
        ),
        pytest.param(
            {"type": "string", "not": {"enum": ["z"]}},
            {"type": "string"},
            (HARMLESS, BREAKS),
            id="not-gone",
        ),
        pytest.param(
            {"type": "string"},
            {"type": "string", "not": {"type": "integer"}},
            (NOTHING, NOTHING),
            id="not-vacuous",
        ),
        pytest.param(
            {"type": "string"},
            {"not": {"not": {"type": "string"}}},
            (NOTHING, NOTHING),
            id="not-twice",
        ),
        pytest.param(
            {"type": "integer", "not": {"minimum": 5}},
            {"type": "integer", "maximum": 4},
            (NOTHING, NOTHING),
            id="not-as-a-bound",
        ),
        pytest.param(
            {"type": "string", "title": "a", "description": "b"},
            {"type": "string", "title": "c", "examples": ["d"]},
            (NOTHING, NOTHING),
            id="title-and-examples",
        ),
        pytest.param(
            {"type": "string", "default": "a"},
            {"type": "string", "default": "b"},
            (WARNS, NOTHING),
            id="default-changed",
        ),
        pytest.param(
            {"type": "string"},
            {"type": "string", "default": "b"},
            (WARNS, NOTHING),
            id="default-added",
        ),
        pytest.param(
            {"type": "string"},
            {"type": "string", "deprecated": True},
            (NOTHING, NOTHING),
            id="deprecated",
        ),
    ],
)
def test_change_breaks_requests_that_it_narrows_and_responses_that_it_widens(
    old: Any, new: Any, expected: tuple[str, str]
) -> None:
    assert verdicts(old, new) == expected
