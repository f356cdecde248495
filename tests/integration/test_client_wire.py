"""The client against servers that misbehave on a real socket: each exchange ends, and says how."""

import gzip
import socket
from dataclasses import replace

import pytest

from harness.client.pacing import MOST_SILENT
from harness.config import Environment
from harness.exchange import Exchange, Request
from tests.fakes import ENVIRONMENT, socket_client
from tests.integration.raw_server import Behaviour, RawServer, raw_server

QUICK = replace(ENVIRONMENT, timeout_seconds=0.8, deadline_seconds=1.0, max_answer_bytes=1_000_000)
ROOMY = replace(QUICK, timeout_seconds=60.0, deadline_seconds=60.0)
LONG_AFTER_ANY_DEADLINE_SECONDS = 30
"""What a server waits before it goes its way; an exchange without a deadline would then say so."""
BOMB = gzip.compress(b"0" * 20_000_000)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def answering(*pieces: bytes) -> Behaviour:
    def behave(server: RawServer, connection: socket.socket) -> None:
        while server.request(connection):
            for piece in pieces:
                connection.sendall(piece)

    return behave


def answering_once(answer: bytes) -> Behaviour:
    def behave(server: RawServer, connection: socket.socket) -> None:
        server.request(connection)
        connection.sendall(answer)

    return behave


def dripping(head: bytes, piece: bytes) -> Behaviour:
    def behave(server: RawServer, connection: socket.socket) -> None:
        server.request(connection)
        connection.sendall(head)
        server.drip(connection, piece)

    return behave


def exchanged(
    behaviour: Behaviour,
    environment: Environment = ROOMY,
    *,
    method: str = "GET",
    body: bytes = b"",
    times: int = 1,
) -> tuple[RawServer, list[Exchange]]:
    """Send a request so many times over one client; return what was recorded."""
    recorded: list[Exchange] = []
    with raw_server(behaviour) as server:
        client = socket_client(environment, recorded)
        for _ in range(times):
            client.bound("c")(Request(method, f"{server.url}/x", body=body))
        client.close()
    return server, recorded


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(dripping(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a"), id="headers byte by byte"),
        pytest.param(dripping(b"HTTP/1.1 ", b""), id="half a status line"),
        pytest.param(dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), id="continue without end"),
        pytest.param(
            dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", b"a"), id="body by bytes"
        ),
        pytest.param(
            dripping(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
            id="chunks without end",
        ),
        pytest.param(dripping(b"", b""), id="nothing"),
    ],
)
def test_a_slow_answer_ends_with_the_deadline_wherever_it_is_slow(behaviour: Behaviour) -> None:
    _, (exchange,) = exchanged(behaviour, QUICK)

    assert exchange.response is None
    assert exchange.failure.startswith("no answer in time")


def test_a_handshake_that_never_comes_ends_with_the_deadline() -> None:
    recorded: list[Exchange] = []

    with raw_server(taking_nothing) as server:
        url = server.url.replace("http:", "https:")
        socket_client(QUICK, recorded).bound("c")(Request("GET", url))

    assert recorded[0].failure.startswith("no connection in time")


def taking_nothing(server: RawServer, _: socket.socket) -> None:
    server.ended.wait(LONG_AFTER_ANY_DEADLINE_SECONDS)


def test_a_reader_who_takes_nothing_ends_with_the_deadline() -> None:
    _, (exchange,) = exchanged(
        taking_nothing,
        QUICK,
        method="POST",
        body=b"a" * 50_000_000,
    )

    assert exchange.failure.startswith("the request could not be sent in time")


@pytest.mark.parametrize(
    ("behaviour", "failure"),
    [
        pytest.param(
            dripping(
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                b"4000\r\n" + b"a" * 0x4000 + b"\r\n",
            ),
            "the connection broke while reading the answer (the answer is larger than 1,000,000 bytes)",
            id="endless body",
        ),
        pytest.param(
            answering(
                b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
                % len(BOMB),
                BOMB,
            ),
            "the connection broke while reading the answer (the answer is larger than 1,000,000 bytes)",
            id="gzip bomb",
        ),
        pytest.param(
            answering(
                b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\nContent-Length: 9\r\n\r\nwhatever."
            ),
            "the answer's content encoding is broken (2 encodings, one within the other)",
            id="gzip within gzip",
        ),
        pytest.param(
            answering(b"HTTP/1.1 200 OK\r\nX-Large: " + b"a" * 10_000_000 + b"\r\n\r\n"),
            "the answer is not HTTP (Receive buffer too long)",
            id="ten megabytes of header",
        ),
        pytest.param(
            answering(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
            "the answer is not HTTP (illegal status line: bytearray(b'SSH-2.0-OpenSSH_9.6'))",
            id="another protocol",
        ),
        pytest.param(
            answering_once(b""),
            "the connection was closed without an answer",
            id="closed at once",
        ),
    ],
)
def test_an_answer_beyond_all_bounds_is_no_answer_and_says_why(
    behaviour: Behaviour, failure: str
) -> None:
    _, (exchange,) = exchanged(behaviour)

    assert exchange.response is None
    assert exchange.failure == failure


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        pytest.param(b"HTTP/1.0 200 OK\r\n\r\nold", 200, b"old", id="HTTP/1.0 until it closes"),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" + OK, 200, b"ok", id="continue first"),
        pytest.param(
            b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK, 200, b"ok", id="hints first"
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: identity, gzip\r\n\r\n" + gzip.compress(b"ok"),
            200,
            b"ok",
            id="encoded once",
        ),
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", 204, b"", id="no content"),
        pytest.param(
            b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n", 999, b"", id="an unknown status"
        ),
    ],
)
def test_an_answer_of_an_unusual_form_is_read_whole(
    answer: bytes, status: int, body: bytes
) -> None:
    _, (exchange,) = exchanged(answering_once(answer))

    assert exchange.response is not None
    assert (exchange.response.status, exchange.response.body) == (status, body)


@pytest.mark.parametrize("place", ["/x", "http://evil.example/x", "//evil.example", "file:///etc"])
def test_a_redirect_is_an_answer_and_never_followed(place: str) -> None:
    head = f"HTTP/1.1 302 Found\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n"

    server, (exchange,) = exchanged(answering(head.encode()))

    assert exchange.response is not None
    assert (exchange.response.status, exchange.response.header("location")) == (302, place)
    assert len(server.heads) == 1


def test_bytes_that_are_no_text_are_kept_as_they_came_and_can_be_recorded() -> None:
    answer = b"HTTP/1.1 200 OK\r\nX-Name: \xff\xfe\r\nContent-Length: 4\r\n\r\n\xff\xfe{}"

    _, (exchange,) = exchanged(answering(answer))

    assert exchange.response is not None
    assert exchange.response.body == b"\xff\xfe{}"
    with pytest.raises(ValueError, match="utf-8"):
        exchange.response.json()


@pytest.mark.parametrize("cookie", [b"session=1; Path=/", b"session=\xff; Path=/"])
def test_a_cookie_is_never_sent_back(cookie: bytes) -> None:
    answer = b"HTTP/1.1 200 OK\r\nSet-Cookie: " + cookie + b"\r\nContent-Length: 0\r\n\r\n"

    server, recorded = exchanged(answering(answer), times=2)

    assert [each.response is not None for each in recorded] == [True, True]
    assert all(b"cookie" not in head.lower() for head in server.heads)


def hanging_up_on_the_second(server: RawServer, connection: socket.socket) -> None:
    """Answer one request of a connection; close it when the next one has come."""
    server.request(connection)
    connection.sendall(OK)
    server.request(connection)


def test_a_kept_connection_that_ends_is_replaced_where_asking_again_is_harmless() -> None:
    server, recorded = exchanged(hanging_up_on_the_second, times=2)

    assert [each.response is not None for each in recorded] == [True, False, True]
    assert (len(server.heads), server.connections) == (3, 2)


def test_a_post_on_a_kept_connection_that_ends_is_never_sent_twice() -> None:
    server, recorded = exchanged(hanging_up_on_the_second, method="POST", body=b"x", times=2)

    assert [each.response is not None for each in recorded] == [True, False]
    assert len(server.heads) == 2


def test_a_fresh_connection_that_ends_is_not_tried_again() -> None:
    server, recorded = exchanged(answering_once(b""))

    assert len(recorded) == len(server.heads) == 1


def test_a_server_that_answers_nonsense_is_alive_and_goes_on_being_called() -> None:
    nonsense = answering_once(b"\x16\x03\x01 nonsense\r\n\r\n")

    server, recorded = exchanged(nonsense, times=MOST_SILENT + 2)

    assert len(recorded) == len(server.heads) == MOST_SILENT + 2


def test_nobody_listening_is_told_as_such() -> None:
    with raw_server(answering(OK)) as server:
        url = server.url
    recorded: list[Exchange] = []

    socket_client(ROOMY, recorded).bound("c")(Request("GET", url))

    assert recorded[0].failure.startswith("no connection (")
