"""Remember the last requests without what must not be kept, and serve them to who builds a client."""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote_plus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from harness.hosts import host_in, is_loopback
from harness.jsonvalue import Json, members, number
from harness.mock.body import read_json
from harness.mock.clock import Clock

_TRACE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}", re.ASCII)
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,60}", re.ASCII)
_HIDDEN = "…"
# More than any path of the mock has; what lies behind is one hidden piece.
_MOST_SEGMENTS = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """One request and what it got."""

    at: datetime
    method: str
    path: str
    """Segments that no path of the mock has are hidden, trace ids excepted."""
    query: tuple[str, ...]
    """Names only."""
    client: str
    media_type: str
    status: int
    bytes_sent: int
    milliseconds: float


class Journal:
    """The last requests, the oldest first; beyond the bound the oldest goes."""

    def __init__(self, most: int, known_paths: Iterable[str]) -> None:
        self._entries: deque[Entry] = deque(maxlen=most)
        # Only words of our own routes are known to be harmless; a caller may put a name in a path.
        self._words = frozenset(word for path in known_paths for word in path.split("/"))
        self._count = 0

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, entry: Entry) -> None:
        self._count += 1
        self._entries.append(entry)

    def clear(self) -> None:
        self._entries.clear()
        self._count = 0

    def path(self, path: str) -> str:
        """Return a path with every segment hidden that a caller may have made up."""
        segments = path.split("/", _MOST_SEGMENTS)
        return "/".join(each if self._is_harmless(each) else _HIDDEN for each in segments)

    def written(self) -> Json:
        """Return everything remembered, numbered from the first request on."""
        first = self._count - len(self._entries) + 1
        entries: Json = [_json(entry, number) for number, entry in enumerate(self._entries, first)]
        return {"requests": self._count, "entries": entries}

    def _is_harmless(self, segment: str) -> bool:
        return segment in self._words or _TRACE_ID.fullmatch(segment) is not None


def names_in(query: bytes) -> tuple[str, ...]:
    """Return the names of query parameters; what does not look like a name is hidden."""
    return tuple(_query_names(query.decode("latin-1")))


def media_type_in(headers: Mapping[bytes, bytes]) -> str:
    """Return the media type that a request names, without its parameters."""
    named = headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
    return named if not named or _MEDIA_TYPE.fullmatch(named) else _HIDDEN


def _query_names(query: str) -> Iterator[str]:
    # Twenty names are enough to see what a client does, and bound the entry.
    for pair in query.split("&", 20)[:20] if query else ():
        # Names only: values may be tokens or patients' data.
        name = unquote_plus(pair.partition("=")[0])
        yield name if _NAME.fullmatch(name) else _HIDDEN


def _json(entry: Entry, number: int) -> Json:
    return {
        "number": number,
        "at": f"{entry.at:%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
        "method": entry.method,
        "path": entry.path,
        "query": list(entry.query),
        "client": entry.client,
        "mediaType": entry.media_type,
        "status": entry.status,
        "bytesSent": entry.bytes_sent,
        "milliseconds": entry.milliseconds,
    }


PREFIX = "/_mock/"
HEADER = "X-Harness-Mock"
# `{"advance": SECONDS}` needs some thirty.
_BODY_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Admin:
    """The admin paths; callers on other machines find nothing there."""

    clock: Clock
    journal: Journal
    reset_apis: Callable[[], None]

    def app(self) -> Starlette:
        """Return the admin paths as an application of their own."""
        routes = [
            Route(f"{PREFIX}journal", self.show_journal, methods=["GET"]),
            Route(f"{PREFIX}reset", self.reset, methods=["POST"]),
            Route(f"{PREFIX}clock", self.show_clock, methods=["GET"]),
            Route(f"{PREFIX}clock", self.advance, methods=["POST"]),
        ]
        return Starlette(routes=routes, exception_handlers={HTTPException: _refused})

    async def show_journal(self, request: Request) -> Response:
        _check_caller(request)
        return JSONResponse(self.journal.written())

    async def reset(self, request: Request) -> Response:
        """Forget every upload, transaction and request, and set the clock back."""
        _check_caller(request)
        self.reset_apis()
        self.journal.clear()
        self.clock.reset()
        return Response(status_code=204)

    async def show_clock(self, request: Request) -> Response:
        _check_caller(request)
        return self._clock()

    async def advance(self, request: Request) -> Response:
        """Let seconds pass: `{"advance": 3600}`."""
        _check_caller(request)
        seconds = number(members(await read_json(request, _BODY_BYTES)).get("advance"), -1.0)
        # Tokens and stores count on time that never goes back.
        if not self.clock.can_advance(seconds):
            raise HTTPException(400, 'Send {"advance": SECONDS}; time only goes forward.')
        self.clock.advance(seconds)
        return self._clock()

    def _clock(self) -> Response:
        now = f"{self.clock.now():%Y-%m-%dT%H:%M:%SZ}"
        return JSONResponse({"now": now, "ahead": self.clock.offset_seconds})


def _check_caller(request: Request) -> None:
    """Let in who is on this machine and is no web page of somebody else's (CSRF, DNS rebinding)."""
    # In-process callers have no address; every other one has to be this machine.
    if request.client is None:
        return
    host, origin = request.headers.get("host", ""), request.headers.get("origin")
    named = [host_in(host), *([host_in(origin)] if origin is not None else [])]
    if not (is_loopback(request.client.host) and all(map(is_loopback, named))):
        raise HTTPException(404, "Nothing is at this path.")
    # A form of a web page can send neither; a script is asked for permission first, and gets none.
    is_json = request.headers.get("content-type", "").startswith("application/json")
    if request.method == "POST" and not (is_json or HEADER in request.headers):
        raise HTTPException(403, f"Send the header {HEADER}: 1.")


async def _refused(_: Request, problem: Exception) -> Response:
    if not isinstance(problem, HTTPException):
        raise problem
    return JSONResponse({"error": problem.detail}, problem.status_code, problem.headers)
