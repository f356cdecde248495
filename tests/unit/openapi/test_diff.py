from collections.abc import Callable

import pytest

from harness.openapi.bundled import bundled_document, document_names
from harness.openapi.change import Change, Level
from harness.openapi.diff import diff
from harness.openapi.model import Api


@pytest.mark.parametrize("name", document_names())
def test_document_does_not_differ_from_itself(name: str) -> None:
    api = bundled_document(name)

    assert diff(api, api) == ()


def test_inlined_reference_and_folded_all_of_are_the_same_schema(
    api_with: Callable[..., Api], api_text: Api
) -> None:
    folded = api_with(
        "      required: [name]\n", "      allOf: [{required: [name]}, {type: object}]\n"
    )
    inlined = api_with(
        "name:\n          $ref: '#/components/schemas/Name'",
        "name: {type: string, pattern: '^[A-Z][a-z]+$', maxLength: 10}",
    )

    assert diff(api_text, folded) == ()
    assert diff(api_text, inlined) == ()


def test_nullable_of_3_0_is_the_null_of_3_1(api_with: Callable[..., Api]) -> None:
    old = api_with("format: date", "nullable: true", version="3.0.3")
    new = api_with("type: string\n          format: date", "type: [string, 'null']")

    assert diff(old, new) == ()


def test_name_of_a_path_parameter_does_not_matter(
    api_with: Callable[..., Api], api_text: Api
) -> None:
    renamed = api_with(
        "/things/{id}:\n    parameters:\n      - name: id",
        "/things/{key}:\n    parameters:\n      - name: key",
    )

    assert diff(api_text, renamed) == ()


def test_fingerprint_names_a_change_for_good() -> None:
    change = Change("operation-removed", "GET /a", "", "removed", Level.BREAKING)

    assert change.fingerprint == "8946ee7eb743"


def test_a_lower_bound_of_zero_is_none(api_with: Callable[..., Api]) -> None:
    old = api_with("maxLength: 10", "maxLength: 10\n      minLength: 0")
    new = api_with("maxLength: 10", "maxLength: 10")

    assert (diff(old, new), diff(new, old)) == ((), ())
