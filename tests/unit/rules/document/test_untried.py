"""A promise of a document has a case, or the reason why none can be made: else nobody could be certified."""

import pytest

from harness.document import parse
from harness.openapi.bundled import document_names
from harness.openapi.effective import effective
from harness.openapi.load import build_api
from harness.openapi.model import Api
from harness.openapi.promises import promised, requirement_id
from harness.rules.document.catalogue import document_rules, untried
from harness.rules.document.scene import Scene
from tests.unit.rules.document.bookshop import TEXT

FREE = """openapi: 3.1.0
info: {title: Free, version: '1'}
paths:
  /things/{id}: {get: {operationId: getThing, responses: {'200': {description: ok}}}}
  /signals: {post: {operationId: signal, responses: {'204': {description: heard}}}}
"""


def without_a_case(api: Api) -> set[str]:
    named = {name for rule in document_rules(api, Scene(api)) for name in rule.requirements}
    return {requirement_id(*each) for each in promised(api)} - named


@pytest.mark.parametrize("name", document_names())
def test_what_has_no_case_in_a_bundled_document_has_a_reason(name: str) -> None:
    api = effective(name).api

    assert without_a_case(api) == set(dict(untried(api)))


def test_what_has_no_case_in_a_document_of_ones_own_has_a_reason() -> None:
    books, free = (build_api(parse(text, "own.yaml"), "own") for text in (TEXT, FREE))

    assert without_a_case(books) == set(dict(untried(books)))
    assert dict(untried(free)) == {
        "own.getThing.refuses": "the document allows whatever can be sent",
        "own.signal.refuses": "the document allows whatever can be sent",
        "own.signal.keeps": "the document reads nothing of what it makes",
    }
    assert without_a_case(free) == set(dict(untried(free)))
