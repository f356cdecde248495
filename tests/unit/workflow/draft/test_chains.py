"""Later steps take their ids from earlier answers: by link, by name, from what made them, from lists."""

import pytest

from harness.document import parse
from harness.openapi.load import build_api
from harness.workflow.draft.chains import Chains
from harness.workflow.draft.examples import pattern_example
from harness.workflow.draft.naming import Source

TEXT = """\
openapi: 3.1.0
info: {title: D, version: '1'}
paths:
  /pets:
    post:
      operationId: create
      responses:
        '201':
          description: made
          content: {application/json: {schema: SCHEMA}}
          links: LINKS
    get:
      operationId: list
      responses: {'200': {description: all, content: {application/json: {schema: LIST}}}}
  /pets/{petId}:
    get:
      operationId: read
      parameters: [{name: petId, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: one}}
"""
OPEN = "{type: object}"


def value(schema: str = OPEN, links: str = "{}", listed: str = OPEN) -> tuple[str, object]:
    """Return what the id in the path comes from, and the outputs that this takes."""
    text = TEXT.replace("SCHEMA", schema).replace("LINKS", links).replace("LIST", listed)
    api = build_api(parse(text, "api.yaml"), "api")
    source = Source("api", "./api.yaml", api)
    create, list_, read = (api.operation(each) for each in ("create", "list", "read"))
    assert create is not None
    assert list_ is not None
    assert read is not None
    chains = Chains()
    chains.add("create", source, create)
    chains.add("list", source, list_)
    return chains.path_value(read, read.parameters[0]), chains.outputs


@pytest.mark.parametrize(
    ("given", "expected", "outputs"),
    [
        (
            {"schema": "{properties: {petId: {type: string}}}"},
            "$steps.create.outputs.petId",
            {"create": {"petId": "$response.body#/petId"}},
        ),
        (
            {"schema": "{properties: {data: {properties: {id: {type: string}}}}}"},
            "$steps.create.outputs.id",
            {"create": {"id": "$response.body#/data/id"}},
        ),
        (
            {"links": "{next: {operationId: read, parameters: {petId: $response.body#/no}}}"},
            "$steps.create.outputs.petId",
            {"create": {"petId": "$response.body#/no"}},
        ),
        (
            {"listed": "{properties: {items: {type: array, items: {properties: {id: {}}}}}}"},
            "$steps.list.outputs.first-petId",
            {"list": {"first-petId": "$response.body#/items/0/id"}},
        ),
        ({}, "", {}),
    ],
)
def test_where_an_id_comes_from(given: dict[str, str], expected: str, outputs: object) -> None:
    assert value(**given) == (expected, outputs)


@pytest.mark.parametrize(
    ("pattern", "example"),
    [
        (r"^\d{10}$", "0000000000"),
        (r"^[A-Z]{3}#[0-9a-f]{4}$", "AAA#0000"),
        (r"^(a|b)c?-\w+$", "a-a"),
        (r"^[^0-9]x$", ":x"),
        (r"^(?=.*z)a$", ""),
        (r"(", ""),
    ],
)
def test_a_text_that_a_pattern_matches(pattern: str, example: str) -> None:
    assert pattern_example(pattern) == example
