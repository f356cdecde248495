"""Carry requests of httpx over connections of our own: HTTP/1.1 by h11, nothing in between.

It keeps what httpx's own transport promises, for plain http and https without a proxy, with about a
third less work: its engine is for asynchronous code and HTTP/2 as well.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ssl import SSLContext
from threading import Lock

import h11
import httpx

from harness.client.wire import PIECE_BYTES, Backend, Stream

READ_BYTES = 64 * 1024
MOST_HEAD_BYTES = 100 * 1024
"""Of the head of an answer, or of one line between its chunks."""
MOST_IDLE = 20
IDLE_SECONDS = 5.0
"""A connection that was idle for longer is not used again: many servers end it about then."""
_PORTS = {"http": 80, "https": 443}

Origin = tuple[str, str, int]
"""Scheme, host and port."""


@dataclass(slots=True, eq=False)
class _Connection:
    origin: Origin
    stream: Stream
    state: h11.Connection
    idle_since: float = 0.0
    is_broken: bool = False
    """Whether a request could not be written whole."""

    @property
    def is_reusable(self) -> bool:
        # Only where both sides have ended their message can another one follow (h11's state DONE).
        is_done = self.state.our_state is h11.DONE and self.state.their_state is h11.DONE
        return is_done and not self.is_broken


class DirectTransport(httpx.BaseTransport):
    """Connections that are used again once their answer was read. Safe to share between threads."""

    def __init__(
        self,
        backend: Backend,
        context: Callable[[], SSLContext],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`context` is asked for with the first https connection alone."""
        self._backend = backend
        self._context = context
        self._monotonic = monotonic
        self._lock = Lock()
        self._idle: list[_Connection] = []
        self._is_closed = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and read the head of its answer. Raises httpx.TransportError."""
        timeouts = request.extensions.get("timeout", {})
        origin = _origin(request.url)
        connection = self._take_idle(origin) or self._opened(origin, timeouts.get("connect"))
        try:
            _send(connection, request, timeouts.get("write"))
            head = _head(connection, timeouts.get("read"))
        except BaseException:
            # What is left unread of this exchange would be taken for the answer to the next one.
            connection.stream.close()
            raise
        return httpx.Response(
            head.status_code,
            headers=head.headers.raw_items(),
            stream=_Body(self, connection, timeouts.get("read")),
            extensions={
                "http_version": b"HTTP/" + bytes(head.http_version),
                "reason_phrase": bytes(head.reason),
            },
        )

    def close(self) -> None:
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for each in idle:
            each.stream.close()

    def release(self, connection: _Connection) -> None:
        """Keep a connection whose answer was read, if it can carry another request; else close it."""
        if connection.is_reusable:
            connection.state.start_next_cycle()
            connection.idle_since = self._monotonic()
            with self._lock:
                # A thread may still be reading when the run is over: nobody would close what it brings.
                if len(self._idle) < MOST_IDLE and not self._is_closed:
                    self._idle.append(connection)
                    return
        connection.stream.close()

    def _take_idle(self, origin: Origin) -> _Connection | None:
        """Take an idle connection; those that are too old, or that the server has ended, are closed."""
        with self._lock:
            ended = [each for each in self._idle if self._is_over(each)]
            alive = [each for each in self._idle if each not in ended]
            found = next((each for each in alive if each.origin == origin), None)
            self._idle = [each for each in alive if each is not found]
        # Closing may block, so it happens outside the lock.
        for each in ended:
            each.stream.close()
        return found

    def _is_over(self, connection: _Connection) -> bool:
        # Nothing was asked: what can be read is the end of the connection, or nothing that belongs here.
        is_old = self._monotonic() > connection.idle_since + IDLE_SECONDS
        return is_old or bool(connection.stream.get_extra_info("is_readable"))

    def _opened(self, origin: Origin, timeout: float | None) -> _Connection:
        scheme, host, port = origin
        stream = self._backend.connect_tcp(host, port, timeout)
        if scheme == "https":
            stream = stream.start_tls(self._context(), host, timeout)
        state = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEAD_BYTES)
        return _Connection(origin, stream, state)


class _Body(httpx.SyncByteStream):
    """The body of an answer, read as it is asked for."""

    def __init__(
        self, transport: DirectTransport, connection: _Connection, timeout: float | None
    ) -> None:
        self._transport, self._connection, self._timeout = transport, connection, timeout
        self._is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        try:
            # Data comes until EndOfMessage, which ends the body; an end before that raises.
            while isinstance(event := _event(self._connection, self._timeout), h11.Data):
                yield bytes(event.data)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._transport.release(self._connection)


def _origin(url: httpx.URL) -> Origin:
    scheme = url.scheme
    if scheme not in _PORTS:
        if not scheme:
            problem = "is missing an 'http://' or 'https://' protocol"
        else:
            problem = f"has an unsupported protocol '{scheme}://'"
        raise httpx.UnsupportedProtocol(f"Request URL {problem}.")
    return scheme, url.raw_host.decode("ascii"), url.port or _PORTS[scheme]


def _send(connection: _Connection, request: httpx.Request, timeout: float | None) -> None:
    """Write a request. Raises httpx.LocalProtocolError where h11 cannot say it."""
    written = bytearray()
    try:
        try:
            for piece in _pieces(connection.state, request):
                # Small pieces leave in one packet; a large one is written as it is and not copied.
                if len(piece) > PIECE_BYTES:
                    connection.stream.write(bytes(written), timeout)
                    connection.stream.write(piece, timeout)
                    written.clear()
                else:
                    written += piece
        finally:
            # What could be said of a request that is none is sent as well.
            if written:
                connection.stream.write(bytes(written), timeout)
    except h11.LocalProtocolError as problem:
        raise httpx.LocalProtocolError(str(problem)) from problem
    except httpx.WriteError:
        # A server may answer and close before it has read all; that answer is the one to judge.
        connection.is_broken = True


def _pieces(state: h11.Connection, request: httpx.Request) -> Iterator[bytes]:
    url = request.url
    head = h11.Request(method=request.method, target=url.raw_path, headers=request.headers.raw)
    yield state.send(head) or b""
    for chunk in request.stream:  # type: ignore[union-attr]  # built by a client that waits
        yield state.send(h11.Data(chunk)) or b""
    yield state.send(h11.EndOfMessage()) or b""


def _head(
    connection: _Connection, timeout: float | None
) -> h11.Response | h11.InformationalResponse:
    """Read up to the head of the answer, past what is sent before it (RFC 9110, 15.2)."""
    while True:
        event = _event(connection, timeout)
        if isinstance(event, h11.Response):
            return event
        # After 101 the connection speaks another protocol (RFC 9110, 15.2.2): no second head
        # follows.
        if isinstance(event, h11.InformationalResponse) and event.status_code == 101:
            return event


def _event(connection: _Connection, timeout: float | None) -> object:
    state = connection.state
    while True:
        try:
            event = state.next_event()
        except h11.RemoteProtocolError as problem:
            raise httpx.RemoteProtocolError(str(problem)) from problem
        if event is not h11.NEED_DATA:
            return event
        received = connection.stream.read(READ_BYTES, timeout)
        # h11 would refuse this end as well, but in words about its own states, which help nobody.
        if not received and state.their_state is h11.SEND_RESPONSE:
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
        state.receive_data(received)
