import pytest

from harness.jsonvalue import Json
from harness.openapi.model import Api
from harness.openapi.structure import Kind
from harness.openapi.walk import schemas, walk


def test_every_schema_is_found_with_its_place(api_text: Api) -> None:
    places = [pointer for pointer, _ in schemas(api_text.root)]

    assert places == [
        "/paths/~1things~1{id}/parameters/0/schema",
        "/paths/~1things~1{id}/get/responses/200/headers/X-Trace/schema",
        "/paths/~1things~1{id}/get/responses/200/content/application~1json/schema",
        "/paths/~1things~1{id}/get/responses/4XX/content/application~1problem+json/schema",
        "/components/parameters/Depth/schema",
        "/components/schemas/Name",
        "/components/schemas/Thing",
        "/components/schemas/Thing/properties/name",
        "/components/schemas/Thing/properties/born",
        "/components/schemas/Thing/properties/parent",
        "/components/schemas/Thing/properties/either",
        "/components/schemas/Thing/properties/either/oneOf/0",
        "/components/schemas/Thing/properties/either/oneOf/1",
    ]


def kinds(root: Json) -> dict[str, str]:
    return {node.pointer: node.kind.value for node in walk(root)}


def test_names_are_told_from_keywords() -> None:
    schema: Json = {
        "properties": {"default": {"type": "string"}, "example": {}, "enum": {}, "const": {}},
        "default": {"properties": {"no": {}}},
        "x-note": {"properties": {"no": {}}},
    }
    root: Json = {"openapi": "3.0.3", "components": {"schemas": {"x-a": schema, "default": {}}}}

    found = [pointer for pointer, kind in kinds(root).items() if kind == "schema"]

    assert found == [
        "/components/schemas/x-a",
        "/components/schemas/x-a/properties/default",
        "/components/schemas/x-a/properties/example",
        "/components/schemas/x-a/properties/enum",
        "/components/schemas/x-a/properties/const",
        "/components/schemas/default",
    ]


def test_a_response_called_default_is_entered() -> None:
    content: Json = {"application/json": {"schema": {"type": "string"}}}
    responses: Json = {"default": {"content": content}, "x-default": {"content": content}}
    root: Json = {"openapi": "3.0.3", "paths": {"/a": {"get": {"responses": responses}}}}

    found = [pointer for pointer, kind in kinds(root).items() if kind == "schema"]

    assert found == ["/paths/~1a/get/responses/default/content/application~1json/schema"]


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        pytest.param("3.0.3", ["/components/schemas/A"], id="3.0-ignores-siblings"),
        pytest.param(
            "3.1.0", ["/components/schemas/A", "/components/schemas/A/properties/b"], id="3.1"
        ),
    ],
)
def test_what_stands_beside_a_reference(version: str, expected: list[str]) -> None:
    schema: Json = {"$ref": "#/components/schemas/B", "properties": {"b": {}}}
    root: Json = {"openapi": version, "components": {"schemas": {"A": schema}}}

    assert [pointer for pointer, kind in kinds(root).items() if kind == "schema"] == expected


def test_the_direction_of_a_schema_is_that_of_its_body() -> None:
    schema: Json = {"schema": {"type": "object"}}
    content: Json = {"application/json": schema}
    operation: Json = {
        "requestBody": {"content": content},
        "responses": {"200": {"content": content}},
        "callbacks": {
            "done": {"{$request.body#/url}": {"post": {"requestBody": {"content": content}}}}
        },
    }
    root: Json = {
        "openapi": "3.1.0",
        "paths": {"/a": {"post": operation}},
        "webhooks": {"sent": {"post": {"requestBody": {"content": content}}}},
        "components": {"schemas": {"A": {}}},
    }

    found = [node.direction.value for node in walk(root) if node.kind is Kind.SCHEMA]

    assert found == ["request", "response", "either", "either", "either"]


def test_an_identifier_is_the_base_of_what_is_in_it() -> None:
    schema: Json = {"$id": "https://a.example/s", "items": {"$id": "t", "items": {}}}
    root: Json = {"openapi": "3.1.0", "components": {"schemas": {"A": schema}}}

    found = [node.base for node in walk(root) if node.kind is Kind.SCHEMA]

    assert found == ["https://a.example/s", "https://a.example/t", "https://a.example/t"]
