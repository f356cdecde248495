"""Take a call of a client whole, let a session answer it, and report to the session what happened."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.exchange import Headers
from harness.judge.calls import Reply, headers_of
from harness.mock.answer import AnswerCollector

MOST_BODY_BYTES = 100 * 1024 * 1024
MOST_AT_ONCE_BYTES = 1024 * 1024 * 1024
"""How much of bodies one judge reads at once; what comes beyond it is cut."""
ABORT = "harness.abort"
"""Key of the ASGI extensions under which the server gives a function that cuts the connection."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A request as it came off the wire."""

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes = field(repr=False)
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks of a judge, to be replaced in tests."""

    now: Callable[[], datetime]
    """Aware, UTC."""
    monotonic: Callable[[], float]


@dataclass(slots=True)
class Kept:
    """How many bytes the sessions of one judge hold together."""

    bytes: int = 0
    """Of calls that were answered."""
    reading: int = 0
    """Of calls that are being read and answered."""


async def arrived(scope: Scope, receive: Receive, prefix: str, kept: Kept) -> Arrived:
    """Read a request to its end, whatever the API would have read of it.

    An API may refuse a request before it reads the body; the judge has to see the body all the same.
    Who is given the body takes it off `reading` once the call is answered.
    """
    pieces: list[bytes] = []
    try:
        is_cut = await _read(receive, pieces, kept)
    except BaseException:
        kept.reading -= sum(map(len, pieces))
        raise
    raw_path = scope.get("raw_path") or scope["path"].encode()
    return Arrived(
        method=scope["method"],
        # The raw path, for `%23` and `#` are what is judged here.
        path=raw_path.decode("latin-1").removeprefix(prefix) or "/",
        query=scope["query_string"].decode("latin-1"),
        headers=headers_of(scope["headers"]),
        body=b"".join(pieces),
        is_cut=is_cut,
    )


async def _read(receive: Receive, pieces: list[bytes], kept: Kept) -> bool:
    """Gather the pieces of a body; return whether some are missing."""
    size, is_cut, more = 0, False, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return True
        piece = message.get("body", b"")
        size += len(piece)
        if size > MOST_BODY_BYTES or kept.reading + len(piece) > MOST_AT_ONCE_BYTES:
            is_cut = True
        else:
            pieces.append(piece)
            kept.reading += len(piece)
        more = message.get("more_body", False)
    return is_cut


async def answer_of(app: ASGIApp, scope: Scope, body: bytes, prefix: str) -> Reply:
    """Return what an application answers to a request that was read before."""
    collector = AnswerCollector()
    # The mock lives at the root and must not learn of the session's path.
    inner = dict(scope)
    inner["path"] = scope["path"].removeprefix(prefix) or "/"
    inner["raw_path"] = (scope.get("raw_path") or b"").removeprefix(prefix.encode())
    inner["root_path"] = ""
    await app(inner, _once(body), collector.take)
    answer = collector.answer
    return Reply(answer.status, headers_of(answer.headers), answer.body)


def _once(body: bytes) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if messages:
            return messages.pop()
        await asyncio.Event().wait()  # a client that stays connected says nothing more
        raise AssertionError

    return receive


async def send_reply(reply: Reply, send: Send, *, chunk_bytes: int = 0) -> None:
    """Send an answer whole, or in chunks without a length."""
    headers = [(n.encode("latin-1"), v.encode("latin-1")) for n, v in reply.headers]
    # Written anew: a script may have changed the body, and with it its length.
    headers = [(name, value) for name, value in headers if name.lower() != b"content-length"]
    if not chunk_bytes:
        headers.append((b"content-length", str(len(reply.body)).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    # Of an empty body no step would be 0, which range refuses.
    step = chunk_bytes or max(len(reply.body), 1)
    for start in range(0, len(reply.body), step):
        piece = reply.body[start : start + step]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
