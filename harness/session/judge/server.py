"""Serve the judge on this machine, so that it can also cut a connection in place of an answer."""

from asyncio import Transport
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from harness.judge.observe import ABORT
from harness.mock.server import running


class CuttableProtocol(H11Protocol):
    """HTTP/1.1 whose application may abort the connection, as a network that fails does."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # uvicorn's signature
        """Hand the application a function that cuts this connection."""
        super().connection_made(transport)
        app = cast("ASGIApp", self.app)

        async def cuttable(scope: Scope, receive: Receive, send: Send) -> None:
            extensions = {**scope.get("extensions", {}), ABORT: transport.abort}
            await app({**scope, "extensions": extensions}, receive, send)

        self.app = cuttable


@contextmanager
def judge_server(app: ASGIApp, *, port: int = 0) -> Iterator[str]:
    """Serve an application on loopback while the block runs; yield its URL."""
    with running(app, port=port, protocol=CuttableProtocol) as url:
        yield url
