"""The mock as one application: every call is dated, journalled and, where asked, kept waiting."""

import asyncio
import gc
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness import __version__
from harness.config import MOCK_HEADER
from harness.mock.admin import PREFIX
from harness.mock.gate import CLIENT
from harness.mock.journal import Entry, Journal, media_type_in, names_in

_MARK = (MOCK_HEADER.encode(), __version__.encode())


class Resettable:
    """An application that can be thrown away with all it holds, for a new one like it."""

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        self._make = make
        self._app = make()

    def reset(self) -> None:
        self._app = self._make()
        # Routes and endpoints hold each other; files of hundreds of megabytes are not to wait.
        gc.collect()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


@dataclass(frozen=True, slots=True)
class Front:
    """What stands between the wire and the APIs."""

    apis: ASGIApp
    admin: ASGIApp
    journal: Journal
    clock: Callable[[], datetime]
    latency_seconds: float = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith(PREFIX):
            await self.admin(scope, receive, send)
            return
        begun = perf_counter()
        noted = _Noted(send, self.clock)
        if self.latency_seconds:
            await asyncio.sleep(self.latency_seconds)
        try:
            await self.apis(scope, receive, noted.send)
        finally:
            self.journal.add(self._entry(scope, noted, perf_counter() - begun))

    def _entry(self, scope: Scope, noted: "_Noted", seconds: float) -> Entry:
        return Entry(
            at=self.clock(),
            method=scope["method"][:16],
            path=self.journal.path(scope["path"]),
            query=names_in(scope["query_string"]),
            client=scope.get(CLIENT, ""),
            media_type=media_type_in(dict(scope["headers"])),
            status=noted.status,
            bytes_sent=noted.bytes_sent,
            milliseconds=round(seconds * 1000, 3),
        )


class _Noted:
    """Pass an answer on, dated by the mock's clock and marked as its own; keep status and size."""

    def __init__(self, send: Send, clock: Callable[[], datetime]) -> None:
        self._send = send
        self._clock = clock
        self.status = 0
        self.bytes_sent = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            # The server's own Date would contradict a clock that was moved.
            date = format_datetime(self._clock(), usegmt=True).encode()
            headers = [*message.get("headers", ()), (b"date", date), _MARK]
            message = {**message, "headers": headers}
        else:
            self.bytes_sent += len(message.get("body", b""))
        await self._send(message)
