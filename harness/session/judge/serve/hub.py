"""Pass on what happens in a session to every page that watches it, without waiting for any of them."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping

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
            if queue.qsize() >= MOST_WAITING:
                while not queue.empty():
                    queue.get_nowait()
                line = _BEHIND
            queue.put_nowait(line)

    async def events(self) -> AsyncIterator[str]:
        """Yield events as they come (HTML, server-sent events), with a comment now and then."""
        queue: asyncio.Queue[str] = asyncio.Queue()
        if len(self._queues) >= MOST_WATCHING:
            self._queues.pop(0)
        self._queues.append(queue)
        try:
            yield "retry: 1000\nevent: change\ndata: {}\n\n"
            while queue in self._queues:
                try:
                    yield await asyncio.wait_for(queue.get(), _HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield ": still here\n\n"
        finally:
            if queue in self._queues:
                self._queues.remove(queue)
