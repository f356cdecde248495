from harness.jsonvalue import Json
from harness.openapi.model import Api
from harness.openapi.walk import examples, schemas


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


def test_examples_beside_schemas_and_in_them_are_found() -> None:
    root: Json = {
        "paths": {
            "/a": {
                "post": {
                    "requestBody": {
                        "content": {
                            "application/json": {
                                "schema": {"type": "array", "items": {"examples": [1, 2]}},
                                "example": {"schema": {"example": "data"}},
                                "examples": {"one": {"value": 3}, "other": {"externalValue": "u"}},
                            }
                        }
                    }
                }
            }
        }
    }
    place = "/paths/~1a/post/requestBody/content/application~1json"

    found = [(each.pointer, each.schema_pointer, each.value) for each in examples(root)]

    assert found == [
        (f"{place}/example", f"{place}/schema", {"schema": {"example": "data"}}),
        (f"{place}/examples/one/value", f"{place}/schema", 3),
        (f"{place}/schema/items/examples/0", f"{place}/schema/items", 1),
        (f"{place}/schema/items/examples/1", f"{place}/schema/items", 2),
    ]
