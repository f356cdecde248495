"""Judge what was observed of a scenario by hand, and say beside it what a person has to know."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace

from starlette.types import Receive, Scope, Send

from harness.client.redaction import Redactor
from harness.exchange import header
from harness.judge.calls import Call, Reply, headers_of
from harness.judge.evidence import ClientEnd, Evidence
from harness.judge.judgement import judged
from harness.judge.observe import Clocks, Kept, arrived, send_reply
from harness.judge.session import CHALLENGE, Credentials, Session
from harness.outcome import Attribution, Check, Outcome, Status
from harness.session.judge.run import redacted
from harness.session.judge.serve.state import Active

CLOSING_SECONDS = 20.0
"""How long a client may go on after a person has said that it is done."""
_QUIET_SECONDS = 1.0
_DATE_SECONDS = 5.0


def quiet_seconds(active: Active) -> float:
    """Return how long nothing may arrive before it is over: longer than the last answer asks to wait."""
    calls = active.session.calls
    return max(active.scenario.quiet_seconds, _QUIET_SECONDS, _announced(calls) + 1.0)


async def outcome_of(
    active: Active, credentials: Credentials, redactor: Redactor, *, is_quiet: bool
) -> tuple[Outcome, tuple[str, ...]]:
    """Return the outcome of what has arrived, redacted, and the calls that no operation has."""
    evidence = _evidence(active, credentials, is_quiet=is_quiet)
    exchanges = dict(active.exchanges)
    try:
        # Off the loop: a large form takes time in which other sessions want answers.
        outcome = await asyncio.to_thread(judged, evidence, active.product.always, exchanges)
    except Exception as problem:  # noqa: BLE001 our own bug is no verdict on a client, and no end of the session
        name, words = active.scenario.id, f"the harness failed: {type(problem).__name__}"
        return Outcome(name, Status.ERROR, (), words, attribution=Attribution.HARNESS), ()
    misses = tuple(map(redactor.text, active.session.nearest_misses()[:10]))
    if any(call.is_cut and not call.body for call in evidence.calls):
        outcome = _too_large(outcome)
    if active.session.refused:
        outcome = _too_many(outcome, active.session.refused)
    if misses and outcome.status is not Status.PASS:
        outcome = replace(outcome, message=f"{outcome.message}; {misses[0]}")
    return redacted(outcome, redactor), misses


def with_attempts(outcome: Outcome, earlier: Sequence[str]) -> Outcome:
    """Say beside an outcome that it is not the first one: trying until it fits is to be seen."""
    if not earlier:
        return outcome
    # The last ten show how it went.
    actual = f"attempt {len(earlier) + 1}; before: {', '.join(earlier[-10:])}"
    check = Check("client.attempts", Status.PASS, "the last attempt counts", actual)
    return replace(outcome, checks=(*outcome.checks, check))


def _evidence(active: Active, credentials: Credentials, *, is_quiet: bool) -> Evidence:
    calls = active.session.calls
    return Evidence(
        scenario=active.scenario,
        calls=calls,
        inputs=active.inputs.values,
        files=active.inputs.files,
        credentials=(credentials.client_secret, *active.session.tokens),
        control=active.control,
        end=ClientEnd(
            timed_out=not is_quiet,
            was_stopped=active.session.arrived >= active.scenario.most_calls,
            seconds=calls[-1].ended - calls[0].at if calls else 0.0,
        ),
    )


def _announced(calls: Sequence[Call]) -> float:
    value = calls[-1].reply.header("retry-after") if calls else None
    if value is None:
        return 0.0
    return min(float(value), CLOSING_SECONDS) if value.isdecimal() else _DATE_SECONDS


def _too_large(outcome: Outcome) -> Outcome:
    """Judge nothing by bodies that were too large to keep, or that did not arrive whole."""
    words = "a body did not arrive whole, or the bodies are more than a session keeps"
    # What has failed by other evidence has failed.
    if outcome.status is not Status.FAIL:
        return replace(outcome, status=Status.ERROR, message=words)
    return outcome


def _too_many(outcome: Outcome, refused: int) -> Outcome:
    check = Check(
        "client.calls",
        Status.FAIL,
        "as many calls as the scenario asks for",
        f"{refused:,} calls beyond what a session may make",
    )
    message = f"{check.name}: {check.actual}"
    return replace(outcome, status=Status.FAIL, checks=(*outcome.checks, check), message=message)


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
            # Digests are enough to recognise them, and are no secrets.
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


async def refuse(
    scope: Scope, receive: Receive, send: Send, prefix: str, clocks: Clocks, kept: Kept
) -> Call:
    """Answer a call that carries such a token; return it for the record."""
    at, started = clocks.monotonic(), clocks.now()
    request = await arrived(scope, receive, prefix, kept)
    kept.reading -= len(request.body)  # it is recorded and dropped
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
