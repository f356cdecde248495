"""A constraint that says again what another says is no fault of its own."""

import pytest

from harness import document
from harness.mock.document.faults import derived_faults
from harness.openapi.load import build_api
from harness.openapi.model import Api


def api_with(schema: str, media_type: str = "application/json") -> Api:
    """Return an API whose one operation takes a member `it`."""
    body = f"{{type: object, properties: {{it: {schema}}}}}"
    text = f"""\
openapi: 3.1.0
info: {{title: t, version: '1'}}
paths:
  /a:
    post:
      operationId: add
      requestBody: {{content: {{{media_type}: {{schema: {body}}}}}}}
      responses: {{'201': {{description: made}}}}
"""
    return build_api(document.parse(text, "own.yaml"), "own")


def unchecked(api: Api) -> dict[str, tuple[str, ...]]:
    """Return the keywords of `it` that a fault takes away, each with what goes with it."""
    found = (each for each in derived_faults(api) if each.place == "body/it")
    return {each.keyword: each.restated for each in found}


CASES = {
    "a pattern that says what a date looks like": (
        "{type: string, format: date, pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', maxLength: 10}",
        {"type": (), "format": ("maxLength", "pattern")},
    ),
    "a pattern that narrows a date": (
        "{type: string, format: date, pattern: '^20'}",
        {"type": (), "format": (), "pattern": ()},
    ),
    "a length that a pattern says too": (
        "{type: string, pattern: '^[0-9]{9}$', minLength: 9, maxLength: 9}",
        {"type": (), "pattern": ("minLength", "maxLength")},
    ),
    "a length and a pattern that say the same": (
        "{type: string, minLength: 3, pattern: '^[^]{3,}$'}",
        {"type": (), "pattern": ("minLength",)},
    ),
    "a length and a type that an enum says too": (
        "{type: string, enum: [ab, cd], maxLength: 5}",
        {"enum": ("maxLength",)},
    ),
    "two lengths": (
        "{type: string, minLength: 1, maxLength: 5}",
        {"type": (), "minLength": (), "maxLength": ()},
    ),
    "a whole number of 32 bits": ("{type: integer, format: int32}", {"type": (), "format": ()}),
    "a format that only annotates": ("{type: string, format: email}", {"type": ()}),
}


@pytest.mark.parametrize(("schema", "expected"), CASES.values(), ids=CASES)
def test_only_what_a_text_can_break_alone_is_a_fault(
    schema: str, expected: dict[str, tuple[str, ...]]
) -> None:
    assert unchecked(api_with(schema)) == expected


def test_a_form_has_no_part_for_an_empty_list() -> None:
    form = api_with("{type: array, minItems: 1, items: {type: string}}", "multipart/form-data")

    assert unchecked(form) == {}
