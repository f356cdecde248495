from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from harness.document import parse
from harness.errors import UnknownName
from harness.jsonvalue import Json, items, members
from harness.openapi.load import build_api
from harness.workflow.draft.draft_document import Draft, draft
from harness.workflow.draft.naming import Source, slug

TEXT = """\
openapi: 3.1.0
info: {title: D, version: '1'}
security: [{bearer: []}]
paths:
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer, example: 7}}]
    get: {operationId: getThing, responses: {'200': {description: one}, 2XX: {description: more}}}
    delete: {operationId: deleteThing, responses: {'204': {description: gone}}}
  /things:
    post:
      operationId: createThing
      parameters:
        - {name: X-Kind, in: header, required: true, schema: {type: string, enum: [a]}}
        - {name: Authorization, in: header, required: true, schema: {type: string}}
        - {name: note, in: query, schema: {type: string}}
      requestBody:
        content:
          text/plain: {schema: {type: string}}
          application/json: {schema: {type: object, required: [owner], properties: {owner: {type: string}}}}
      responses:
        '201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
        '200': {description: was there, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
  /files:
    post:
      operationId: sendFiles
      security: []
      requestBody:
        content:
          multipart/form-data:
            schema:
              type: object
              required: [owner]
              properties: {owner: {type: string}, scan: {type: string, format: binary}, more: {type: array, items: {contentMediaType: image/png}}}
      responses: {'200': {description: fine}}
components:
  schemas:
    Thing: {type: object, properties: {id: {type: string}}}
"""
TOKEN = """\
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /token:
    post:
      operationId: issue
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {'200': {description: fine}}
"""


@dataclass(frozen=True)
class Drafted:
    """A draft, and the steps of its last workflow by id."""

    made: Draft

    @property
    def workflows(self) -> list[Mapping[str, Json]]:
        return [members(each) for each in items(members(self.made.document)["workflows"])]

    @property
    def steps(self) -> dict[Json, Mapping[str, Json]]:
        listed = map(members, items(self.workflows[-1]["steps"]))
        return {each["stepId"]: each for each in listed}


def source(text: str = TEXT, name: str = "api") -> Source:
    return Source(name, f"./{name}.yaml", build_api(parse(text, f"{name}.yaml"), name))


def drafted(*wanted: str, token: Source | None = None, **values: str) -> Drafted:
    return Drafted(draft("A Title", [source()], token, wanted=wanted, values=values))


def test_what_makes_comes_before_what_reads_and_what_removes() -> None:
    assert list(drafted().steps) == ["create-thing", "send-files", "get-thing", "delete-thing"]


def test_a_later_step_takes_what_an_earlier_one_answers_with() -> None:
    steps = drafted().steps

    assert steps["create-thing"]["outputs"] == {"id": "$response.body#/id"}
    parameters = items(steps["get-thing"]["parameters"])
    assert parameters[-1] == {
        "name": "id",
        "in": "path",
        "value": "$steps.create-thing.outputs.id",
    }


def test_what_nothing_gives_becomes_an_input_with_the_example_as_default() -> None:
    made = drafted("getThing")

    assert made.workflows[-1]["inputs"] == {
        "type": "object",
        "required": ["accessToken"],
        "properties": {
            "id": {"type": "integer", "default": 7},
            "accessToken": {"type": "string", "format": "password"},
        },
    }
    assert made.workflows[-1]["x-env"] == {"accessToken": "ACCESS_TOKEN"}


def test_only_what_is_required_is_sent_and_json_where_it_can_be() -> None:
    made = drafted("createThing", owner="us").steps["create-thing"]

    assert [members(each)["name"] for each in items(made["parameters"])] == [
        "Authorization",
        "X-Kind",
    ]
    assert made["requestBody"] == {
        "contentType": "application/json",
        "payload": {"owner": "us"},
    }


def test_every_documented_success_is_accepted_and_a_range_is_left_to_the_runner() -> None:
    steps = drafted().steps

    assert steps["create-thing"]["successCriteria"] == [
        {"condition": "$statusCode == 200 || $statusCode == 201"}
    ]
    assert "successCriteria" not in steps["get-thing"]


def test_each_field_that_holds_a_file_gets_the_sample() -> None:
    made = drafted("sendFiles")

    body = members(made.steps["send-files"]["requestBody"])
    assert body["payload"] == {
        "owner": "sample",
        "scan": "$file('./sample.png')",
        "more": "$file('./sample.png')",
    }
    assert made.made.has_file
    assert "parameters" not in made.steps["send-files"]


def test_with_a_token_endpoint_one_token_serves_all_cases() -> None:
    made = drafted("getThing", token=source(TOKEN, "token"))

    first, last = made.workflows
    assert (first["workflowId"], first["x-scope"]) == ("get-token", "session")
    assert last["dependsOn"] == ["get-token"]
    assert items(made.steps["get-thing"]["parameters"])[0] == {
        "name": "Authorization",
        "in": "header",
        "value": "Bearer {$workflows.get-token.outputs.accessToken}",
    }


def test_an_operation_that_does_not_exist_is_refused_with_a_near_one() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'getThing'"):
        drafted("getThin")


def test_an_operation_called_twice_makes_two_steps() -> None:
    assert list(drafted("getThing", "getThing").steps) == ["get-thing", "get-thing-2"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("createThing", "create-thing"),
        ("A Title: two", "a-title-two"),
        ("GET /a/{id}", "get-a-id"),
        ("", ""),
    ],
)
def test_ids_are_small_words_with_hyphens(words: str, expected: str) -> None:
    assert slug(words) == expected
