"""Write the calls of a session to its record, redacted on both sides, and keep the last of them for the page."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Mapping

from harness.client.redaction import Redactor
from harness.exchange import Exchange
from harness.judge.calls import Call, exchange_of
from harness.judge.privacy import Given, private
from harness.session.run.journal import Journal

MOST_WAITING = 200
"""Events that a slow page may lag behind; then it is asked to read everything anew."""
MOST_WATCHING = 20
_HEARTBEAT_SECONDS = 15.0
_BEHIND = "event: change\ndata: {}\n\n"


class Hub:
    """Those who watch one session; each has a bounded queue of its own."""

    def __init__(self) -> None:
        self._queues: list[asyncio.Queue[str]] = []

    @property
    def watching(self) -> int:
        return len(self._queues)

    def publish(self, event: str, data: Mapping[str, object]) -> None:
        """Send an event to everybody who watches."""
        line = f"event: {event}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"
        for queue in self._queues:
            # A page that lags behind gets one event in place of all, upon which it reads
            # everything.
            if queue.qsize() >= MOST_WAITING:
                while not queue.empty():
                    queue.get_nowait()
                line = _BEHIND
            queue.put_nowait(line)

    async def events(self) -> AsyncIterator[str]:
        """Yield events as they come (HTML, server-sent events), with a comment now and then."""
        queue: asyncio.Queue[str] = asyncio.Queue()
        # The oldest makes way: a page that was closed may not be noticed yet.
        if len(self._queues) >= MOST_WATCHING:
            self._queues.pop(0)
        self._queues.append(queue)
        try:
            # A first event at once, so that a page that comes back reads what it has missed.
            yield "retry: 1000\nevent: change\ndata: {}\n\n"
            while queue in self._queues:
                try:
                    yield await asyncio.wait_for(queue.get(), _HEARTBEAT_SECONDS)
                except TimeoutError:
                    # A comment, so that no proxy ends a connection for its silence.
                    yield ": still here\n\n"
        finally:
            if queue in self._queues:
                self._queues.remove(queue)


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
        number = self._journal.next_exchange()
        exchange = exchange_of(private(call, self._redactor, known), "", number=number, case=case)
        exchange = self._redactor.exchange(exchange)
        self._journal.exchange(exchange)
        self.shown.append((exchange, counts))
        self._hub.publish("call", {"id": exchange.id})
        return exchange.id
