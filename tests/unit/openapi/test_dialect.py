import pytest

from harness.jsonvalue import Json
from harness.openapi.validator import as_2020_12

OLD = "3.0.3"


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        pytest.param(
            {"type": "string", "nullable": True},
            {"type": ["string", "null"]},
            id="nullable",
        ),
        pytest.param(
            {"type": "string", "nullable": True, "enum": ["a"]},
            {"type": ["string", "null"], "enum": ["a", None]},
            id="nullable-enum",
        ),
        pytest.param(
            {"nullable": True, "allOf": [{}]},
            {"nullable": True, "allOf": [{}]},
            id="nullable-without-type",
        ),
        pytest.param(
            {"minimum": 5, "exclusiveMinimum": True, "maximum": 9, "exclusiveMaximum": False},
            {"exclusiveMinimum": 5, "maximum": 9},
            id="exclusive",
        ),
        pytest.param(
            {"$ref": "#/a", "type": "string"},
            {"$ref": "#/a"},
            id="siblings",
        ),
        pytest.param(
            {"properties": {"default": {"type": "string", "nullable": True}}},
            {"properties": {"default": {"type": ["string", "null"]}}},
            id="property-named-default",
        ),
        pytest.param(
            {"properties": {"nullable": {"type": "string"}, "example": {"properties": {}}}},
            {"properties": {"nullable": {"type": "string"}, "example": {"properties": {}}}},
            id="properties-named-like-keywords",
        ),
        pytest.param(
            {"properties": {"properties": {"items": {"type": "string", "nullable": True}}}},
            {"properties": {"properties": {"items": {"type": ["string", "null"]}}}},
            id="property-named-properties",
        ),
        pytest.param(
            {"x-more": {"type": "string", "nullable": True}},
            {"x-more": {"type": "string", "nullable": True}},
            id="extension",
        ),
        pytest.param(
            {"properties": {"x-more": {"type": "string", "nullable": True}}},
            {"properties": {"x-more": {"type": ["string", "null"]}}},
            id="property-named-like-an-extension",
        ),
        pytest.param(
            {"example": {"nullable": True, "type": "string"}},
            {"example": {"nullable": True, "type": "string"}},
            id="data",
        ),
    ],
)
def test_old_schema_is_translated(schema: Json, expected: Json) -> None:
    translated = as_2020_12({"openapi": OLD, "components": {"schemas": {"s": schema}}})

    assert translated == {"openapi": OLD, "components": {"schemas": {"s": expected}}}


def test_new_document_stays_what_it_is() -> None:
    root: Json = {
        "openapi": "3.1.0",
        "components": {"schemas": {"s": {"nullable": True, "type": "string"}}},
    }

    assert as_2020_12(root) is root
