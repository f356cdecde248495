from collections.abc import Iterable
from dataclasses import dataclass, field
from ssl import SSLContext, create_default_context
from threading import Thread

import httpx
import pytest

from harness.client.wire import (
    PIECE_BYTES,
    BoundedBackend,
    SocketOption,
    Stream,
    Wire,
)


@dataclass
class Line:
    """A connection that notes how long each step may take; a step takes a second."""

    now: float = 100.0
    steps: list[tuple[str, float | None]] = field(default_factory=list)
    written: int = 0

    def step(self, name: str, timeout: float | None) -> None:
        self.steps.append((name, timeout))
        self.now += 1.0

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> Stream:
        assert (host, port, local_address, socket_options) == ("host", 1, None, None)
        self.step("connect", timeout)
        return self

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.step("read", timeout)
        return b"a" * max_bytes

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.step("write", timeout)
        self.written += len(buffer)

    def close(self) -> None:
        self.step("close", None)

    def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> Stream:
        assert ssl_context.check_hostname
        self.step(f"tls {server_hostname}", timeout)
        return self

    def get_extra_info(self, info: str) -> object:
        return info


def opened(line: Line, seconds: float) -> tuple[Wire, Stream]:
    wire = Wire(lambda: line.now)
    wire.begin(seconds)
    return wire, BoundedBackend(line, wire).connect_tcp("host", 1, 4.0)


def test_no_step_may_take_longer_than_is_left_or_than_one_step_may() -> None:
    line = Line()
    _, stream = opened(line, 5.5)

    stream.start_tls(create_default_context(), "host", 4.0).write(b"x", 4.0)
    stream.read(1, 4.0)
    stream.read(1, None)
    stream.close()

    assert line.steps == [
        ("connect", 4.0),
        ("tls host", 4.0),
        ("write", 3.5),
        ("read", 2.5),
        ("read", 1.5),
        ("close", None),
    ]


def test_nothing_is_begun_after_the_deadline() -> None:
    line = Line()
    wire, stream = opened(line, 1.0)

    with pytest.raises(httpx.ReadTimeout, match="within the deadline"):
        stream.read(1, 4.0)
    with pytest.raises(httpx.WriteTimeout):
        stream.write(b"x", 4.0)
    with pytest.raises(httpx.ConnectTimeout):
        stream.start_tls(create_default_context(), "host", 4.0)
    with pytest.raises(httpx.ConnectTimeout):
        BoundedBackend(line, wire).connect_tcp("host", 1, 4.0)
    assert line.steps == [("connect", 1.0)]


def test_a_long_write_is_looked_at_piece_by_piece() -> None:
    line = Line()
    _, stream = opened(line, 3.0)

    with pytest.raises(httpx.WriteTimeout):
        stream.write(b"x" * PIECE_BYTES * 10, 4.0)

    assert line.written == PIECE_BYTES * 2


def test_it_is_noted_what_came_and_whether_the_connection_was_kept() -> None:
    line = Line()
    wire, stream = opened(line, 60.0)
    stream.write(b"x", None)
    first = wire.exchange_deadline

    second = wire.begin(60.0)
    stream.write(b"x", None)
    stream.read(7, None)

    assert (first.is_kept, first.bytes_received) == (False, 0)
    assert (second.is_kept, second.bytes_received) == (True, 7)
    assert stream.get_extra_info("socket") == "socket"


def test_each_thread_has_an_exchange_of_its_own() -> None:
    wire = Wire(lambda: 0.0)
    mine = wire.begin(1.0)

    other = Thread(target=lambda: wire.begin(2.0))
    other.start()
    other.join()

    assert wire.exchange_deadline is mine
