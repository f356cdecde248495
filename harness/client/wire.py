"""Bound an exchange: all its reads and writes by one deadline, and what we can read of an answer."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ssl import SSLContext
from threading import local
from typing import Protocol

import httpx

PIECE_BYTES = 64 * 1024
"""What is written at once: whoever takes single bytes is noticed after each piece."""
LATE = "the answer was not complete within the deadline"

SocketOption = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)


class Stream(Protocol):
    """A connection, as the engine of httpx knows it."""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes: ...

    def write(self, buffer: bytes, timeout: float | None = None) -> None: ...

    def close(self) -> None: ...

    def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> "Stream": ...

    def get_extra_info(self, info: str) -> object: ...


class Backend(Protocol):
    """What opens connections."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> Stream: ...


@dataclass(slots=True)
class ExchangeDeadline:
    """How far the exchange under way in a thread has come, and when it has to be over."""

    deadline: float
    is_kept: bool = False
    """Whether it travels on a connection that was opened for an earlier one."""
    bytes_received: int = 0


# A thread has one exchange at a time, and the engine's callbacks know no other way to find it.
class Wire(local):
    """The exchange under way in each thread, for all connections of a client."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self.exchange_deadline = ExchangeDeadline(monotonic())

    def begin(self, seconds: float) -> ExchangeDeadline:
        """Start an exchange of this thread that may take so long."""
        self.exchange_deadline = ExchangeDeadline(self._monotonic() + seconds)
        return self.exchange_deadline

    def seconds_left(self, timeout: float | None, late: type[httpx.TimeoutException]) -> float:
        """Return how long a step may take. Raises the given timeout where nothing is left."""
        left = self.exchange_deadline.deadline - self._monotonic()
        if left <= 0:
            raise late(LATE)
        return left if timeout is None else min(timeout, left)


class BoundedBackend:
    """Open connections that keep to the deadline of the exchange they carry."""

    def __init__(self, inner: Backend, wire: Wire) -> None:
        self._inner = inner
        self._wire = wire

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> Stream:
        left = self._wire.seconds_left(timeout, httpx.ConnectTimeout)
        stream = self._inner.connect_tcp(host, port, left, local_address, socket_options)
        return BoundedStream(stream, self._wire)


class BoundedStream:
    """A connection whose every step ends with the exchange at the latest."""

    def __init__(self, inner: Stream, wire: Wire) -> None:
        self._inner = inner
        self._wire = wire
        # Any other exchange finds the connection in use already.
        self._opened_for = wire.exchange_deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = self._wire.seconds_left(timeout, httpx.ReadTimeout)
        received = self._inner.read(max_bytes, left)
        self._wire.exchange_deadline.bytes_received += len(received)
        return received

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # A request begins with a write: one on a connection that an earlier exchange opened
        # reuses it.
        self._wire.exchange_deadline.is_kept = self._wire.exchange_deadline is not self._opened_for
        for start in range(0, len(buffer), PIECE_BYTES):
            left = self._wire.seconds_left(timeout, httpx.WriteTimeout)
            self._inner.write(buffer[start : start + PIECE_BYTES], left)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> Stream:
        left = self._wire.seconds_left(timeout, httpx.ConnectTimeout)
        # The handshake makes a stream of its own, which has to keep to the deadline as well.
        return BoundedStream(self._inner.start_tls(ssl_context, server_hostname, left), self._wire)

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


def bounded(transport: httpx.HTTPTransport, wire: Wire) -> httpx.HTTPTransport:
    """Return the transport with every connection bound to the deadlines of its exchanges."""
    # httpx hands no backend through to its engine; a test over a real socket sees that this holds.
    pool = transport._pool
    pool._network_backend = BoundedBackend(pool._network_backend, wire)  # type: ignore[assignment]  # alike, not kin
    return transport


MAX_DIGITS = 4300
"""Python converts no longer integers from text (CVE-2020-10735)."""
# Half of Python's usual recursion limit (1,000), for all readers here recurse.
_SAFE_DEPTH = 500
"""What nests less deeply than this is read by everything here."""
_LONG_NUMBER = re.compile(rb"[0-9]{%d}" % (MAX_DIGITS + 1))


def exceeded(body: bytes) -> str:
    """Return which of our limits a body exceeds, in words; empty where it exceeds none."""
    # Only arrays and objects nest; a byte order mark and blanks may stand before them.
    if body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
        return ""
    # Counting is cheap and settles nearly every body; only the rest is walked.
    if body.count(b"[") + body.count(b"{") > _SAFE_DEPTH and _is_deep(body):
        return "JSON nested more deeply than we read"
    if _LONG_NUMBER.search(body) and _has_long_number(body):
        return f"a number of more than {MAX_DIGITS:,} digits"
    return ""


def _is_deep(body: bytes) -> bool:
    depth = deepest = 0
    # Strings are matched whole, so that brackets within them do not count.
    for sign in re.findall(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', body, re.DOTALL):
        if sign in (b"[", b"{"):
            depth += 1
            deepest = max(deepest, depth)
        elif sign in (b"]", b"}"):
            depth -= 1
    return deepest > _SAFE_DEPTH


def _has_long_number(body: bytes) -> bool:
    """Return whether digits beyond the limit are a number, and not in a text."""
    try:
        json.loads(body)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
        return False
    except ValueError:
        # No fault of the syntax: int() itself has refused the digits.
        return True
    return False
