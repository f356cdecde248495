from collections.abc import Iterable
from dataclasses import dataclass, field
from ssl import SSLContext, create_default_context

import httpx
import pytest

from harness.client.direct import IDLE_SECONDS, MOST_IDLE, READ_BYTES, DirectTransport
from harness.client.wire import SocketOption, Stream

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class Line:
    """A connection to a server that gives one answer after the other."""

    answers: list[bytes]
    written: bytes = b""
    is_readable: bool = False
    is_closed: bool = False
    named: str = ""
    fails: Exception | None = None

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        assert (max_bytes, timeout) == (READ_BYTES, None)
        return self.answers.pop(0)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        assert timeout is None
        if self.fails:
            raise self.fails
        self.written += buffer

    def close(self) -> None:
        self.is_closed = True

    def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> Stream:
        assert ssl_context.check_hostname
        assert timeout is None
        self.named = server_hostname or ""
        return self

    def get_extra_info(self, info: str) -> object:
        return self.is_readable if info == "is_readable" else None


@dataclass
class Exchange:
    """Opens lines, and holds the clock."""

    lines: list[Line]
    opened: list[tuple[str, int]] = field(default_factory=list)
    now: float = 100.0

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> Stream:
        assert (timeout, local_address, socket_options) == (None, None, None)
        self.opened.append((host, port))
        return self.lines[len(self.opened) - 1]

    def transport(self) -> DirectTransport:
        return DirectTransport(self, create_default_context, lambda: self.now)


def asked(transport: DirectTransport, url: str = "http://host/a", body: bytes = b"") -> bytes:
    answer = transport.handle_request(httpx.Request("POST" if body else "GET", url, content=body))
    return answer.read()


def test_a_connection_is_used_again_for_the_same_origin_alone() -> None:
    exchange = Exchange([Line([OK, OK]), Line([OK]), Line([OK])])
    transport = exchange.transport()

    bodies = [asked(transport), asked(transport), asked(transport, "http://host:81/a")]
    asked(transport, "https://host/a")

    assert bodies == [b"ok"] * 3
    assert exchange.opened == [("host", 80), ("host", 81), ("host", 443)]
    assert [each.named for each in exchange.lines] == ["", "", "host"]


@pytest.mark.parametrize("seconds", [0.0, IDLE_SECONDS + 0.1])
@pytest.mark.parametrize("is_readable", [False, True])
def test_a_connection_that_is_old_or_was_ended_is_closed_and_not_used(
    seconds: float, *, is_readable: bool
) -> None:
    exchange = Exchange([Line([OK, OK]), Line([OK])])
    transport = exchange.transport()
    asked(transport)

    exchange.now += seconds
    exchange.lines[0].is_readable = is_readable
    asked(transport)

    is_over = is_readable or seconds > IDLE_SECONDS
    assert (len(exchange.opened), exchange.lines[0].is_closed) == (1 + is_over, is_over)


def test_an_answer_that_is_not_read_to_its_end_closes_its_connection() -> None:
    exchange = Exchange([Line([OK[:-1]])])

    exchange.transport().handle_request(httpx.Request("GET", "http://host/a")).close()

    assert exchange.lines[0].is_closed


def test_an_answer_to_a_request_that_could_not_be_written_whole_is_the_answer() -> None:
    exchange = Exchange([Line([OK], fails=httpx.WriteError("gone"))])

    assert asked(exchange.transport(), body=b"body") == b"ok"
    assert exchange.lines[0].is_closed


def test_no_more_connections_are_kept_than_fit_and_all_are_closed_in_the_end() -> None:
    exchange = Exchange([Line([OK]) for _ in range(MOST_IDLE + 1)])
    transport = exchange.transport()
    for number in range(MOST_IDLE + 1):
        asked(transport, f"http://host:{number + 1}/a")
    closed = [each.is_closed for each in exchange.lines]

    transport.close()

    assert closed == [False] * MOST_IDLE + [True]
    assert all(each.is_closed for each in exchange.lines)


def test_an_answer_that_is_read_after_the_end_leaves_no_connection_open() -> None:
    exchange = Exchange([Line([OK])])
    transport = exchange.transport()
    answer = transport.handle_request(httpx.Request("GET", "http://host/a"))

    transport.close()
    answer.read()

    assert exchange.lines[0].is_closed


def test_a_length_that_is_not_the_bodys_is_a_request_that_cannot_be_said() -> None:
    exchange = Exchange([Line([OK])])
    request = httpx.Request("POST", "http://host/a", headers={"Content-Length": "1"}, content=b"ab")

    with pytest.raises(httpx.LocalProtocolError, match="Too much data"):
        exchange.transport().handle_request(request)
    assert exchange.lines[0].written.startswith(b"POST /a HTTP/1.1\r\n")
    assert exchange.lines[0].is_closed


@pytest.mark.parametrize("url", ["ftp://host/a", "/a"])
def test_another_protocol_is_refused(url: str) -> None:
    with pytest.raises(httpx.UnsupportedProtocol, match=r"Request URL (has|is missing) an"):
        Exchange([]).transport().handle_request(httpx.Request("GET", url))
