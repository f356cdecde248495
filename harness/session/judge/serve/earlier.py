"""Know the tokens of earlier scenarios: a client that was not started afresh is not to be accused by them.

Each scenario has a mock of its own, which does not know them. What such a call comes to would be the
doing of the judge, so that it is refused by 401, shown, recorded and not counted.
"""

import hashlib

from starlette.types import Receive, Scope, Send

from harness.exchange import header
from harness.judge.calls import Call, Reply, headers_of
from harness.judge.observe import Clocks, arrived, send_reply
from harness.judge.script import CHALLENGE
from harness.judge.session import Session

_MOST = 10_000
_REFUSAL = Reply(
    401,
    (CHALLENGE, ("content-type", "text/plain; charset=utf-8")),
    b"This token is of an earlier scenario. Fetch a new one, or start the client afresh.\n",
)


class EarlierTokens:
    """The tokens that were given out before the scenario that is under way, by their digests."""

    def __init__(self) -> None:
        self._digests: set[bytes] = set()
        self.has_forgotten = False
        """Tokens were given out before a restart, and nobody knows which."""

    def remember(self, session: Session) -> None:
        """Take the tokens of a session that ends."""
        if len(self._digests) < _MOST:
            self._digests |= {_digest(token) for token in session.tokens}

    def holds(self, scope: Scope, session: Session) -> bool:
        """Return whether a call carries one of them."""
        value = header(headers_of(scope["headers"]), "authorization") or ""
        token = value.partition(" ")[2].strip()
        if not token or token in session.tokens:
            return False
        # The first new token settles what any other one is: of this session it is not.
        unknown = self.has_forgotten and not session.tokens
        return unknown or _digest(token) in self._digests


async def refuse(scope: Scope, receive: Receive, send: Send, prefix: str, clocks: Clocks) -> Call:
    """Answer a call that carries such a token; return it for the record."""
    at, started = clocks.monotonic(), clocks.now()
    request = await arrived(scope, receive, prefix)
    await send_reply(_REFUSAL, send)
    return Call(
        number=0,
        started=f"{started:%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
        at=at,
        ended=clocks.monotonic(),
        method=request.method,
        path=request.path,
        query=request.query,
        headers=request.headers,
        body=request.body,
        label=f"{request.method} (token of an earlier scenario)",
        reply=_REFUSAL,
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
