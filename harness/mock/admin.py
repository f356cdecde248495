"""Serve who builds a client and tests against the mock: its journal, its clock and a clean slate."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from harness.hosts import host_in, is_loopback
from harness.jsonvalue import members, number
from harness.mock.body import read_json
from harness.mock.clock import Clock
from harness.mock.journal import Journal

PREFIX = "/_mock/"
HEADER = "X-Harness-Mock"
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
