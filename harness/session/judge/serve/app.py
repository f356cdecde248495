"""The judge by hand as one application: the calls of clients, the page, and what the page asks for."""

import base64
import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from pathlib import Path
from string import Template

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from harness.errors import HarnessError
from harness.jsonvalue import Json, members, text
from harness.openapi.requirements import CLIENT_FILE_NAME, Requirement, by_id, load
from harness.session.judge.serve.desk import Desk
from harness.session.judge.serve.guard import COOKIE, Guard
from harness.session.judge.serve.partner import PartnerSession
from harness.session.judge.serve.state import Refused, Subject
from harness.session.judge.serve.view import FILES, card, listed, overview, result_view

ADMIN = "/_judge/"
_BODY_BYTES = 16 * 1024
_FOLDER = Path(__file__).parent
# Answers hold the state and the secrets of a session: not cached, not sniffed, no referrer.
_SECURITY = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Front:
    """Calls of clients to their sessions, everything else to the page."""

    def __init__(self, desk: Desk, page: ASGIApp) -> None:
        self._desk = desk
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        to = self._desk if scope["path"].startswith("/s/") else self._page
        await to(scope, receive, send)


Answer = Callable[[Request, PartnerSession], Awaitable[object]]


class Office:
    """What the page and the terminal can ask for."""

    def __init__(self, desk: Desk, guard: Guard) -> None:
        self._desk = desk
        self._guard = guard

    def app(self) -> Starlette:
        """Return the page and its routes as an application of their own."""
        one = ADMIN + "sessions/{session}"
        posts: Mapping[str, Answer] = {
            "begin": self._begin,
            "done": self._done,
            "extend": self._extend,
            "skip": self._skip,
            "attest": self._attest,
            "finish": self._finish,
        }
        routes = [
            Route("/", self._page, methods=["GET"]),
            Route(ADMIN + "enter", self._enter, methods=["POST"]),
            Route(ADMIN + "sessions", self._list, methods=["GET"]),
            Route(ADMIN + "sessions", self._open, methods=["POST"]),
            Route(one, self._state, methods=["GET"]),
            Route(one + "/events", self._events, methods=["GET"]),
            Route(one + "/files/{number:int}", self._file, methods=["GET"]),
            Route(one + "/run/{path:path}", self._run_file, methods=["GET"]),
            *(
                Route(f"{one}/{name}", self._posted(answer), methods=["POST"])
                for name, answer in posts.items()
            ),
        ]
        return Starlette(routes=routes, exception_handlers={HTTPException: _refused})

    async def _page(self, request: Request) -> Response:
        self._guard.check_page(request)
        html, policy = _page()
        return HTMLResponse(html, headers={**_SECURITY, "Content-Security-Policy": policy})

    async def _enter(self, request: Request) -> Response:
        """Give a browser its pass for the code that the terminal shows."""
        given = self._guard.enter(text((await _body(request)).get("code")))
        if not given:
            raise HTTPException(401, "That is not the code. The judge prints the one that holds.")
        answer = JSONResponse({"entered": True}, headers=_SECURITY)
        # Out of the reach of scripts, over TLS alone, and never sent along from another site.
        answer.set_cookie(COOKIE, given, httponly=True, samesite="strict", secure=True)
        return answer

    async def _list(self, request: Request) -> Response:
        self._guard.check(request)
        return _json({"sessions": listed(self._desk.sessions)})

    async def _open(self, request: Request) -> Response:
        """Open one more session; of the same subject unless another is named."""
        self._guard.check(request)
        given = await _body(request)
        first = self._desk.sessions[0].place.subject if self._desk.sessions else Subject("", "")
        # As long as any name has to be, since they stand on every page of a report.
        subject = Subject(
            text(given.get("partner"))[:100].strip() or first.partner,
            text(given.get("product"))[:100].strip() or first.product,
            text(given.get("version"))[:100].strip() or first.version,
        )
        try:
            session = self._desk.open(subject)
        except HarnessError as problem:
            raise HTTPException(409, str(problem)) from None
        return _json({"id": session.place.id})

    async def _state(self, request: Request) -> Response:
        self._guard.check(request)
        session = self._session(request)
        name = request.query_params.get("scenario", "")
        # The one that is asked for, else the one begun last, else the next that is open.
        shown = name if name in session.scenarios else session.last or session.next_open
        if not shown:
            shown = next(iter(session.scenarios))
        place = await self._desk.place_of(session)
        return _json(
            {
                **overview(session, place.url, place.authority),
                "card": card(session, shown, _requirements()),
                "result": result_view(
                    self._desk.result(session.place.id), self._desk.problem(session.place.id)
                )
                if session.is_finished
                else None,
            }
        )

    async def _events(self, request: Request) -> Response:
        self._guard.check(request)
        session = self._session(request)
        return StreamingResponse(
            session.hub.events(), media_type="text/event-stream", headers=_SECURITY
        )

    async def _file(self, request: Request) -> Response:
        """Give a file that the client is asked to send."""
        self._guard.check(request)
        active = self._session(request).active
        number = request.path_params["number"]
        if active is None or not 0 <= number < len(active.inputs.files):
            raise HTTPException(404, "The scenario under way has no such file.")
        found = active.inputs.files[number]
        # The name of a file may hold anything here; in a header it may not.
        plain = "".join(s if s.isalnum() or s in ".-_ " else "_" for s in found.name) or "file"
        headers = {**_SECURITY, "Content-Disposition": f'attachment; filename="{plain}"'}
        # A browser that shows it all the same runs nothing of it.
        headers["Content-Security-Policy"] = "sandbox"
        return Response(found.content, media_type="application/octet-stream", headers=headers)

    async def _run_file(self, request: Request) -> Response:
        """Give a report of a finished session."""
        self._guard.check(request)
        session, path = self._session(request), request.path_params["path"]
        whole = session.place.folder / path
        # By a list of names, so that no path leads out of the folder.
        if path not in FILES or not whole.is_file():
            raise HTTPException(404, "The session has no such report.")
        is_page = path.endswith(".html")
        # Without the policy of the page, for reports bring scripts of their own.
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        if path.endswith(".zip"):
            return FileResponse(whole, filename=f"{session.place.id}.zip", headers=headers)
        kind = "text/html" if is_page else "text/plain"
        return FileResponse(whole, media_type=f"{kind}; charset=utf-8", headers=headers)

    def _posted(self, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        async def post(request: Request) -> Response:
            self._guard.check(request)
            session = self._session(request)
            try:
                answered = await answer(request, session)
            except Refused as problem:
                # What is asked for cannot be done now (409, RFC 9110, 15.5.10).
                raise HTTPException(409, str(problem)) from None
            except HarnessError as problem:
                raise HTTPException(500, str(problem)) from None
            return _json(answered if isinstance(answered, Mapping) else {})

        return post

    async def _begin(self, request: Request, session: PartnerSession) -> object:
        name = text((await _body(request)).get("scenario")) or session.next_open
        if not name:
            raise Refused("every scenario has been judged. Finish the session.")
        session.begin(name)
        return {"scenario": name}

    async def _done(self, request: Request, session: PartnerSession) -> object:  # noqa: ARG002 as the others
        await session.done()
        return {}

    async def _extend(self, request: Request, session: PartnerSession) -> object:  # noqa: ARG002 as the others
        session.extend()
        return {}

    async def _skip(self, request: Request, session: PartnerSession) -> object:
        given = await _body(request)
        absent = given.get("absent") is True
        session.skip(text(given.get("scenario")), text(given.get("reason")), is_absent=absent)
        return {}

    async def _attest(self, request: Request, session: PartnerSession) -> object:
        given = await _body(request)
        name, question, who = (text(given.get(key)) for key in ("scenario", "question", "who"))
        session.attest(name, question, who, is_yes=given.get("yes") is True)
        return {}

    async def _finish(self, request: Request, session: PartnerSession) -> object:  # noqa: ARG002 as the others
        result = await self._desk.finish(session)
        return result_view(result, self._desk.problem(session.place.id))

    def _session(self, request: Request) -> PartnerSession:
        session = self._desk.session(request.path_params["session"])
        if session is None:
            raise HTTPException(404, "There is no such session.")
        return session


@cache
def _requirements() -> Mapping[str, Requirement]:
    return by_id(load(file_name=CLIENT_FILE_NAME))


@cache
def _page() -> tuple[str, str]:
    """Return the page with its style and script in it, and the policy that allows these alone."""
    style, script = ((_FOLDER / name).read_text("utf-8") for name in ("page.css", "page.js"))
    html = Template((_FOLDER / "page.html").read_text("utf-8")).substitute(
        style=style, script=script
    )
    # Style and script by their hashes (CSP) and nothing else, so that nothing can be slipped in.
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return html, policy


def _hash(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"


async def _body(request: Request) -> Mapping[str, Json]:
    """Read a small JSON object. Raises HTTPException."""
    raw = b""
    # Piece by piece, so that the bound holds before the body is whole.
    async for piece in request.stream():
        raw += piece
        if len(raw) > _BODY_BYTES:
            raise HTTPException(413, f"Send at most {_BODY_BYTES:,} bytes.")
    try:
        return members(json.loads(raw or b"{}"))
    except (ValueError, RecursionError):
        raise HTTPException(400, "Send a JSON object.") from None


def _json(value: object) -> JSONResponse:
    return JSONResponse(value, headers=_SECURITY)


async def _refused(_: Request, problem: Exception) -> Response:
    if not isinstance(problem, HTTPException):
        raise problem
    return JSONResponse({"error": problem.detail}, problem.status_code, headers=_SECURITY)
