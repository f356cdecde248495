"""A refusal blames the request, a denial the caller, and a 405 tells which method would do."""

import pytest

from harness.exchange import Exchange, Headers, Request, Response
from harness.openapi.bundled import bundled_document
from harness.outcome import Status
from harness.rules.checks import allows, denied, refused
from harness.rules.target import Answered

API = bundled_document("dental")
SEARCH = next(each for each in API.operations if each.id == "searchAttachments")


def answered(status: int, headers: Headers = (), method: str = "POST") -> Answered:
    exchange = Exchange(1, Request(method, "http://fake/"))
    return Answered(exchange, Response(status, headers), SEARCH, API)


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 415, 422])
def test_a_refusal_may_have_any_status_that_blames_the_request(status: int) -> None:
    assert refused(answered(status)).status is Status.PASS
    assert denied(answered(status)).status is Status.PASS


@pytest.mark.parametrize("status", [200, 302, 408, 429, 500])
def test_what_does_not_look_at_the_request_refuses_nothing(status: int) -> None:
    assert refused(answered(status)).status is Status.FAIL
    assert denied(answered(status)).status is Status.FAIL


def test_only_a_caller_is_denied_with_401() -> None:
    assert refused(answered(401)).status is Status.FAIL
    assert denied(answered(401)).status is Status.PASS


@pytest.mark.parametrize(
    ("allow", "holds"),
    [
        ((("Allow", "POST"),), True),
        ((("Allow", "OPTIONS, POST"),), True),
        ((("Allow", "POST, PUT"),), False),
        ((("Allow", "GET"),), False),
        ((), False),
    ],
)
def test_a_405_names_the_right_method_and_not_the_wrong_one(allow: Headers, holds: bool) -> None:
    found = list(allows(answered(405, allow, "PUT")))

    assert [each.status is Status.PASS for each in found] == [holds]


def test_another_refusal_names_no_method() -> None:
    assert list(allows(answered(404))) == []
