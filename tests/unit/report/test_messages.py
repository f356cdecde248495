import pytest

from harness.exchange import Exchange, Request, Response
from harness.report.messages import body_text, parts, request_text, response_text, status_line
from tests.unit.report.runs import BOUNDARY, MULTIPART

KIND = f"multipart/form-data; boundary={BOUNDARY}"


def test_a_request_is_line_headers_and_body() -> None:
    request = Request("POST", "https://api.example/x", (("Accept", "*/*"),), b'{"a":[1]}')

    assert request_text(request) == (
        'POST https://api.example/x\nAccept: */*\n\n{\n  "a": [\n    1\n  ]\n}'
    )


def test_no_response_says_why() -> None:
    exchange = Exchange(1, Request("GET", "https://api.example/x"), failure="refused")

    assert response_text(exchange) == "No response: refused"
    assert status_line(exchange) == "GET https://api.example/x -> no response"


def test_a_response_is_shown_with_its_status_and_time() -> None:
    request = Request("GET", "https://api.example/x", operation="GET /x")
    exchange = Exchange(1, request, Response(200, (("a", "b"),), b"ok", 0.25))

    assert response_text(exchange) == "HTTP 200\na: b\n\nok"
    assert status_line(exchange) == "GET /x -> 200 in 250 ms"


def test_a_multipart_body_is_shown_by_its_parts() -> None:
    text = body_text(MULTIPART, KIND)

    assert text.startswith('part request application/json\n{\n  "payerId": "TESTEP06"')
    assert "part files sample.pdf application/pdf\n[18 bytes, sha256 " in text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(b"", "", id="empty"),
        pytest.param(b"{not json", "{not json", id="not_json"),
        pytest.param(b"a\x1bb", "a\ufffdb", id="escape"),
        pytest.param(b"x" * 7_000, "x" * 6_000 + "\n[1,000 more]", id="long"),
    ],
)
def test_a_body_is_text_of_bounded_length(body: bytes, text: str) -> None:
    assert body_text(body, "text/plain") == text


def test_a_binary_body_is_named_by_its_digest() -> None:
    assert body_text(b"\xff", "image/png").startswith("[1 bytes, sha256 ")
    assert body_text(b"a\x00", "text/plain").startswith("[2 bytes, sha256 ")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param(MULTIPART, "application/json", id="another_type"),
        pytest.param(MULTIPART, "multipart/form-data", id="no_boundary"),
        pytest.param(b"nothing", KIND, id="no_parts"),
    ],
)
def test_what_is_no_multipart_has_no_parts(body: bytes, kind: str) -> None:
    assert parts(body, kind) == ()


def test_a_multipart_body_without_parts_is_shown_as_it_came() -> None:
    assert body_text(b"nothing", KIND) == "nothing"


def test_deeply_nested_json_is_shown_as_it_came() -> None:
    body = b"[" * 5_000

    assert body_text(body, "application/json") == body.decode()
