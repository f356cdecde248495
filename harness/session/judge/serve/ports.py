"""Serve a session on further ports whose certificates a client has to refuse, or to trust by `ca_file`."""

import asyncio
from contextlib import ExitStack
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.judge.observe import ABORT
from harness.session.judge.server import Place, Places


class OnLoop:
    """Answer what another thread's server receives on the loop of the judge, where all state is."""

    def __init__(self, app: ASGIApp, loop: asyncio.AbstractEventLoop) -> None:
        self._app = app
        self._loop = loop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        here = asyncio.get_running_loop()

        # Each message passes on the loop that its side lives on, and the other side waits for it.
        async def received() -> Message:
            return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_of(receive), here))

        async def sent(message: Message) -> None:
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_to(send, message), here))

        extensions = dict(scope.get("extensions", {}))
        # A connection belongs to the loop of its server, which alone may cut it.
        if ABORT in extensions:
            abort = extensions[ABORT]
            extensions[ABORT] = lambda: here.call_soon_threadsafe(abort)
        work = _call(self._app, {**scope, "extensions": extensions}, received, sent)
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))


class Ports:
    """The ports of a judge beside its first one; each is opened when it is first needed."""

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        self._app = app
        self._folder = folder
        self._stack = ExitStack()
        self._places: Places | None = None

    async def at(self, certificate: str) -> Place:
        """Return where a certificate is served."""
        if self._places is None:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            app = OnLoop(self._app, asyncio.get_running_loop())
            self._places = Places(app, "", self._folder, self._stack)
        # It blocks until the server listens.
        return await asyncio.to_thread(self._places.at, certificate)

    def close(self) -> None:
        """Close every port."""
        self._stack.close()


async def _of(receive: Receive) -> Message:
    return await receive()


async def _to(send: Send, message: Message) -> None:
    await send(message)


async def _call(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    await app(scope, receive, send)
