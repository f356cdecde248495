import asyncio
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from harness.mock.body import Form, json_value, read_form
from harness.mock.settings import Limits

BODY = (
    b'--b\r\nContent-Disposition: form-data; name="request"\r\n'
    b"Content-Type: application/json\r\n\r\n{}\r\n"
    b'--b\r\nContent-Disposition: form-data; name="files"; filename="a b\xc3\xa4.txt"\r\n'
    b"Content-Type: Text/Plain; charset=utf-8\r\n\r\nline\r\n--a\r\n\r\n--b--\r\n"
)


def form(
    chunks: Sequence[bytes],
    content_type: str = "multipart/form-data; boundary=b",
    limits: Limits = Limits(),  # noqa: B008 a frozen value
) -> Form:
    messages = [{"type": "http.request", "body": each, "more_body": True} for each in chunks]
    queue: list[Message] = [*messages, {"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Message:
        return queue.pop(0)

    headers = [(b"content-type", content_type.encode())]
    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)
    return asyncio.run(read_form(request, limits))


def refused(chunks: Sequence[bytes], content_type: str = "multipart/form-data; boundary=b") -> int:
    with pytest.raises(HTTPException) as raised:
        form(chunks, content_type)
    return raised.value.status_code


def test_parts_keep_name_type_and_bytes() -> None:
    request, file = form([BODY]).parts

    assert (request.name, request.filename, request.media_type) == (
        "request",
        None,
        "application/json",
    )
    assert (file.name, file.filename) == ("files", "a b\u00e4.txt")
    assert (file.content_type, file.media_type) == ("Text/Plain; charset=utf-8", "text/plain")
    assert file.content == b"line\r\n--a\r\n"


@given(st.sets(st.integers(min_value=1, max_value=len(BODY) - 1)))
def test_it_does_not_matter_where_the_body_is_cut(cuts: set[int]) -> None:
    edges = [0, *sorted(cuts), len(BODY)]
    chunks = [BODY[start:end] for start, end in pairwise(edges)]

    assert form(chunks) == form([BODY])


def test_preamble_and_epilogue_are_skipped() -> None:
    assert form([b"preamble\r\n" + BODY, b"epilogue"]) == form([BODY])


@pytest.mark.parametrize("end", range(0, len(BODY) - 4, 7))
def test_a_body_cut_short_is_refused(end: int) -> None:
    assert refused([BODY[:end]]) == 400


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 415),
        ("multipart/mixed; boundary=b", 415),
        ("", 415),
        ("multipart/form-data", 400),
        ("multipart/form-data; boundary=", 400),
        ("multipart/form-data; boundary=other", 400),
    ],
)
def test_another_media_type_or_boundary_is_refused(content_type: str, status: int) -> None:
    assert refused([BODY], content_type) == status


def test_too_many_parts_are_refused() -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n'

    assert len(form([part * 64 + b"--b--\r\n"]).parts) == 64
    assert refused([part * 65 + b"--b--\r\n"]) == 413


def test_a_part_without_disposition_is_refused() -> None:
    assert refused([b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n"]) == 400


def test_a_body_over_the_limit_is_refused_at_the_chunk_that_exceeds_it() -> None:
    with pytest.raises(HTTPException) as raised:
        form([BODY], limits=Limits(upload_body_bytes=len(BODY) - 1))

    assert raised.value.status_code == 413
    assert form([BODY], limits=Limits(upload_body_bytes=len(BODY))).parts


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"NaN", b"Infinity", b"\xff", b'"\\ud800"', b"[" * 100_000, b"\xef\xbb\xbf1"],
    ids=["empty", "open", "nan", "infinity", "utf-8", "surrogate", "deep", "mark"],
)
def test_what_is_no_json_is_told_so(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 every kind of broken JSON has words of its own
        json_value(content)


def test_json_is_read_as_it_stands() -> None:
    assert json_value(b'{"a": [1, "\\u00e9\xc3\xa9", null]}') == {"a": [1, "\u00e9\u00e9", None]}
