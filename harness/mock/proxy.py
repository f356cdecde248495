"""A TCP proxy in front of the mock that breaks answers on their way."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ssl import SSLContext

from harness.mock.admin import PREFIX
from harness.mock.damage import HOLD_SECONDS, Damage, Ending

_DRIP_SECONDS = 0.2
_HEAD_BYTES = 64 * 1024
# A caller who speaks no HTTP, and the end of the mock.
_OVER = (asyncio.LimitOverrunError, asyncio.CancelledError)
_RESET = struct.pack("ii", 1, 0)  # lingering for no time makes a close a reset


class Proxy:
    """Serve each connection for one call: what comes back is broken where the damage says so."""

    def __init__(self, host: str, port: int, damage: Damage) -> None:
        self._host = host
        self._port = port
        self._damage = damage

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, EOFError, ValueError, *_OVER):
            await self._exchange(reader, writer)
        writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        answer = await self._answer(_closing(head), reader)
        if not self._hits(head):
            writer.write(answer)
            await writer.drain()
            return
        writer.write(self._damage.left(answer))
        await writer.drain()
        await _end(reader, writer, self._damage.ending)

    async def _answer(self, head: bytes, body: asyncio.StreamReader) -> bytes:
        """Pass a call on and return the whole answer to it."""
        reader, writer = await asyncio.open_connection(self._host, self._port)
        sending = asyncio.create_task(_copy(head, body, writer))
        try:
            # To the end of the connection, which the call has asked for: no length has to be
            # understood.
            return await reader.read(-1)
        finally:
            sending.cancel()
            writer.close()

    def _hits(self, head: bytes) -> bool:
        # A request line is method, target and version, with one space between (RFC 9112, 3).
        path = head.split(b" ", 2)[1].decode("latin-1").partition("?")[0]
        if path.startswith(self._damage.token_paths):
            return self._damage.on_tokens
        # The landing page stays whole: it is how a caller knows that somebody is there.
        return path != "/" and not path.startswith(PREFIX) and not self._damage.on_tokens


@asynccontextmanager
async def proxied(
    bound: socket.socket, inner_port: int, damage: Damage, ssl: SSLContext | None = None
) -> AsyncIterator[None]:
    """Serve a bound socket, in front of a mock on a port of this machine."""
    proxy = Proxy("127.0.0.1", inner_port, damage)
    server = await asyncio.start_server(proxy.serve, sock=bound, ssl=ssl, limit=_HEAD_BYTES)
    try:
        yield
    finally:
        server.close()


def _closing(head: bytes) -> bytes:
    """Ask for the connection to end with this answer, so that its end needs no parsing."""
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join((lines[0], b"connection: close", *lines[1:]))


async def _copy(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(head)
    while chunk := await reader.read(_HEAD_BYTES):
        writer.write(chunk)
        await writer.drain()


async def _end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, ending: Ending) -> None:
    if ending is Ending.RESET:
        connection: socket.socket = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        writer.transport.abort()
    elif ending is not Ending.CLOSE:
        # White space may stand between any two tokens of JSON (RFC 8259, 2), so a reader has to
        # wait for more.
        await _hold(reader, writer, b"1\r\n \r\n" if ending is Ending.DRIP else b"")


async def _hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, drop: bytes) -> None:
    """Keep a connection until its caller has gone or the bound is reached."""
    for _ in range(int(HOLD_SECONDS / _DRIP_SECONDS)):
        if reader.at_eof() or writer.is_closing():
            return
        writer.write(drop)
        await writer.drain()
        await asyncio.sleep(_DRIP_SECONDS)
