import pytest

from harness.jsonvalue import MISSING, Json
from harness.openapi.references import index_of

ROOT: Json = {
    "openapi": "3.1.0",
    "paths": {"/a/{id}": {"get": {"parameters": [{"name": "id", "schema": {"type": "string"}}]}}},
    "components": {
        "schemas": {
            "My Type": {"title": "blank"},
            "Größe": {"title": "umlaut"},
            "100%": {"title": "percent"},
            "Named": {"$anchor": "named", "title": "anchored"},
            "Base": {
                "$id": "https://schemas.example/base",
                "$defs": {"inner": {"title": "local"}, "mark": {"$anchor": "mark"}},
            },
            "Relative": {"$id": "other", "$defs": {"inner": {"title": "other"}}},
            "Chain": {"$ref": "#/components/schemas/My%20Type"},
        }
    },
}
BASE = "https://schemas.example/base"


@pytest.mark.parametrize(
    ("reference", "base", "expected"),
    [
        pytest.param("#/components/schemas/My%20Type", "", "blank", id="percent-encoded"),
        pytest.param("#/components/schemas/My Type", "", "blank", id="as-it-is"),
        pytest.param("#/components/schemas/Gr%C3%B6%C3%9Fe", "", "umlaut", id="utf-8"),
        pytest.param("#/components/schemas/100%25", "", "percent", id="percent-sign"),
        pytest.param("#named", "", "anchored", id="anchor"),
        pytest.param("#/$defs/inner", BASE, "local", id="below-an-identifier"),
        pytest.param(f"{BASE}#/$defs/inner", "", "local", id="by-identifier"),
        pytest.param("base#/$defs/inner", "https://schemas.example/x", "local", id="relative"),
        pytest.param("other#/$defs/inner", "", "other", id="relative-identifier"),
        pytest.param("#/components/schemas/Named", BASE, "anchored", id="document-from-within"),
        pytest.param("#/components/schemas/Chain", "", "blank", id="chain"),
    ],
)
def test_reference_leads_to_its_value(reference: str, base: str, expected: str) -> None:
    value, _ = index_of(ROOT).follow(reference, base)

    assert isinstance(value, dict)
    assert value["title"] == expected


def test_pointer_of_a_target_is_decoded() -> None:
    index = index_of(ROOT)

    assert index.resolve("#/paths/~1a~1%7Bid%7D/get/parameters/0/schema") == (
        "/paths/~1a~1{id}/get/parameters/0/schema"
    )


@pytest.mark.parametrize(
    ("reference", "base"),
    [
        pytest.param("#/components/schemas/Nope", "", id="no-such-component"),
        pytest.param("#nope", "", id="no-such-anchor"),
        pytest.param("#mark", "", id="anchor-of-another-resource"),
        pytest.param("other.yaml#/A", "", id="another-file"),
        pytest.param("#/components/schemas/My%2520Type", "", id="encoded-twice"),
    ],
)
def test_reference_that_leads_nowhere_is_missing(reference: str, base: str) -> None:
    assert index_of(ROOT).follow(reference, base)[0] is MISSING


def test_plain_names_are_no_anchors_before_3_1() -> None:
    root: Json = {"openapi": "3.0.3", "components": {"schemas": {"A": {"$anchor": "a"}}}}

    assert index_of(root).resolve("#a") is None


def test_circle_of_references_ends() -> None:
    schemas: Json = {
        "A": {"$ref": "#/components/schemas/B"},
        "B": {"$ref": "#/components/schemas/A"},
    }
    root: Json = {"openapi": "3.0.3", "components": {"schemas": schemas}}

    assert index_of(root).follow("#/components/schemas/A")[0] is MISSING


def test_what_only_a_reference_says_to_be_a_schema_is_read_as_one() -> None:
    root: Json = {
        "openapi": "3.0.3",
        "components": {"schemas": {"A": {"items": {"$ref": "#/x-shared/B"}}}},
        "x-shared": {"B": {"properties": {"c": {"type": "string"}}}, "C": {"type": "string"}},
    }

    found = [node.pointer for node in index_of(root).nodes if node.pointer.startswith("/x-")]

    assert found == ["/x-shared/B", "/x-shared/B/properties/c"]
