"""A downloaded document that no longer has an operation, or its body, is completed and says so."""

import pytest

from harness.document import parse
from harness.openapi.effective import completed
from harness.openapi.load import build_api
from harness.openapi.model import Api

OURS = """\
openapi: 3.1.0
info: {title: O, version: '1'}
paths:
  /a/{id}:
    get: {operationId: getA, responses: {'200': {description: ok}}}
  /b:
    post:
      operationId: makeB
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {'200': {description: ok}}
  /c:
    get: {operationId: oldC, x-documented-only: true}
"""


def theirs(old: str, new: str) -> Api:
    assert old in OURS
    text = OURS.replace(old, new).replace(", x-documented-only: true", "")
    return completed(build_api(parse(text, "theirs.yaml"), "o"), build_api(parse(OURS), "o"))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        pytest.param(
            "  /a/{id}:\n    get: {operationId: getA, responses: {'200': {description: ok}}}\n",
            "",
            "no longer has the operation 'getA' (GET /a/{id}).",
            id="path-removed",
        ),
        pytest.param(
            "    post:\n",
            "    put:\n",
            "has the operation 'makeB' as PUT, no longer as POST.",
            id="method-changed",
        ),
        pytest.param(
            "      requestBody: {content: {application/json: {schema: {type: object}}}}\n",
            "",
            "no longer has a request body for the operation 'makeB'.",
            id="body-removed",
        ),
        pytest.param(
            "requestBody: {content:",
            "requestBody: {x-content:",
            "no longer has a request body for the operation 'makeB'.",
            id="content-removed",
        ),
        pytest.param(
            "operationId: makeB",
            "x-operationId: makeB",
            "",
            id="id-removed",
        ),
        pytest.param("operationId: getA", "operationId: readA", "", id="id-renamed"),
        pytest.param("/a/{id}:", "/a/{key}:", "", id="parameter-renamed"),
        pytest.param("    get: {operationId: oldC, ", "    x-get: {", "", id="never-called"),
    ],
)
def test_what_is_missing_is_named(old: str, new: str, what: str) -> None:
    api = theirs(old, new)

    assert [each.defect.what for each in api.absent] == ([what] if what else [])


def test_an_operation_keeps_the_id_that_we_know() -> None:
    api = theirs("operationId: getA", "operationId: readA")

    assert api.operation("getA") is not None
    assert api.operation("readA") is None


def test_what_is_absent_can_still_be_named_as_our_document_describes_it() -> None:
    api = theirs("    post:\n", "    put:\n")
    absent = api.absence("makeB")

    assert absent is not None
    assert str(absent.defect.source) == "theirs.yaml:8:7"
    assert [each.method for each in api.operations if each.id == "makeB"] == ["POST"]
    assert api.home("makeB").absent == ()
    assert api.home("getA") is api
