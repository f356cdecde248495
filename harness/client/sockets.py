"""Open connections with the sockets of the standard library; what goes wrong is told as httpx tells it."""

import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from select import POLLIN, poll
from ssl import SSLContext

import httpx

from harness.client.wire import SocketOption, Stream


class SocketStream:
    """One connection, plain or encrypted."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            self._connection.settimeout(timeout)
            return self._connection.recv(max_bytes)
        except TimeoutError as problem:
            raise httpx.ReadTimeout(str(problem)) from problem
        except OSError as problem:
            raise httpx.ReadError(str(problem)) from problem

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        try:
            while buffer:
                self._connection.settimeout(timeout)
                buffer = buffer[self._connection.send(buffer) :]
        except TimeoutError as problem:
            raise httpx.WriteTimeout(str(problem)) from problem
        except OSError as problem:
            raise httpx.WriteError(str(problem)) from problem

    def close(self) -> None:
        self._connection.close()

    def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> Stream:
        try:
            with _connecting():
                self._connection.settimeout(timeout)
                encrypted = ssl_context.wrap_socket(
                    self._connection, server_hostname=server_hostname
                )
        except BaseException:
            self.close()
            raise
        return SocketStream(encrypted)

    def get_extra_info(self, info: str) -> object:
        """Return what is known of the connection: only whether bytes, or its end, wait to be read."""
        return _is_readable(self._connection) if info == "is_readable" else None


class SocketBackend:
    """What opens connections."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> Stream:
        source = None if local_address is None else (local_address, 0)
        with _connecting():
            connection = socket.create_connection((host, port), timeout, source)
            for option in socket_options or ():
                connection.setsockopt(*option)
            # A request is written at once, and must not wait for the last answer to be confirmed.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return SocketStream(connection)


@contextmanager
def _connecting() -> Iterator[None]:
    try:
        yield
    except TimeoutError as problem:
        raise httpx.ConnectTimeout(str(problem)) from problem
    except OSError as problem:
        raise httpx.ConnectError(str(problem)) from problem


def _is_readable(connection: socket.socket) -> bool:
    # Not select, which knows no descriptor beyond 1,023.
    if connection.fileno() < 0:
        return True
    waiting = poll()
    waiting.register(connection.fileno(), POLLIN)
    return bool(waiting.poll(0))
