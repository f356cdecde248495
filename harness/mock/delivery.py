"""Bring answers to the wire late, in pieces or redrafted, as the tolerances and response faults that are on say."""

import asyncio
from collections.abc import Iterator, Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.mock.answer import Answer, Headers, with_header
from harness.mock.response_faults import ResponseFault
from harness.mock.tolerance import Pace, Tolerance

_RETRY_AFTER = ((b"retry-after", b"1"),)
_BUSY = Answer(503, _RETRY_AFTER, b"")
_LIMITED = Answer(429, _RETRY_AFTER, b"")


class Delivery:
    """An application whose answers are those of another, brought otherwise."""

    def __init__(
        self,
        app: ASGIApp,
        tolerances: Sequence[Tolerance],
        response_faults: Sequence[ResponseFault] = (),
    ) -> None:
        self._app = app
        self._tolerances = tolerances
        self._response_faults = response_faults
        self._calls = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._calls += 1
        number = self._calls
        answer = self._refusal(number)
        if answer is None:
            collector = _Collector()
            await self._app(scope, receive, collector.take)
            answer = collector.answer
        for tolerance in self._tolerances:
            answer = tolerance.redraft(answer) if tolerance.redraft else answer
        for response_fault in self._response_faults:
            answer = response_fault.redraft(answer, _authorization(scope))
        await asyncio.sleep(sum(_lateness(each.pace, number) for each in self._tolerances))
        piece_bytes = max((each.pace.piece_bytes for each in self._tolerances), default=0)
        for message in _messages(answer, piece_bytes):
            await send(message)

    def _refusal(self, number: int) -> Answer | None:
        paces = [tolerance.pace for tolerance in self._tolerances]
        if any(pace.busy_on == number for pace in paces):
            return _BUSY
        if any(pace.limit_every and number % pace.limit_every == 0 for pace in paces):
            return _LIMITED
        return None


def _authorization(scope: Scope) -> bytes:
    headers: Headers = tuple(scope.get("headers", ()))
    return next((value for name, value in headers if name == b"authorization"), b"")


class _Collector:
    """Take an answer in, message by message."""

    def __init__(self) -> None:
        self._status = 500
        self._headers: Headers = ()
        self._pieces: list[bytes] = []

    @property
    def answer(self) -> Answer:
        return Answer(self._status, self._headers, b"".join(self._pieces))

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = tuple(message.get("headers", ()))
        else:
            self._pieces.append(message.get("body", b""))


def _lateness(pace: Pace, number: int) -> float:
    return pace.late_seconds if pace.late_every and number % pace.late_every == 0 else 0.0


def _messages(answer: Answer, piece_bytes: int) -> Iterator[Message]:
    """Yield an answer with its length, or without one and in pieces."""
    body = answer.body
    sized = with_header(answer, b"content-length", str(len(body)).encode())
    headers = sized.headers[:-1] if piece_bytes else sized.headers
    yield {"type": "http.response.start", "status": answer.status, "headers": list(headers)}
    step = piece_bytes or max(len(body), 1)
    for start in range(0, len(body), step):
        piece = body[start : start + step]
        yield {"type": "http.response.body", "body": piece, "more_body": True}
    yield {"type": "http.response.body", "body": b"", "more_body": False}
