"""Our transport against the one of httpx: whatever a server does, both bring the same to the client."""

import gzip
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass, replace

import pytest

from harness.exchange import Exchange, Headers, Request
from tests.fakes import ENVIRONMENT, socket_client
from tests.integration.raw_server import Behaviour, RawServer, raw_server

QUICK = replace(ENVIRONMENT, timeout_seconds=0.4, deadline_seconds=0.5, max_answer_bytes=200_000)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Odd-Case: a\r\nx-odd-case:  b \r\n\r\nok"
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
LONG_SECONDS = 30


@dataclass(frozen=True)
class Seen:
    """What an exchange came to, and what the server saw of it."""

    answers: tuple[tuple[int, Headers, bytes] | str, ...]
    requests: tuple[bytes, ...]
    connections: int


def taken(server: RawServer, connection: socket.socket) -> bytes:
    """Take one request to the end of its body, and keep all of it."""
    received = server.request(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    found = re.search(rb"(?i)content-length: (\d+)", head) if b"chunked" not in head else None
    missing = int(found[1]) - len(body) if found else 0
    while missing > 0 and (piece := connection.recv(65536)):
        received, missing = received + piece, missing - len(piece)
    while b"chunked" in head and not received.endswith(b"0\r\n\r\n"):
        received += connection.recv(65536)
    if received:
        server.heads[-1] = received
    return received


def answering(*answers: bytes) -> Behaviour:
    """Answer each request of a connection with the next of these, and close it after the last."""

    def behave(server: RawServer, connection: socket.socket) -> None:
        for each in answers:
            if not taken(server, connection):
                return
            connection.sendall(each)

    return behave


def dripping(head: bytes, piece: bytes) -> Behaviour:
    def behave(server: RawServer, connection: socket.socket) -> None:
        taken(server, connection)
        connection.sendall(head)
        server.drip(connection, piece)

    return behave


def resetting(before: bytes) -> Behaviour:
    """Break a connection off, so that whoever reads next is told that it was reset."""

    def behave(server: RawServer, connection: socket.socket) -> None:
        taken(server, connection)
        connection.sendall(before)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    return behave


def by_the_byte(server: RawServer, connection: socket.socket) -> None:
    while taken(server, connection):
        for byte in OK:
            connection.sendall(bytes([byte]))


def silent(server: RawServer, _: socket.socket) -> None:
    server.ended.wait(LONG_SECONDS)


def early(server: RawServer, connection: socket.socket) -> None:
    """Answer before the body was read, and read no more."""
    connection.recv(1024)
    connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    connection.shutdown(socket.SHUT_WR)
    server.ended.wait(0.2)


SURPLUS = answering(HEAD + b"Content-Length: 1\r\n\r\nabc" + OK, OK)
KEPT = {
    "an answer": answering(OK, OK),
    "by the byte": by_the_byte,
    "HTTP/1.0 kept": answering(
        b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\na", OK
    ),
    "asked to close": answering(HEAD + b"Connection: close\r\nContent-Length: 2\r\n\r\nok", OK),
    "chunks": answering(CHUNKED + b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-After: 1\r\n\r\n", OK),
    "more than its length": SURPLUS,
    "continue": answering(b"HTTP/1.1 100 Continue\r\n\r\n" + OK, OK),
    "hints": answering(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK, OK),
    "no content": answering(b"HTTP/1.1 204 No Content\r\n\r\n", OK),
    "not modified": answering(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", OK),
    "no reason": answering(b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", OK),
    "an odd status": answering(b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n", OK),
    "bare line feeds": answering(b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok", OK),
    "a folded header": answering(HEAD + b"X-Long: a\r\n b\r\nContent-Length: 0\r\n\r\n", OK),
    "octets in a header": answering(HEAD + b"X-A: \xff\xfe\r\nContent-Length: 0\r\n\r\n", OK),
    "broken gzip": answering(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok", OK),
    "a redirect to nowhere": answering(
        b"HTTP/1.1 302 Found\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n", OK
    ),
    "cookies": answering(HEAD + b"Set-Cookie: a=1\r\nContent-Length: 0\r\n\r\n", OK),
}
"""Servers that go on after an answer, if the connection can; they are asked twice."""
ENDED = {
    "one answer a connection": answering(OK),
    "HTTP/1.0": answering(b"HTTP/1.0 200 OK\r\n\r\nold"),
    "no length": answering(HEAD + b"\r\nuntil it ends"),
    "chunks cut off": answering(CHUNKED + b"9\r\nabc"),
    "no chunk": answering(CHUNKED + b"zz\r\nabc\r\n0\r\n\r\n"),
    "two lengths": answering(HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nokk"),
    "a length below zero": answering(HEAD + b"Content-Length: -1\r\n\r\n"),
    "a body cut off": answering(HEAD + b"Content-Length: 99\r\n\r\nabc"),
    "switching": answering(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nabc"),
    "four digits": answering(b"HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"),
    "HTTP/2 by name": answering(b"HTTP/2 200 OK\r\n\r\n"),
    "a header without a colon": answering(HEAD + b"nonsense\r\n\r\n"),
    "a space before the colon": answering(HEAD + b"X-A : b\r\nContent-Length: 0\r\n\r\n"),
    "a zero byte in a header": answering(HEAD + b"X-A: a\0b\r\nContent-Length: 0\r\n\r\n"),
    "gzip": answering(HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"ok")),
    "garbage": answering(b"\x16\x03\x01\x02 nonsense\r\n\r\n"),
    "garbage without an end": answering(b"\x16\x03\x01\x02"),
    "another protocol": answering(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
    "nothing": answering(b""),
    "half a head": answering(b"HTTP/1.1 200 OK\r\nContent-"),
    "a reset": resetting(b""),
    "a reset within the body": resetting(HEAD + b"Content-Length: 99\r\n\r\nabc"),
    "a head without end": answering(HEAD + b"X-Large: " + b"a" * 500_000 + b"\r\n\r\n"),
    "too large": answering(HEAD + b"Content-Length: 900000\r\n\r\n" + b"a" * 900_000),
    "slow head": dripping(HEAD + b"X-Slow: ", b"a"),
    "slow body": dripping(HEAD + b"Content-Length: 9999\r\n\r\n", b"a"),
    "slow chunks": dripping(CHUNKED, b"1\r\na\r\n"),
    "continue without end": dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "silence": silent,
    "an early answer": early,
}
"""Servers that end a connection, at once or never: when they do is a matter of chance."""
FORM = ("Content-Type", "text/plain")


def requests_to(url: str) -> dict[str, Request]:
    """Return requests as rules bend them; the wire has to carry, or to refuse, each in the same way."""
    return {
        "plain": Request("GET", f"{url}/a?b=c%20d&e=ä"),
        "with a body": Request("POST", url, (FORM,), b"body"),
        "a large body": Request("PUT", url, (FORM,), b"x" * 300_000),
        "an empty body with a length": Request("POST", url, (("Content-Length", "0"),)),
        "headers twice": Request("GET", url, (("X-A", "1"), ("x-a", "2"), ("Accept", "text/x"))),
        "letters beyond ASCII": Request("GET", url, (("X-A", "ä€"),)),
        "a line feed in a header": Request("GET", url, (("X-A", "a\nb"),)),
        "a zero byte in a header": Request("GET", url, (("X-A", "a\0b"),)),
        "no token for a name": Request("GET", url, (("X A", "b"),)),
        "a name beyond ASCII": Request("GET", url, (("ä", "b"),)),
        "another host": Request("GET", url, (("Host", "127.0.0.1"),)),
        "chunked": Request("POST", url, (("Transfer-Encoding", "chunked"),), b"body"),
        "an odd method": Request("FIND", url),
        "a small method": Request("get", url),
        "no method": Request("A B", url),
        "HEAD": Request("HEAD", url),
        "asks to close": Request("GET", url, (("Connection", "close"),)),
        "wants to continue": Request("POST", url, (("Expect", "100-continue"),), b"body"),
        "no URL": Request("GET", "http://[::"),
        "a fragment": Request("GET", f"{url}/a#b"),
        "dots": Request("GET", f"{url}/a/../b/%2e%2e/c"),
        "a space": Request("GET", f"{url}/a b\tc"),
    }


NAMES = tuple(requests_to(""))


def seen(behaviour: Behaviour, transport: str, named: str, times: int) -> Seen:
    recorded: list[Exchange] = []
    with raw_server(behaviour) as server:
        client = socket_client(replace(QUICK, transport=transport), recorded)
        for _ in range(times):
            client.bound("c")(requests_to(server.url)[named])
        client.close()
    port = server.url.rpartition(":")[2].encode()
    written = tuple(each.replace(port, b"PORT") for each in server.heads)
    # Who connects and then sends nothing may be gone before the server has counted him.
    return Seen(tuple(map(_told, recorded)), written, server.connections if written else 0)


def _told(exchange: Exchange) -> tuple[int, Headers, bytes] | str:
    response = exchange.response
    if response is None:
        # Which of two limits comes first is a matter of milliseconds.
        if " in time" in exchange.failure:
            return exchange.failure.partition(" (")[0]
        return re.sub(r"\d+", "N", exchange.failure)
    return response.status, response.headers, response.body


def both(behaviour: Behaviour, named: str = "plain", times: int = 1) -> Iterable[Seen]:
    return [seen(behaviour, each, named, times) for each in ("direct", "httpx")]


@pytest.mark.parametrize("behaviour", KEPT.values(), ids=KEPT)
@pytest.mark.parametrize("named", ["plain", "with a body"])
def test_whatever_a_server_answers_both_transports_tell_the_same_twice(
    behaviour: Behaviour, named: str
) -> None:
    ours, theirs = both(behaviour, named, times=2)

    # Whether the surplus is there before the second request is written is a matter of the moment.
    seen = [ours, theirs] if behaviour is not SURPLUS else [ours.answers[0], theirs.answers[0]]
    assert seen[0] == seen[1]


@pytest.mark.parametrize("behaviour", ENDED.values(), ids=ENDED)
@pytest.mark.parametrize("named", ["plain", "with a body"])
def test_however_a_server_ends_both_transports_tell_the_same(
    behaviour: Behaviour, named: str
) -> None:
    ours, theirs = both(behaviour, named)

    assert ours == theirs


@pytest.mark.parametrize("named", NAMES)
def test_whatever_is_sent_both_transports_write_and_refuse_the_same(named: str) -> None:
    ours, theirs = both(answering(OK, OK), named, times=2)

    assert ours == theirs
