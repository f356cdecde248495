"""A refused token is worded as RFC 6749 or the sntl endpoint's examples have it."""

import pytest

from harness.exchange import Exchange, Request
from harness.jsonvalue import Json
from harness.openapi.bundled import bundled_document
from harness.outcome import Status
from harness.products.platform.rules.tokens import in_oauth_words, in_own_words
from harness.rules.target import Answered
from tests.unit.products.medical.rules.fakes import said

API = bundled_document("token-v2")


def answered(status: int, body: Json) -> Answered:
    exchange = Exchange(1, Request("POST", "http://fake/"))
    return Answered(exchange, said(status, body), API.operations[0], API)


@pytest.mark.parametrize(
    ("status", "error", "holds"),
    [
        (400, "invalid_request", True),
        (400, "invalid_client", True),
        (401, "invalid_client", True),
        (401, "invalid_request", False),
        (400, "invalid_harness", False),
        (400, "", False),
    ],
)
def test_an_oauth_error_has_a_code_of_the_rfc(status: int, error: str, holds: bool) -> None:
    found = list(in_oauth_words(answered(status, {"error": error})))

    assert [each.status is Status.PASS for each in found] == [holds]


@pytest.mark.parametrize(
    ("status", "body", "broken"),
    [
        (400, {"status": "400", "failureReason": "ValidationError", "Errors": ["x"]}, []),
        (401, {"failureReason": "InvalidClient"}, []),
        (400, {"Errors": ["x"]}, []),
        (400, {"Errors": []}, ["error.body"]),
        (400, ["x"], ["error.body"]),
        (401, {"status": "400", "Errors": ["x"]}, ["error.status"]),
        (400, {"status": 400, "Errors": ["x"]}, ["error.status"]),
        (401, {"failureReason": "ValidationError"}, ["error.reason"]),
        (400, {"failureReason": "Full moon"}, ["error.reason"]),
    ],
)
def test_an_sntl_error_keeps_what_its_examples_show(
    status: int, body: Json, broken: list[str]
) -> None:
    found = in_own_words(answered(status, body))

    assert [each.name for each in found if each.status is not Status.PASS] == broken
