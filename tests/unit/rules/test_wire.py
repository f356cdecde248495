"""What every answer owes its reader is judged, and nothing that a sound answer may do is held against it."""

import pytest

from harness.exchange import Exchange, Headers, Request, Response
from harness.rules.trial import invariant_violations

TOKEN = "e30.e30.c2lnbmF0dXJl"
CALLER: Headers = (("Authorization", f"Bearer {TOKEN}"),)
JSON = "application/json"


def found(
    body: bytes,
    *,
    media_type: str = JSON,
    headers: Headers = (),
    request: Request | None = None,
) -> list[tuple[str, str]]:
    """Return the names of the promises that an answer breaks, and what was seen instead."""
    asked = request or Request("GET", "http://fake/", CALLER)
    response = Response(200, (("Content-Type", media_type), *headers), body)
    return [
        (each.name, each.actual) for each in invariant_violations([Exchange(1, asked, response)])
    ]


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b'{"a": [1, 2.5e3, null], "b": {"a": 1}}', JSON),
        (b' \n["caf\xc3\xa9"]\n', "application/problem+json; charset=UTF-8"),
        (b'{"a": 1}', 'Application/JSON; profile=x; charset="utf-8"'),
        (b"", JSON),
        (b"NaN \xff", "text/plain; charset=iso-8859-1"),
    ],
    ids=["plain", "utf-8", "parameters", "no-body", "no-json"],
)
def test_a_sound_answer_breaks_nothing(body: bytes, media_type: str) -> None:
    assert found(body, media_type=media_type) == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b'{"a": NaN}', "NaN, which JSON does not know"),
        (b'{"a": -Infinity}', "-Infinity, which JSON does not know"),
        (b'{"a": {"b": 1, "b": 2}}', "the member b twice in one object"),
        (b"[" * 100_000, "nested too deeply"),
    ],
    ids=["not-a-number", "infinity", "member-twice", "nested"],
)
def test_json_with_no_meaning_or_two_is_none(body: bytes, problem: str) -> None:
    assert found(body) == [("wire.json", problem)]


@pytest.mark.parametrize("body", [b"{", b"\xef\xbb\xbf{}", b'"\xe9"', b"{} x"])
def test_what_is_no_json_must_not_be_called_so(body: bytes) -> None:
    assert [name for name, _ in found(body)] == ["wire.json"]


@pytest.mark.parametrize("coding", ["br", "gzip, zstd", "BR"])
def test_a_coding_that_was_not_asked_for_is_told_and_the_body_is_not_read(coding: str) -> None:
    packed = (("Content-Encoding", coding),)

    assert found(b"\x0b\x02\x80", headers=packed) == [
        ("wire.encoding", coding.lower().removeprefix("gzip, "))
    ]


@pytest.mark.parametrize("coding", ["gzip", "identity", "deflate, gzip"])
def test_a_coding_that_was_asked_for_is_none_of_our_business(coding: str) -> None:
    assert found(b"{}", headers=(("Content-Encoding", coding),)) == []


def test_json_in_another_charset_is_seen() -> None:
    assert found(b"{}", media_type=f"{JSON}; charset=ISO-8859-1") == [
        ("wire.charset", "iso-8859-1")
    ]


@pytest.mark.parametrize(
    "trace",
    [rb"java.lang.Error\n\tat a.B.c(B.java:42)", rb"Error: x\n    at read (claims.js:1:2)"],
    ids=["java", "node"],
)
def test_a_stack_trace_inside_json_is_seen(trace: bytes) -> None:
    assert found(b'{"message":"' + trace + b'"}') == [("wire.trace", "a stack trace")]


def test_a_token_that_comes_back_is_seen() -> None:
    assert found(f'{{"t":"{TOKEN}"}}'.encode()) == [("wire.secret", "one in the body")]
    assert found(b"{}", headers=(("X-Caller", f"Bearer {TOKEN}"),)) == [
        ("wire.secret", "one in a header")
    ]


def test_what_is_no_token_may_be_repeated() -> None:
    asked = Request("GET", "http://fake/", (("Authorization", "Bearer not-a-token"),))

    assert found(b'{"error":"not-a-token is none"}', request=asked) == []


@pytest.mark.parametrize(
    "body",
    [b'{"client_secret":"made-up-secret"}', b"client_secret=made-up-secret&grant_type=x"],
    ids=["json", "form"],
)
def test_a_client_secret_that_comes_back_is_seen(body: bytes) -> None:
    asked = Request("POST", "http://fake/", (), body)

    assert found(b'{"seen":"made-up-secret"}', request=asked) == [
        ("wire.secret", "one in the body")
    ]


def test_a_call_without_an_answer_breaks_nothing_of_this() -> None:
    assert (
        list(invariant_violations([Exchange(1, Request("GET", "http://fake/"), None, "cut")])) == []
    )
