from collections.abc import Callable

import pytest

from harness.errors import DocumentError
from harness.openapi.bundled import bundled_document, document_names
from harness.openapi.model import Api
from harness.openapi.soundness import check_bounded, check_sound


@pytest.mark.parametrize("name", document_names())
def test_bundled_document_is_sound(name: str) -> None:
    check_sound(bundled_document(name))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        pytest.param(
            "^[A-Z][a-z]+$",
            "^([a-z]*)*$",
            "is a pattern that can take exponential time (^([a-z]*)*$).",
            id="pattern",
        ),
        pytest.param(
            "required: [name]",
            "anyOf: [{$ref: '#/components/schemas/Thing'}]",
            "is a schema that leads back to itself for the same value.",
            id="circle",
        ),
        pytest.param(
            "maxLength: 10",
            "maxLength: ten",
            "is not a schema: 'ten' is not of type 'integer'.",
            id="shape",
        ),
    ],
)
def test_unsound_schema_is_refused(
    api_with: Callable[..., Api], old: str, new: str, what: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        check_sound(api_with(old, new))

    assert caught.value.what == what
    assert caught.value.source is not None


def test_a_pattern_is_no_reason_to_refuse_a_document_that_is_only_read(
    api_with: Callable[..., Api],
) -> None:
    check_bounded(api_with("^[A-Z][a-z]+$", "^([a-z]*)*$"))


def test_a_circle_is_refused_also_where_a_document_is_only_read(
    api_with: Callable[..., Api],
) -> None:
    circle = "anyOf: [{$ref: '#/components/schemas/Thing'}]"

    with pytest.raises(DocumentError, match="leads back to itself"):
        check_bounded(api_with("required: [name]", circle))
