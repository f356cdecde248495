"""Choose what carries requests to a target, and open the connections that it uses."""

import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from select import POLLIN, poll
from ssl import SSLContext

import httpx

from harness.client.direct import DirectTransport
from harness.client.wire import BoundedBackend, SocketOption, Stream, Wire, bounded
from harness.config import Environment
from harness.errors import ConfigurationError

DIRECT, OF_HTTPX = "direct", "httpx"
_CONNECTIONS = httpx.Limits(max_connections=100, max_keepalive_connections=20)
"""What httpx has for its own default."""
_ANY_CONNECTIONS = httpx.Limits()
"""For a run under load: a user who waited for a connection would be taken for a slow server."""


def carriage(environment: Environment, wire: Wire) -> httpx.BaseTransport:
    """Return the transport for an environment, bound to the deadlines of its exchanges. Raises ConfigurationError."""
    if environment.transport not in (DIRECT, OF_HTTPX):
        raise ConfigurationError(
            f"'{environment.transport}' is no transport.", advice=f"Write {DIRECT} or {OF_HTTPX}."
        )
    # A proxy wants tunnels or SOCKS, which are left to httpx.
    if environment.proxy or environment.transport == OF_HTTPX:
        return bounded(_of_httpx(environment), wire)
    return DirectTransport(BoundedBackend(SocketBackend(), wire), _context_of(environment))


def _of_httpx(environment: Environment) -> httpx.HTTPTransport:
    with _usable():
        verify = _trust(environment)
        return httpx.HTTPTransport(
            verify=verify,
            proxy=environment.proxy or None,
            # The guard can judge only what the settings name, so no variable may add a proxy or a
            # CA file.
            trust_env=False,
            limits=_CONNECTIONS if environment.load_hosts is None else _ANY_CONNECTIONS,
        )


def _context_of(environment: Environment) -> Callable[[], ssl.SSLContext]:
    """Return what gives the context for https; the usual one is read only where it is wanted."""
    with _usable():
        trust = _trust(environment)

    @cache
    def context() -> ssl.SSLContext:
        ssl_context = (
            trust
            if isinstance(trust, ssl.SSLContext)
            else httpx.create_ssl_context(verify=True, trust_env=False)
        )
        # ALPN (RFC 7301) offers HTTP/1.1 alone, since h11 speaks nothing else.
        ssl_context.set_alpn_protocols(["http/1.1"])
        return ssl_context

    return context


@contextmanager
def _usable() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, ImportError) as problem:  # a kind of proxy may want a package
        raise ConfigurationError(
            f"the CA file or proxy cannot be used ({problem}).", advice="Check ca_file and proxy."
        ) from None


def _trust(environment: Environment) -> ssl.SSLContext | bool:
    """Return whom to believe, and what this side shows of itself. Raises ConfigurationError, OSError."""
    if not (environment.ca_file or environment.client_certificate):
        return True
    context = ssl.create_default_context(cafile=environment.ca_file or None)
    if environment.client_certificate:
        _show(context, environment)
    return context


def _show(context: ssl.SSLContext, environment: Environment) -> None:
    """Have a context show a client certificate (RFC 8446, 4.4.2)."""
    try:
        context.load_cert_chain(
            environment.client_certificate,
            environment.client_key or None,
            # Always given: without one OpenSSL would ask the terminal and wait.
            password=lambda: environment.client_key_passphrase or "-",
        )
    except (OSError, ValueError) as problem:
        raise ConfigurationError(
            f"the client certificate {environment.client_certificate} cannot be used ({problem}).",
            advice="Check client_certificate, client_key and HARNESS_CLIENT_KEY_PASSPHRASE.",
        ) from None


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
            # send() may take only a part, and sendall() would spend one timeout on all parts
            # together.
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
            # Also on Ctrl-C: nobody else holds this socket, which would stay open.
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
        # A closed socket has nothing left to give: whoever asks must not use it again.
        return True
    waiting = poll()
    waiting.register(connection.fileno(), POLLIN)
    return bool(waiting.poll(0))
