"""Serve the judge on this machine, so that it can also cut a connection in place of an answer."""

from asyncio import Transport
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import cast

import trustme
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from harness.config import LOOPBACK
from harness.judge.observe import ABORT
from harness.judge.scenario import Scenario
from harness.judge.session import Credentials
from harness.mock.app import create_app
from harness.mock.server import TlsFiles, running
from harness.mock.settings import MAIN_CLIENT, MockSettings
from harness.products.mocks import frame
from harness.scratch import made

_LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
# How common libraries are given an authority: OpenSSL's own, requests, curl, Node.
_AUTHORITY_VARIABLES = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
)


class CuttableProtocol(H11Protocol):
    """HTTP/1.1 whose application may abort the connection, as a network that fails does."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # uvicorn's signature
        """Hand the application a function that cuts this connection."""
        super().connection_made(transport)
        app = cast("ASGIApp", self.app)

        async def cuttable(scope: Scope, receive: Receive, send: Send) -> None:
            # As an extension of ASGI, so that the application runs under any other server too.
            extensions = {**scope.get("extensions", {}), ABORT: transport.abort}
            await app({**scope, "extensions": extensions}, receive, send)

        self.app = cuttable


@dataclass(frozen=True, slots=True)
class Place:
    """Where a judge is reached, and the authority that vouches for it."""

    url: str
    authority: str = ""
    """Path of a PEM file; empty where the judge is reached without TLS."""

    @property
    def variables(self) -> Mapping[str, str]:
        """Return how common libraries are asked to trust the authority, beside `ca_file`."""
        return dict.fromkeys(_AUTHORITY_VARIABLES, self.authority) if self.authority else {}


class Places:
    """One judge on several ports: plain, and with each certificate that a scenario asks for."""

    def __init__(self, app: ASGIApp, url: str, folder: Path, stack: ExitStack) -> None:
        self.url = url
        self._app = app
        self._folder = folder
        self._stack = stack
        self._lock = Lock()
        self._started: dict[str, Place] = {"": Place(url)}
        self._authority = trustme.CA()

    def at(self, certificate: str) -> Place:
        """Return where the judge is reached with a certificate; it is served from its first use on."""
        # One server for each certificate, however many cases ask for it at once.
        with self._lock:
            if certificate not in self._started:
                self._started[certificate] = self._start(certificate)
            return self._started[certificate]

    def _start(self, certificate: str) -> Place:
        files = TlsFiles(self._folder / f"{certificate}.pem", self._folder / "authority.pem")
        issued = self._issued(certificate)
        issued.private_key_and_cert_chain_pem.write_to_path(str(files.server))
        self._authority.cert_pem.write_to_path(str(files.authority))
        served = running(self._app, certificate=files, protocol=CuttableProtocol)
        return Place(self._stack.enter_context(served), str(files.authority))

    def _issued(self, certificate: str) -> trustme.LeafCert:
        match certificate:
            case "wrong-name":
                return self._authority.issue_cert("another-host.test")
            case "expired":
                return self._authority.issue_cert(*LOOPBACK, not_after=_LONG_AGO)
            case "unknown-authority":
                # An authority of its own, which nobody was asked to trust.
                return trustme.CA().issue_cert(*LOOPBACK)
            case _:
                return self._authority.issue_cert(*LOOPBACK)


@contextmanager
def places(app: ASGIApp) -> Iterator[Places]:
    """Serve a judge on loopback while the block runs; further ports of it end with the block."""
    with ExitStack() as stack:
        folder = stack.enter_context(made("judge-tls"))
        url = stack.enter_context(judge_server(app))
        yield Places(app, url, folder, stack)


@contextmanager
def judge_server(app: ASGIApp, *, port: int = 0) -> Iterator[str]:
    """Serve an application on loopback while the block runs; yield its URL."""
    with running(app, port=port, protocol=CuttableProtocol) as url:
        yield url


def mock_for(scenario: Scenario | None, credentials: Credentials) -> ASGIApp:
    """Return a mock of its own for a session, which knows that session's client alone."""
    client = replace(
        MAIN_CLIENT,
        client_id=credentials.client_id,
        client_secret=credentials.client_secret,
        organisation=credentials.client_id,
    )
    return create_app(
        MockSettings(
            clients=(client,),
            tolerances=frozenset(scenario.faults if scenario else ()),
            token_lifetime_seconds=scenario.token_seconds if scenario else 3600,
        ),
        frame(),
    )
