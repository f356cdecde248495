"""Damage an answer's bytes on their way: the transport faults as data, and the proxy that brings them about."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum
from ssl import SSLContext

from harness.mock.admin import PREFIX
from harness.mock.fault import Fault

AREA = "transport"
HOLD_SECONDS = 120.0
"""How long a connection that leads nowhere is held: longer than any deadline, not for ever."""


class Ending(Enum):
    """How a connection ends after the bytes that were let through."""

    CLOSE = "close"
    RESET = "reset"
    HOLD = "hold"
    """Nothing more comes, and the connection stays open."""
    DRIP = "drip"
    """White space comes, byte by byte, and never the end."""


@dataclass(frozen=True, slots=True)
class Damage:
    """A way to break answers: what is left of the bytes, and how it ends."""

    fault: Fault
    left: Callable[[bytes], bytes]
    ending: Ending = Ending.CLOSE
    on_tokens: bool = False
    """Break the answers of the token endpoints instead of those of the APIs."""
    token_paths: tuple[str, ...] = ()
    """Where the token endpoints are."""


def _damage(
    name: str,
    breaks: str,
    sentence: str,
    left: Callable[[bytes], bytes],
    ending: Ending = Ending.CLOSE,
) -> Damage:
    return Damage(Fault(f"transport-{name}", AREA, breaks, sentence), left, ending)


def _nothing(_: bytes) -> bytes:
    return b""


def _half(answer: bytes) -> bytes:
    head, body = _split(answer)
    return head + body[: len(body) // 2]


def _half_head(answer: bytes) -> bytes:
    # Somewhere within the header lines, where no reader can know what would have followed.
    return answer[: answer.find(b"\r\n\r\n") // 2]


def _split(answer: bytes) -> tuple[bytes, bytes]:
    # The empty line is part of the head, so that head and body together are the answer.
    head, gap, body = answer.partition(b"\r\n\r\n")
    return head + gap, body


def _with_length(change: Callable[[int], bytes]) -> Callable[[bytes], bytes]:
    """Replace the head's Content-Length by header lines made from the true one."""

    def left(answer: bytes) -> bytes:
        head, body = _split(answer)
        # Names of fields are the same in any case (RFC 9110, 5.1).
        lines = [
            line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")
        ]
        return b"\r\n".join((lines[0], change(len(body)), *lines[1:])) + body

    return left


def _length(size: int) -> bytes:
    return b"content-length: %d" % size


def _chunked(sizes: Callable[[int], bytes]) -> Callable[[bytes], bytes]:
    """Send the body as one chunk of a size that is written as asked, and without the last chunk."""
    rewritten = _with_length(lambda _: b"transfer-encoding: chunked")

    def left(answer: bytes) -> bytes:
        head, body = _split(rewritten(answer))
        # A chunk is its size in hexadecimal, CRLF, so many bytes and CRLF; one of size 0 would be
        # the end (RFC 9112, 7.1).
        return head + sizes(len(body)) + b"\r\n" + body + b"\r\n"

    return left


def _open_chunks(answer: bytes) -> bytes:
    """Begin a chunked body that drops can be added to."""
    head, _ = _split(_with_length(lambda _: b"transfer-encoding: chunked")(answer))
    # The first byte of an object, so that what drips after it is still JSON under way.
    return head + b"1\r\n{\r\n"


def _scrambled(answer: bytes) -> bytes:
    head, body = _split(answer)
    # Any constant but 0 would do: no byte stays, and the length does.
    return head + bytes(byte ^ 0x5A for byte in body)


def _zeroed_tail(answer: bytes) -> bytes:
    head, body = _split(answer)
    return head + body[:-1] + b"\0"


def _gzip_named(answer: bytes) -> bytes:
    head, body = _split(answer)
    return _named_coding(head, b"gzip") + body


def _named_coding(head: bytes, name: bytes) -> bytes:
    first, _, rest = head.partition(b"\r\n")
    # Behind the status line, as the first field.
    return first + b"\r\ncontent-encoding: " + name + b"\r\n" + rest


def _packed_unasked(answer: bytes) -> bytes:
    # Bytes that no decoder reads, under a coding that the request does not accept.
    head, body = _split(_scrambled(answer))
    return _named_coding(head, b"br") + body


DAMAGES: tuple[Damage, ...] = (
    _damage("silent", "D015", "Connections close without an answer.", _nothing),
    _damage(
        "reset", "D015", "Connections are reset in place of an answer.", _nothing, Ending.RESET
    ),
    _damage("reset-midway", "O017", "Connections are reset within the body.", _half, Ending.RESET),
    _damage("truncated", "D015", "Answers end within the body.", _half),
    _damage("head-truncated", "O017", "Answers end within their headers.", _half_head),
    _damage(
        "length-too-long",
        "D015",
        "Content-Length promises ten bytes that never come.",
        _with_length(lambda size: _length(size + 10)),
    ),
    _damage(
        "length-too-short",
        "O017",
        "Content-Length is a byte less than the body has.",
        _with_length(lambda size: _length(max(size - 1, 0))),
    ),
    _damage(
        "length-twice",
        "D015",
        "Two lengths contradict each other (RFC 9112, 6.3).",
        _with_length(lambda size: _length(size) + b"\r\n" + _length(size + 1)),
    ),
    _damage(
        "length-no-number",
        "D015",
        "Content-Length is no number.",
        # Digits only are allowed (RFC 9110, 8.6).
        _with_length(lambda size: b"content-length: -%d" % (size + 1)),
    ),
    _damage(
        "last-chunk-missing",
        "O017",
        "Chunked bodies have no end (RFC 9112, 8).",
        _chunked(lambda size: b"%x" % size),
    ),
    _damage(
        "chunk-size-garbled",
        "D015",
        "A chunk's size is no number.",
        _chunked(lambda _: b"zz"),
    ),
    # Backwards the answer does not begin with HTTP/1.1; 200 bytes are enough to see it.
    _damage("garbage", "D015", "What comes back is not HTTP.", lambda answer: answer[::-1][:200]),
    _damage("body-garbled", "O017", "Every byte of a body is another.", _scrambled),
    _damage("last-byte-zeroed", "D015", "The last byte of a body is a zero byte.", _zeroed_tail),
    _damage("encoding-wrong", "O017", "Plain bodies are said to be gzip.", _gzip_named),
    _damage(
        "encoding-unasked", "O017", "Bodies are packed as no request asks for.", _packed_unasked
    ),
    _damage("slow-drip", "D015", "Bodies drip and never end.", _open_chunks, Ending.DRIP),
    _damage("black-hole", "O017", "Calls are taken and never answered.", _nothing, Ending.HOLD),
    _damage("held-midway", "D015", "Answers stop within the body.", _half, Ending.HOLD),
    Damage(
        Fault("transport-tokens-reset", AREA, "D001", "Calls for a token are reset."),
        _nothing,
        Ending.RESET,
        # Without a token nothing else can be called, so this one spares the APIs.
        on_tokens=True,
    ),
)
FAULTS = tuple(damage.fault for damage in DAMAGES)


def damage_of(faults: frozenset[str]) -> Damage | None:
    """Return the first transport fault among these names."""
    return next((damage for damage in DAMAGES if damage.fault.id in faults), None)


# Often enough that no read times out, which is the point of dripping.
_DRIP_SECONDS = 0.2
# Of a request's head, and of a piece that is passed on.
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
        # Callers of a broken mock hang up at any moment; that is no error of ours.
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
        # Broken only when it is whole: half of an answer needs its length to be known.
        writer.write(self._damage.left(answer))
        await writer.drain()
        await _end(reader, writer, self._damage.ending)

    async def _answer(self, head: bytes, body: asyncio.StreamReader) -> bytes:
        """Pass a call on and return the whole answer to it."""
        reader, writer = await asyncio.open_connection(self._host, self._port)
        # Beside the reading: a server may answer before it has taken the whole body.
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
        # Pending bytes are thrown away, as a reset does.
        writer.transport.abort()
    elif ending is not Ending.CLOSE:
        # White space may stand between any two tokens of JSON (RFC 8259, 2), so a reader has to
        # wait for more.
        await _hold(reader, writer, b"1\r\n \r\n" if ending is Ending.DRIP else b"")


async def _hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, drop: bytes) -> None:
    """Keep a connection until its caller has gone or the bound is reached."""
    # Counted and not timed, so that the loop ends whatever the clock does.
    for _ in range(int(HOLD_SECONDS / _DRIP_SECONDS)):
        if reader.at_eof() or writer.is_closing():
            return
        writer.write(drop)
        await writer.drain()
        await asyncio.sleep(_DRIP_SECONDS)
