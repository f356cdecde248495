"""Serve the mock on this machine, over HTTP or over TLS with a certificate made for it."""

import asyncio
import signal
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread, current_thread, main_thread

import trustme
import uvicorn
from starlette.types import ASGIApp

from harness.config import LOOPBACK
from harness.errors import ConfigurationError
from harness.mock.damage import Damage, proxied

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# A server that has not started by then never will; the caller's first request then fails.
_START_SECONDS = 10.0
# Connections that wait to be taken: load tests open hundreds at a time.
_BACKLOG = 2048


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Where a certificate stands: the server's key and chain, and the authority to trust."""

    server: Path
    authority: Path


def tls_files(folder: Path) -> TlsFiles:
    """Return where a certificate stands in a folder, whether it is there yet or not."""
    return TlsFiles(folder / "mock-server.pem", folder / "mock-authority.pem")


def issue_certificate(folder: Path, names: Sequence[str] = ()) -> TlsFiles:
    """Make an authority and a certificate for this machine's loopback names, and more if there are.

    Raises ConfigurationError.
    """
    authority = trustme.CA()
    # Each name once: an address may be among the loopback names already.
    certificate = authority.issue_cert(*dict.fromkeys((*LOOPBACK, *names)))
    files = tls_files(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Made private before the key is written, so that at no moment anybody else can read it.
        files.server.touch()
        files.server.chmod(0o600)
        certificate.private_key_and_cert_chain_pem.write_to_path(str(files.server))
        authority.cert_pem.write_to_path(str(files.authority))
    except OSError as problem:
        raise ConfigurationError(
            f"{folder} cannot take a certificate ({problem.strerror}).",
            advice="Name a folder that can be written with --tls-folder.",
        ) from None
    return files


def listener(host: str, port: int, *, is_open: bool = False) -> socket.socket:
    """Bind a port (0: any free one), of loopback unless it is open. Raises ConfigurationError."""
    if host not in LOOPBACK and not is_open:
        raise ConfigurationError(
            f"the mock serves this machine only, not '{host}'.",
            advice="Use 127.0.0.1, ::1 or localhost; in a container, add --open.",
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle off only for sockets that say they are TCP; without, each answer waits 40 ms.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # A port of a mock that has just ended is free again at once.
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        # At once: until one of them listens, two mocks could bind the same port.
        bound.listen(_BACKLOG)
    except (OSError, OverflowError) as problem:
        bound.close()
        why = problem.strerror if isinstance(problem, OSError) else problem
        raise ConfigurationError(
            f"port {port} of {host} cannot be used ({why}).",
            advice="Choose another, or 0 for any free one.",
        ) from None
    return bound


class MockServer:
    """A mock that runs until it is asked to stop, in the main thread or in another."""

    def __init__(
        self,
        app: ASGIApp,
        bound: socket.socket,
        certificate: TlsFiles | None = None,
        damage: Damage | None = None,
        protocol: "type[asyncio.Protocol] | None" = None,
    ) -> None:
        self._socket = bound
        self._damage = damage
        self._certificate = certificate
        # Behind a proxy that breaks answers, the mock itself serves a port of its own.
        self._served = listener("127.0.0.1", 0) if damage else bound
        config = uvicorn.Config(
            app,
            log_config=None,
            log_level="critical",
            access_log=False,
            http=protocol or "h11",
            ws="none",
            lifespan="off",
            server_header=False,
            date_header=False,  # the mock dates its answers by its own clock
            # Seconds for calls under way; held connections would otherwise keep it for minutes.
            timeout_graceful_shutdown=2,
            # Longer than clients keep idle connections, or they would meet closed ones.
            timeout_keep_alive=75,
            backlog=_BACKLOG,
            ssl_certfile=certificate.server if certificate and not damage else None,
        )
        self._server = uvicorn.Server(config)
        scheme = "https" if certificate else "http"
        host, port = bound.getsockname()[:2]
        # An IPv6 address stands in brackets (RFC 3986, 3.2.2).
        self.url = f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"

    def run(self, ready: Callable[[str], None]) -> None:
        """Serve until stopped; `ready` gets the URL once connections are accepted."""
        with self._socket, self._served, _stopping_signals(self.stop):
            asyncio.run(self._run(ready))

    def stop(self) -> None:
        """Ask the server to end; safe from any thread."""
        self._server.should_exit = True

    async def _run(self, ready: Callable[[str], None]) -> None:
        serving = asyncio.create_task(self._server.serve(sockets=[self._served]))
        async with AsyncExitStack() as stack:
            if self._damage:
                await stack.enter_async_context(self._proxied(self._damage))
            # uvicorn offers no event for this; it ends when either has happened.
            while not self._server.started and not serving.done():
                await asyncio.sleep(0.005)
            if not serving.done():
                ready(self.url)
            await serving

    def _proxied(self, damage: Damage) -> AbstractAsyncContextManager[None]:
        context = None
        if self._certificate:
            # The proxy ends TLS itself, since it has to see the bytes of HTTP to break them.
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self._certificate.server)
        return proxied(self._socket, self._served.getsockname()[1], damage, context)


def serve(
    app: ASGIApp,
    bound: socket.socket,
    *,
    ready: Callable[[str], None],
    certificate: TlsFiles | None = None,
    damage: Damage | None = None,
) -> None:
    """Serve the app on a bound socket until SIGTERM or SIGINT ends it cleanly."""
    MockServer(app, bound, certificate, damage).run(ready)


@contextmanager
def running(
    app: ASGIApp,
    *,
    port: int = 0,
    certificate: TlsFiles | None = None,
    damage: Damage | None = None,
    protocol: "type[asyncio.Protocol] | None" = None,
) -> Iterator[str]:
    """Serve the app in a thread of this process while the block runs; yield its URL."""
    server = MockServer(app, listener("127.0.0.1", port), certificate, damage, protocol)
    is_ready = Event()
    # A daemon, so that a test that fails does not keep its process.
    thread = Thread(target=server.run, args=[lambda _: is_ready.set()], daemon=True)
    thread.start()
    try:
        is_ready.wait(_START_SECONDS)
        yield server.url
    finally:
        server.stop()
        thread.join(_START_SECONDS)


@contextmanager
def _stopping_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Let signals stop the server: also before uvicorn listens to them, and when it repeats them."""
    if current_thread() is not main_thread():  # only there may handlers be set
        yield
        return
    # uvicorn raises the signals again once it has ended, which would stop the process itself.
    before = {number: signal.signal(number, lambda *_: stop()) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
