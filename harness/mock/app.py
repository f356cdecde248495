"""Put the products together to one application: every call is dated, journalled and answered as its tolerances and faults ask."""

import asyncio
import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from time import perf_counter

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness import __version__
from harness.config import MOCK_HEADER
from harness.mock.admin import PREFIX, Admin, Entry, Journal, media_type_in, names_in
from harness.mock.answer import (
    Answer,
    AnswerCollector,
    Headers,
    ResponseFault,
    response_faults_called,
    with_header,
)
from harness.mock.clock import Clock
from harness.mock.fault import ActiveFaults
from harness.mock.frame import Frame
from harness.mock.gate import CLIENT, Authenticator, Gate
from harness.mock.landing import Landing
from harness.mock.part import Failure, MockContext, MockProduct, TokenContext, plain_failure
from harness.mock.reply import Reply, written
from harness.mock.settings import MockSettings
from harness.mock.tokens import Tokens
from harness.mock.tolerances import Pace, Tolerance

# One second, so that a client that waits is not slowed down much.
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
        # Counted before anything else: calls overlap, and each needs a number of its own.
        self._calls += 1
        number = self._calls
        answer = self._refusal(number)
        if answer is None:
            collector = AnswerCollector()
            await self._app(scope, receive, collector.take)
            answer = collector.answer
        # Tolerances first: a fault has to show on whatever form an answer has.
        for tolerance in self._tolerances:
            answer = tolerance.rewrite(answer) if tolerance.rewrite else answer
        for response_fault in self._response_faults:
            answer = response_fault.rewrite(answer, _authorization(scope))
        # Late answers are late as a whole; nothing is sent before.
        await asyncio.sleep(sum(_lateness(each.pace, number) for each in self._tolerances))
        piece_bytes = max((each.pace.piece_bytes for each in self._tolerances), default=0)
        for message in _messages(answer, piece_bytes):
            await send(message)

    def _refusal(self, number: int) -> Answer | None:
        paces = [tolerance.pace for tolerance in self._tolerances]
        # Busy once is for clients that retry, limited again and again for those that wait.
        if any(pace.busy_on == number for pace in paces):
            return _BUSY
        if any(pace.limit_every and number % pace.limit_every == 0 for pace in paces):
            return _LIMITED
        return None


def _authorization(scope: Scope) -> bytes:
    headers: Headers = tuple(scope.get("headers", ()))
    return next((value for name, value in headers if name == b"authorization"), b"")


def _lateness(pace: Pace, number: int) -> float:
    return pace.late_seconds if pace.late_every and number % pace.late_every == 0 else 0.0


def _messages(answer: Answer, piece_bytes: int) -> Iterator[Message]:
    """Yield an answer with its length, or without one and in pieces."""
    body = answer.body
    sized = with_header(answer, b"content-length", str(len(body)).encode())
    # Without a length the server sends chunks (RFC 9112, 7.1).
    headers = sized.headers[:-1] if piece_bytes else sized.headers
    yield {"type": "http.response.start", "status": answer.status, "headers": list(headers)}
    # At least one, since a range of step 0 is an error.
    step = piece_bytes or max(len(body), 1)
    for start in range(0, len(body), step):
        piece = body[start : start + step]
        yield {"type": "http.response.body", "body": piece, "more_body": True}
    yield {"type": "http.response.body", "body": b"", "more_body": False}


BUG = "Unable to process the request at this time, please try again later"


@dataclass(frozen=True, slots=True)
class Failures:
    """The handler of what no endpoint answers."""

    frame: Frame
    settings: MockSettings
    faults: ActiveFaults

    async def answer(self, request: Request, problem: Exception) -> Response:
        """Answer an HTTPException (no route, no token, unreadable body) or a bug of the mock."""
        path, now = request.scope["path"], self.settings.clock()
        if isinstance(problem, HTTPException):
            headers = tuple((problem.headers or {}).items())
            failure = Failure(path, problem.status_code, problem.detail, headers, now)
        else:
            failure = Failure(path, 500, BUG, (), now, is_bug=True)
        reply = self._worded(failure)
        return written(self.faults.changed(f"failure.{reply.status}", reply))

    def _worded(self, failure: Failure) -> Reply:
        """Word a failure as the product that owns the path does; what nobody owns gets plain words."""
        # By the path alone: a failure may come before any endpoint has seen the request.
        for each in self.frame.products:
            if each.facts.owns(failure.path):
                return each.part.failure(failure)
        if any(failure.path.startswith(path) for path in self.frame.shared.paths):
            return self.frame.shared.failure(failure)
        return plain_failure(failure)


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
        # Admin calls are neither journalled nor slowed: they are not part of what is tested.
        if scope["path"].startswith(PREFIX):
            await self.admin(scope, receive, send)
            return
        begun = perf_counter()
        noted = _Noted(send, self.clock)
        if self.latency_seconds:
            await asyncio.sleep(self.latency_seconds)
        try:
            await self.apis(scope, receive, noted.send)
        # Also for a call that was broken off: the journal shows what a client did.
        finally:
            self.journal.add(self._entry(scope, noted, perf_counter() - begun))

    def _entry(self, scope: Scope, noted: "_Noted", seconds: float) -> Entry:
        return Entry(
            at=self.clock(),
            # The server passes any token as a method, of any length.
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


def create_app(settings: MockSettings, frame: Frame) -> ASGIApp:
    """Return the mock of some products with empty stores. Raises UnknownName for a fault there is none of."""
    tolerances = frame.tolerances_called(settings.tolerances)
    clock = Clock(settings.clock, settings.clock_ahead_seconds)
    timed = replace(frame.with_clients(settings), clock=clock.now)
    faults = frame.active(settings.faults, tolerances)
    # Stores live in the endpoints, so making these anew empties them.
    apis = Resettable(lambda: _apis(timed, frame, faults, tolerances))
    # A second set, for its paths: the first belongs to an application that a reset throws away.
    routes = _routes(timed, frame, frame.active(()))
    journal = Journal(settings.limits.journal_entries, _paths(routes))
    admin = Admin(clock, journal, apis.reset)
    return Front(apis, admin.app(), journal, clock.now, settings.latency_seconds)


def _apis(
    settings: MockSettings, frame: Frame, faults: ActiveFaults, tolerances: Sequence[Tolerance]
) -> ASGIApp:
    failures = Failures(frame, settings, faults)
    app = Starlette(
        routes=_routes(settings, frame, faults),
        exception_handlers={HTTPException: failures.answer, Exception: failures.answer},
    )
    # The provider redirects nothing: a path with a slash too many is another path.
    app.router.redirect_slashes = False
    response_faults = response_faults_called(settings.faults)
    return Delivery(app, tolerances, response_faults) if tolerances or response_faults else app


def _routes(settings: MockSettings, frame: Frame, faults: ActiveFaults) -> list[Route]:
    tokens = Tokens(settings, faults)
    authenticator = Authenticator(settings, tokens, faults)
    apis = (
        *frame.shared.apis(TokenContext(settings, faults, tokens)),
        *(
            api
            for each in frame.products
            for api in each.part.apis(
                MockContext(settings, faults, _gate(each, authenticator, faults))
            )
        ),
    )
    routes = tuple(route for api in apis for route in api.routes())
    page = Landing(settings, frame, routes)
    return [Route("/", page.show, methods=["GET"]), *routes]


def _gate(product: MockProduct, authenticator: Authenticator, faults: ActiveFaults) -> Gate:
    part = product.part
    return Gate(
        authenticator,
        faults,
        product.facts.name,
        open_paths=part.open_paths,
        words_entitlement=part.words_entitlement,
    )


def _paths(routes: Iterable[Route]) -> Iterable[str]:
    """Return the paths that the journal may write out: those of the routes and of the admin."""
    return (*(route.path for route in routes), PREFIX)
