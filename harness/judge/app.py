"""The judge as one application: every session below a path of its own, and nothing beside them."""

import secrets
from collections.abc import Callable, Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

from harness.errors import ConfigurationError
from harness.judge.calls import Call, Reply
from harness.judge.observe import Clocks, Kept, send_reply
from harness.judge.operations import Route
from harness.judge.scenario import Scenario
from harness.judge.session import Credentials, Session

# A session keeps up to 128 MiB of calls; more than these nobody looks after.
MOST_SESSIONS = 200
_NOTHING_HERE = Reply(
    404,
    (("content-type", "text/plain; charset=utf-8"),),
    b"No session has this address. Use the base URL that the judge gave.\n",
)


class Judge:
    """Sessions by their keys; a call finds its session by its path alone."""

    def __init__(self, clocks: Clocks, page: ASGIApp | None = None) -> None:
        self._clocks = clocks
        self._page = page
        self._sessions: dict[str, Session] = {}
        self._kept = Kept()

    def open(
        self,
        routes: Sequence[Route],
        make_app: Callable[[Scenario | None, Credentials], ASGIApp],
        listen: Callable[[Call], None] = lambda _: None,
    ) -> Session:
        """Open a session with an address and credentials of its own. Raises ConfigurationError."""
        if len(self._sessions) >= MOST_SESSIONS:
            raise ConfigurationError(
                f"the judge has {MOST_SESSIONS} sessions already.", advice="Finish some of them."
            )
        # 144 bits: the address is what keeps one client from another's session.
        key = secrets.token_urlsafe(18)
        credentials = Credentials(f"client-{secrets.token_hex(6)}", secrets.token_urlsafe(30))
        session = Session(key, credentials, routes, make_app, self._clocks, listen, self._kept)
        self._sessions[key] = session
        return session

    def close(self, session: Session) -> None:
        """End a session; its address answers 404 from now on."""
        self._sessions.pop(session.key, None)
        session.end()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        # The path alone names the session: a client may lose every header that it was not told to
        # send.
        key = scope["path"].split("/")[2] if scope["path"].startswith("/s/") else ""
        session = self._sessions.get(key)
        # What begins with an underscore is the judge's own page of a session, and no call.
        if session is not None and not scope["path"].removeprefix(session.prefix).startswith("/_"):
            await session(scope, receive, send)
        elif self._page is not None and not scope["path"].startswith("/s/"):
            await self._page(scope, receive, send)
        else:
            await send_reply(_NOTHING_HERE, send)
