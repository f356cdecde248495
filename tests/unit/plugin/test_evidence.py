from harness.exchange import Exchange, Request, Response
from harness.plugin.workflows import lines

REQUEST = Request("GET", "http://h/a", (("Authorization", "Bearer [masked]"),))


def test_an_exchange_is_told_with_one_command() -> None:
    response = Response(404, (("Content-Type", "application/json"),), b'{\n "a": 1\n}', 0.0123)

    assert lines(Exchange(1, REQUEST, response)) == (
        "  request: GET http://h/a",
        "  response: 404, application/json, 12 ms",
        '  body: { "a": 1 }',
        '  curl: curl -sS -i http://h/a -H "Authorization: Bearer $TOKEN"',
    )


def test_silence_is_told_with_its_reason() -> None:
    assert lines(Exchange(1, REQUEST, failure="refused"))[1] == "  response: none (refused)"


def test_a_long_body_is_named_and_a_long_answer_is_clipped() -> None:
    request = Request("POST", "http://h/a", body=b"x" * 5_000)
    response = Response(200, (), b"y" * 5_000)

    told = lines(Exchange(1, request, response))

    assert "body left out, 5,000 bytes" in told[-1]
    assert max(map(len, told)) < 400
