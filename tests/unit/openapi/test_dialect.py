import pytest

from harness.jsonvalue import Json
from harness.openapi.dialect import as_2020_12

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
            {"example": {"nullable": True, "type": "string"}},
            {"example": {"nullable": True, "type": "string"}},
            id="data",
        ),
    ],
)
def test_old_schema_is_translated(schema: Json, expected: Json) -> None:
    translated = as_2020_12({"openapi": OLD, "s": schema})

    assert translated == {"openapi": OLD, "s": expected}


def test_new_document_stays_what_it_is() -> None:
    root: Json = {"openapi": "3.1.0", "s": {"nullable": True, "type": "string"}}

    assert as_2020_12(root) is root
