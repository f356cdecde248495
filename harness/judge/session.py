"""One client under judgement: its address, its credentials, its mock, and everything it sent."""

import asyncio
import json
import re
import uuid
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from itertools import count

from starlette.types import ASGIApp, Receive, Scope, Send

from harness.exchange import header
from harness.jsonvalue import MISSING, Json, lookup, members, text, unescape
from harness.judge.calls import TOKEN_OPERATIONS, Call, Reply, json_or_null
from harness.judge.observe import ABORT, Arrived, Clocks, answer_of, arrived, send_reply
from harness.judge.operations import Route, nearest_miss, route_of
from harness.judge.scenario import Effect, Scenario, Turn

MOST_CALLS = 2_000
"""How many calls a session keeps; beyond it they are answered with 429 and only counted."""
MOST_KEPT_BYTES = 128 * 1024 * 1024
MOST_OF_ALL_BYTES = 1024 * 1024 * 1024
"""How much all sessions of one judge keep; what comes beyond it is kept without its body."""
# A hundred looks of 10 ms: a second beyond what the script itself delays.
_SETTLE_LOOKS, _SETTLE_SECONDS = 100, 0.01
# As the gateway answers (RFC 6750, 3): clients are to renew at this sign.
CHALLENGE = ("www-authenticate", 'Bearer realm="apip", error="invalid_token"')
# No token of the mock: it refuses it as it does any that it did not issue.
_ENDED_TOKEN = "Bearer ended.by.judge"
_TOO_MANY = Reply(429, (("content-type", "text/plain"),), b"This session has had its calls.")
_UUID = re.compile(rb"\$uuid")
_LATER = re.compile(r"\$date\+(\d{1,4})")
"""A header value that is the HTTP date so many seconds after the answer (RFC 9110, 5.6.7)."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a session's client authenticates with; made for the session and worth nothing elsewhere."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(slots=True)
class Kept:
    """How many bytes the sessions of one judge keep together."""

    bytes: int = 0


class Session:
    """The state of one client under judgement, which only its own calls change."""

    def __init__(
        self,
        key: str,
        credentials: Credentials,
        routes: Sequence[Route],
        make_app: Callable[[Scenario | None, Credentials], ASGIApp],
        clocks: Clocks,
        listen: Callable[[Call], None] = lambda _: None,
    ) -> None:
        self.key = key
        self.credentials = credentials
        self._routes = routes
        self._make_app = make_app
        self._clocks = clocks
        self._listen = listen
        self._numbers = count(1)
        self._app: ASGIApp | None = None
        self._scenario: Scenario | None = None
        self._counts: Counter[str] = Counter()
        self._calls: deque[Call] = deque()
        self._kept_bytes = 0
        self.kept = Kept()
        self._tokens: list[str] = []
        self._ended_tokens = 0
        self._running = 0
        self.refused = 0
        """Calls beyond the bound."""

    @property
    def prefix(self) -> str:
        """The path below which everything belongs to this session."""
        return f"/s/{self.key}"

    @property
    def scenario(self) -> Scenario | None:
        return self._scenario

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls since the scenario began, in the order of arrival."""
        # A slow call is kept after quick ones that came later; the number is the order of arrival.
        return tuple(sorted(self._calls, key=lambda call: call.number))

    @property
    def tokens(self) -> tuple[str, ...]:
        """Every token issued in this session, the first one first; secrets."""
        return tuple(self._tokens)

    @property
    def is_idle(self) -> bool:
        """No call is being answered at this moment."""
        return self._running == 0

    @property
    def has_called(self) -> bool:
        """A call has come since the scenario began, be it one that is not read to its end yet."""
        # A large upload may still be on its way when somebody asks.
        return self.arrived > 0 or not self.is_idle

    @property
    def arrived(self) -> int:
        """How many calls there were since the scenario began, those beyond the bound included."""
        return len(self._calls) + self.refused

    def settle(self, sleep: Callable[[float], None]) -> None:
        """Wait for calls that are still being answered, as one is whose client has not waited for it."""
        script = self._scenario.script if self._scenario else ()
        # A call that the script delays is under way for as long.
        longest = sum(turn.delay_seconds for turn in script)
        for _ in range(_SETTLE_LOOKS + int(longest / _SETTLE_SECONDS)):
            if self.is_idle:
                return
            sleep(_SETTLE_SECONDS)

    def begin(self, scenario: Scenario) -> None:
        """Start a scenario: with a new mock, no call counted, and the tokens of before still known."""
        self._scenario = fresh(scenario)
        self._app = self._make_app(scenario, self.credentials)
        # Everything of the scenario before goes, and its bytes no longer count.
        self._counts.clear()
        self.forget()
        self._tokens.clear()
        self._ended_tokens = 0
        self.refused = 0

    def forget(self) -> None:
        """Drop the calls, as the end of a session does."""
        self._calls.clear()
        self.kept.bytes -= self._kept_bytes
        self._kept_bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call and keep it."""
        # Counted from before the body is read, so that nobody takes a long upload for silence.
        self._running += 1
        try:
            await self._handle(scope, receive, send)
        finally:
            self._running -= 1

    async def _handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Both before the body: a client's pause ends when its request begins.
        at, started = self._clocks.monotonic(), self._clocks.now()
        call = self._call(await arrived(scope, receive, self.prefix), at, started)
        # Counted and answered, so that a client that never stops meets a limit and not a full
        # memory.
        if len(self._calls) >= MOST_CALLS:
            self.refused += 1
            await send_reply(_TOO_MANY, send)
            return
        turns = self._turns(call)
        reply = await self._answered(call, turns, scope)
        chunk_bytes = max((turn.chunk_bytes for turn in turns), default=0)
        # The call is kept before the answer leaves: what the client does next comes after it.
        ended = self._clocks.monotonic()
        self._keep(replace(call, reply=reply, scripted=replaces(turns), ended=ended))
        await self._deliver(reply, scope, send, chunk_bytes)

    def _call(self, request: Arrived, at: float, started: datetime) -> Call:
        route = route_of(self._routes, request.method, request.path)
        return Call(
            number=next(self._numbers),
            started=f"{started:%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
            at=at,
            ended=at,
            method=request.method,
            path=request.path,
            query=request.query,
            headers=request.headers,
            body=request.body,
            is_cut=request.is_cut,
            operation=route.operation if route else "",
            label=route.label if route else f"{request.method} (no operation)",
            # Which token it was is known only to the session, and the value itself is a secret.
            token=self._token_number(request),
            scenario=self._scenario.id if self._scenario else "",
        )

    def _turns(self, call: Call) -> list[Turn]:
        self._counts[call.operation] += 1
        script = self._scenario.script if self._scenario else ()
        is_token = call.operation in TOKEN_OPERATIONS
        return turns_for(script, call.operation, self._counts[call.operation], is_token=is_token)

    async def _answered(self, call: Call, turns: Sequence[Turn], scope: Scope) -> Reply:
        effects = {turn.effect for turn in turns}
        if Effect.END_TOKENS in effects:
            # From this call on: what was issued until here is refused, this call included.
            self._ended_tokens = len(self._tokens)
        reply = await self._decided(call, turns, scope, effects)
        # Only the answer is late: whether a token was valid is a question of when the call arrived.
        if delay := sum(turn.delay_seconds for turn in turns):
            await asyncio.sleep(delay)
        return reply

    async def _decided(
        self, call: Call, turns: Sequence[Turn], scope: Scope, effects: "set[Effect | None]"
    ) -> Reply:
        # First, for a call that the API never sees has no answer that could be changed.
        if Effect.REFUSE_CONNECTION in effects:
            return Reply(0)
        # The API is not asked: nothing happens in it, as with a gateway that answers for it.
        if replaces(turns):
            return located(scripted(turns, Reply(0), self._clocks.now()), self._elsewhere(scope))
        # What did not arrive whole cannot be answered, and its client is gone.
        if call.is_cut:
            return Reply(0)
        if self._app is None:
            self._app = self._make_app(None, self.credentials)
        own = await answer_of(self._app, self._scope(scope, call), call.body, self.prefix)
        reply = scripted(turns, own, self._clocks.now())
        # Before the answer may be lost, for the token was issued all the same.
        self._learn_token(call, reply)
        return Reply(0) if Effect.LOSE_ANSWER in effects else reply

    def _elsewhere(self, scope: Scope) -> str:
        """Return an address of this session under another host name, for redirects to lead to."""
        port = (scope.get("server") or ("", 0))[1]
        # Another name for this machine, so that a client that follows leaves the host it was given.
        return f"{scope['scheme']}://localhost:{port}{self.prefix}/elsewhere"

    def _scope(self, scope: Scope, call: Call) -> Scope:
        """Return the request as the API is to see it: with a token that ended put out of use."""
        if not 0 < call.token <= self._ended_tokens:
            return scope
        headers = [(n, v) for n, v in scope["headers"] if n.lower() != b"authorization"]
        return {**scope, "headers": [*headers, (b"authorization", _ENDED_TOKEN.encode())]}

    async def _deliver(self, reply: Reply, scope: Scope, send: Send, chunk_bytes: int) -> None:
        if reply.status:
            await send_reply(reply, send, chunk_bytes=chunk_bytes)
            return
        # Only our own server offers it; under a test client there is nothing to cut.
        abort = scope.get("extensions", {}).get(ABORT)
        if abort is not None:
            abort()
            return
        # Without a server that can cut the connection, an answer that stops short is the nearest.
        headers = [(b"content-length", b"1")]
        await send({"type": "http.response.start", "status": 500, "headers": headers})

    def _keep(self, call: Call) -> None:
        size = len(call.body) + len(call.reply.body)
        # The call still counts for order, number and time without its body.
        if self._kept_bytes + size > MOST_KEPT_BYTES or self.kept.bytes + size > MOST_OF_ALL_BYTES:
            call = replace(call, body=b"", is_cut=True)
            size = len(call.reply.body)
        self._kept_bytes += size
        self.kept.bytes += size
        self._calls.append(call)
        self._listen(call)

    def _learn_token(self, call: Call, reply: Reply) -> None:
        if call.operation not in TOKEN_OPERATIONS or reply.status != 200:
            return
        token = text(members(json_or_null(reply.body)).get("access_token"))
        if token:
            self._tokens.append(token)

    def _token_number(self, request: Arrived) -> int:
        """Return which token of this session a request carries, from 1; 0 where none of them."""
        scheme, _, value = (header(request.headers, "authorization") or "").partition(" ")
        if scheme.lower() != "bearer" or value.strip() not in self._tokens:
            return 0
        # Numbered from 1, as 0 stands for no token of this session.
        return self._tokens.index(value.strip()) + 1

    def nearest_misses(self) -> tuple[str, ...]:
        """Describe each call that no operation has, with the operation that it is nearest to."""
        return tuple(
            f"{call.method} {call.path}: {nearest_miss(self._routes, call.method, call.path)}"
            for call in self.calls
            if not call.operation
        )


def turns_for(script: Iterable[Turn], operation: str, nth: int, *, is_token: bool) -> list[Turn]:
    """Return the rules that apply to the n-th call of an operation, in their order."""
    return [turn for turn in script if turn.applies(operation, nth, is_token=is_token)]


def scripted(turns: Iterable[Turn], reply: Reply, now: datetime) -> Reply:
    """Return the API's answer with everything that the rules replace in it."""
    for turn in turns:
        reply = _changed(turn, reply, now)
    return reply


def replaces(turns: Iterable[Turn]) -> bool:
    """Return whether the answer says nothing of the request: the script gave its status."""
    return any(turn.status for turn in turns)


def _changed(turn: Turn, reply: Reply, now: datetime) -> Reply:
    status = turn.status or reply.status
    # A status of the script stands for another server's answer, which has none of the API's
    # headers.
    own = {} if turn.status else dict.fromkeys(name for name, _ in reply.headers)
    headers = tuple((name, _dated(value, now)) for name, value in turn.headers)
    replaced = {name for name, _ in headers}
    kept = tuple(pair for pair in reply.headers if pair[0] in own and pair[0] not in replaced)
    body = reply.body if turn.body is None and not turn.status else (turn.body or b"")
    # Members that are only replaced must not come into being by it.
    changed = {**_there(body, turn.replace), **turn.members} if turn.replace else turn.members
    if changed:
        body = _with_members(body, changed)
    return Reply(status, (*kept, *headers), body)


def _there(body: bytes, wanted: Mapping[str, Json]) -> Mapping[str, Json]:
    value = json_or_null(body)
    return {at: each for at, each in wanted.items() if lookup(value, at) is not MISSING}


def _dated(value: str, now: datetime) -> str:
    later = _LATER.fullmatch(value)
    if later is None:
        return value
    # GMT, as HTTP dates are written (RFC 9110, 5.6.7).
    return format_datetime(now + timedelta(seconds=int(later[1])), usegmt=True)


def _with_members(body: bytes, members: Mapping[str, Json]) -> bytes:
    value = json_or_null(body)
    for pointer, replacement in members.items():
        # Each pointer on its own, so that a later one may change what an earlier one has put there.
        value = _replaced(value, [unescape(each) for each in pointer.split("/")[1:]], replacement)
    return json.dumps(value, separators=(",", ":")).encode()


def fresh(scenario: Scenario) -> Scenario:
    """Return a scenario whose scripted answers hold new values in place of `$uuid`, one for each.

    A value of an answer that cannot be guessed comes back only from who has read it.
    """
    # A function and not a value: one call would give all of them the same.
    turns = tuple(
        replace(turn, body=turn.body and _UUID.sub(lambda _: str(uuid.uuid4()).encode(), turn.body))
        for turn in scenario.script
    )
    return replace(scenario, script=turns)


def located(reply: Reply, elsewhere: str) -> Reply:
    """Return an answer whose `$elsewhere` is an address under another host name."""
    headers = tuple((n, v.replace("$elsewhere", elsewhere)) for n, v in reply.headers)
    return Reply(reply.status, headers, reply.body)


def _replaced(value: Json, path: list[str], replacement: Json) -> Json:
    if not path:
        # The path grows shorter with each step, so that it ends at a value or at nothing.
        return replacement
    head, rest = path[0], path[1:]
    if isinstance(value, list) and head.isdigit() and int(head) < len(value):
        # Copied on the way down: the answer of the API stays as it was.
        changed = list(value)
        changed[int(head)] = _replaced(changed[int(head)], rest, replacement)
        return changed
    if isinstance(value, Mapping):
        return {**value, head: _replaced(value.get(head), rest, replacement)}
    return value
