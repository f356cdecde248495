import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.client.multipart import (
    MalformedMultipart,
    Part,
    ReceivedPart,
    boundary_of,
    content_type,
    encode,
    parse,
)

SEARCH_ANSWER = (
    b"--b\r\n"
    b'Content-Disposition: form-data; name="file"; filename="x; y.pdf"; '
    b'attachmentControlNumber="507f1f77bcf86cd799439011"; attachmentId="023981023345"\r\n'
    b"Content-Type: application/pdf\r\n\r\nBYTES\r\n--b--"
)


def test_the_documented_search_answer_is_read_with_its_parameters_as_spelt() -> None:
    (part,) = parse(SEARCH_ANSWER, "multipart/form-data; boundary=b")

    assert (part.name, part.filename, part.content_type) == ("file", "x; y.pdf", "application/pdf")
    assert part.disposition[2:] == (
        ("attachmentControlNumber", "507f1f77bcf86cd799439011"),
        ("attachmentId", "023981023345"),
    )
    assert part.content == b"BYTES"


def test_parts_are_written_in_order_with_quotes_and_line_ends_made_safe() -> None:
    body = encode((Part("a", b"1"), Part("a", b"2", 'q"\r\n.pdf', "application/pdf")), boundary="b")

    assert body == (
        b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
        b'--b\r\nContent-Disposition: form-data; name="a"; filename="q%22%0D%0A.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n2\r\n--b--\r\n"
    )


def test_raw_headers_are_sent_as_they_are() -> None:
    body = encode((Part("a", b"1", raw_headers=b"X: \xff"),), boundary="b")

    assert body == b"--b\r\nX: \xff\r\n\r\n1\r\n--b--\r\n"


@given(contents=st.lists(st.binary(max_size=200), min_size=1, max_size=5))
def test_whatever_bytes_are_written_are_read_back(contents: list[bytes]) -> None:
    parts = [Part("files", each, f"{n}.bin", "image/png") for n, each in enumerate(contents)]
    received = parse(encode(parts, boundary="harness-edge"), content_type("harness-edge"))

    assert [part.content for part in received] == contents


@pytest.mark.parametrize(
    ("body", "header", "message"),
    [
        pytest.param(
            SEARCH_ANSWER[:-2], "multipart/form-data; boundary=b", "Unexpected end", id="torn"
        ),
        pytest.param(b"<html>", "multipart/form-data; boundary=b", "Unexpected end", id="html"),
        pytest.param(SEARCH_ANSWER, "multipart/form-data", "names no boundary", id="no-boundary"),
        pytest.param(
            SEARCH_ANSWER, "multipart/form-data; boundary=c", "Unexpected end", id="other-boundary"
        ),
    ],
)
def test_what_is_not_multipart_is_told_in_words(body: bytes, header: str, message: str) -> None:
    with pytest.raises(MalformedMultipart, match=message):
        parse(body, header)


def test_a_body_over_the_limit_is_refused() -> None:
    with pytest.raises(MalformedMultipart, match="larger than 10 bytes"):
        parse(SEARCH_ANSWER, "multipart/form-data; boundary=b", limit_bytes=10)


def test_boundaries_are_found_quoted_and_bare() -> None:
    assert boundary_of('multipart/form-data; charset=x; Boundary="a b"') == "a b"
    assert boundary_of("multipart/form-data; boundary=----W; x=y") == "----W"
    assert boundary_of("application/json") is None


def test_a_part_without_a_name_or_file_name_reads_as_empty() -> None:
    part = ReceivedPart((), (), b"")

    assert (part.name, part.filename, part.content_type) == ("", None, "")
