from pathlib import Path

import pytest

from harness.document import parse
from harness.errors import DocumentError
from harness.jsonvalue import Json, lookup
from harness.openapi.effective import in_use
from harness.openapi.load import build_api
from harness.openapi.model import Api, Header

TEXT = """\
swagger: '2.0'
info: {title: S, version: '1'}
host: api.example
basePath: /v2
schemes: [https, http]
consumes: [application/json]
produces: [application/json, text/plain]
parameters:
  Shared: {name: X-S, in: header, type: string, required: true}
responses:
  Gone: {description: gone}
definitions:
  Thing: {type: object, properties: {id: {type: string}}}
paths:
  /things/{id}:
    parameters: [{name: id, in: path, required: true, type: integer}]
    get:
      operationId: getThing
      parameters:
        - {$ref: '#/parameters/Shared'}
        - {name: a, in: query, type: array, items: {type: string}}
        - {name: b, in: query, type: array, items: {type: string}, collectionFormat: multi}
        - {name: c, in: query, type: array, items: {type: string}, collectionFormat: pipes}
      responses:
        '200':
          description: one
          schema: {$ref: '#/definitions/Thing'}
          headers: {X-Rate: {type: integer}}
        '404': {$ref: '#/responses/Gone'}
  /things:
    post:
      operationId: addThing
      parameters: [{name: body, in: body, required: true, schema: {$ref: '#/definitions/Thing'}}]
      responses: {'201': {description: made}}
  /files:
    post:
      operationId: addFile
      parameters:
        - {name: file, in: formData, type: file, required: true}
        - {name: note, in: formData, type: string}
      responses: {'200': {description: fine, schema: {type: file}}}
"""


@pytest.fixture
def api(tmp_path: Path) -> Api:
    path = tmp_path / "swagger.yaml"
    path.write_text(TEXT)
    return in_use(path, "old")


def test_the_address_is_put_together(api: Api) -> None:
    assert api.servers == ("https://api.example/v2", "http://api.example/v2")
    assert [each.label for each in api.operations] == [
        "GET /v2/things/{id}",
        "POST /v2/things",
        "POST /v2/files",
    ]


def test_parameters_are_written_as_they_were_meant(api: Api) -> None:
    found = {each.name: each for each in api.operations[0].parameters}

    assert found["id"].schema == {"type": "integer"}
    assert found["X-S"].required
    assert [(found[name].style, found[name].is_exploded) for name in "abc"] == [
        ("", False),
        ("form", True),
        ("pipeDelimited", False),
    ]


def test_answers_have_every_media_type_that_is_produced(api: Api) -> None:
    one, gone = api.operations[0].answers

    assert [each.name for each in one.media_types] == ["application/json", "text/plain"]
    assert one.media_types[0].schema == {"$ref": "#/components/schemas/Thing"}
    assert one.headers == (Header("X-Rate", False, {"type": "integer"}),)
    assert (gone.status, gone.media_types) == ("404", ())


def test_bodies_and_forms_are_request_bodies(api: Api) -> None:
    _, thing, file = api.operations

    assert thing.body_required
    assert [each.name for each in thing.body] == ["application/json"]
    (form,) = file.body
    assert form.name == "multipart/form-data"
    assert form.schema == {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary"}, "note": {"type": "string"}},
    }
    assert [(each.name, each.schema) for each in file.answers[0].media_types] == [
        ("application/json", None),
        ("text/plain", None),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "swagger: '2.0'\ninfo: {title: S, version: '1'}\n",
        "swagger: '1.2'\npaths: {}\n",
    ],
    ids=["no-paths", "older"],
)
def test_what_is_no_such_document_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "swagger.yaml"
    path.write_text(text)

    with pytest.raises(DocumentError):
        in_use(path, "old")


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        pytest.param("[{$ref: '#/parameters/None'}]", "1:57: refers to", id="dangling"),
        pytest.param("[{name: {}, in: [query]}]", "1:50: is a parameter without", id="misshapen"),
        pytest.param("[7]", "1:50: is a parameter without", id="number"),
    ],
)
def test_what_is_wrong_with_a_part_is_a_defect(parameters: str, expected: str) -> None:
    text = f"{{swagger: '2.0', paths: {{/a: {{get: {{parameters: {parameters}}}}}}}}}"

    (defect,) = build_api(parse(text, "s"), "old").defects

    assert str(defect.error()).startswith(f"s:{expected}")


def test_every_part_knows_where_it_stood() -> None:
    api = build_api(parse(TEXT, "s"), "old")
    assert api.document is not None

    def line(pointer: str) -> str:
        assert api.document is not None
        return api.document.line(api.document.source(pointer).line).strip()

    get = "/paths/~1things~1{id}/get"
    assert line("/components/schemas/Thing/properties/id").startswith("Thing:")
    assert line(f"{get}/parameters/1").startswith("Shared:")
    assert line(f"{get}/parameters/3/schema/items").startswith("- {name: b")
    assert line(f"{get}/responses/404").startswith("Gone:")
    assert line(f"{get}/responses/200/headers/X-Rate/schema").startswith("headers:")
    assert line("/paths/~1things/post/requestBody/content/application~1json/schema").startswith(
        "parameters: [{name: body"
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("{type: basic}", {"type": "http", "scheme": "basic"}, id="basic"),
        pytest.param(
            "{type: apiKey, in: header, name: X-K}",
            {"type": "apiKey", "in": "header", "name": "X-K"},
            id="key",
        ),
        pytest.param(
            "{type: oauth2, flow: accessCode, authorizationUrl: a, tokenUrl: t, scopes: {s: d}}",
            {
                "type": "oauth2",
                "flows": {
                    "authorizationCode": {
                        "authorizationUrl": "a",
                        "tokenUrl": "t",
                        "scopes": {"s": "d"},
                    }
                },
            },
            id="oauth",
        ),
    ],
)
def test_security_is_written_as_openapi_does(given: str, expected: Json) -> None:
    text = f"{{swagger: '2.0', paths: {{}}, securityDefinitions: {{s: {given}}}}}"

    api = build_api(parse(text), "old")

    assert lookup(api.root, "/components/securitySchemes/s") == expected


def test_schemas_become_those_of_openapi() -> None:
    schema = (
        "{type: object, discriminator: kind, properties: {definitions: {x-nullable: true, type: string},"
        " other: {$ref: '#/definitions/My%20Thing'}}}"
    )
    text = f"{{swagger: '2.0', paths: {{}}, definitions: {{My Thing: {schema}}}}}"

    api = build_api(parse(text), "old")
    found = lookup(api.root, "/components/schemas/My Thing")

    assert isinstance(found, dict)
    assert found["discriminator"] == {"propertyName": "kind"}
    assert found["properties"]["definitions"]["nullable"] is True
    assert found["properties"]["other"] == {"$ref": "#/components/schemas/My%20Thing"}
    assert api.defects == ()
