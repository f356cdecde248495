from pathlib import Path

import pytest

from harness.errors import DocumentError
from harness.openapi.effective import in_use
from harness.openapi.model import Api

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
    assert one.media_types[0].schema == {"$ref": "#/definitions/Thing"}
    assert one.headers == (("X-Rate", False, {"type": "integer"}),)
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
    assert file.answers[0].media_types == ()


@pytest.mark.parametrize(
    "text",
    [
        "swagger: '2.0'\ninfo: {title: S, version: '1'}\n",
        "swagger: '1.2'\npaths: {}\n",
        "swagger: '2.0'\npaths: {/a: {get: {parameters: [{$ref: '#/parameters/None'}]}}}\n",
        "swagger: '2.0'\npaths: {/a: {get: {parameters: [{name: {}, in: [query]}, 7]}}}\n",
    ],
    ids=["no-paths", "older", "dangling", "misshapen"],
)
def test_what_is_no_such_document_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "swagger.yaml"
    path.write_text(text)

    with pytest.raises(DocumentError):
        in_use(path, "old")
