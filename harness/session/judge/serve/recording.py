"""Write the calls of a session to its record, redacted on both sides, and keep the last of them for the page."""

from collections import deque

from harness.client.redaction import Redactor
from harness.exchange import Exchange, Request, Response
from harness.judge.calls import Call
from harness.judge.privacy import Given, private
from harness.session.judge.serve.hub import Hub
from harness.session.run.journal import Journal

MOST_SHOWN = 50
"""Calls that the page shows; the record holds all."""


class CallRecorder:
    """The one way of a call to the disk and to the page."""

    def __init__(self, journal: Journal, redactor: Redactor, hub: Hub) -> None:
        self._journal = journal
        self._redactor = redactor
        self._hub = hub
        self.shown: deque[tuple[Exchange, bool]] = deque(maxlen=MOST_SHOWN)
        """What the page shows, redacted; with whether the call counts for the scenario."""

    def record(self, call: Call, case: str, known: Given, *, counts: bool) -> int:
        """Record a call and show it; return its id in the record."""
        seen = private(call, self._redactor, known)
        is_answered = bool(call.reply.status)
        spent = round(call.ended - call.at, 6)
        exchange = Exchange(
            id=self._journal.next_exchange(),
            request=Request(seen.method, f"/s/…{seen.target}", seen.headers, seen.body, seen.label),
            response=Response(call.reply.status, call.reply.headers, call.reply.body, spent)
            if is_answered
            else None,
            failure="" if is_answered else "the judge closed the connection, as the scenario says",
            case=case,
            started=call.started,
            duration_seconds=spent,
        )
        exchange = self._redactor.exchange(exchange)
        self._journal.exchange(exchange)
        self.shown.append((exchange, counts))
        self._hub.publish("call", {"id": exchange.id})
        return exchange.id
