"""Hand every event of a run to the record and to whoever watches, and count requests by case."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from threading import Lock

from harness.events import Event, ExchangeDone
from harness.exchange import Exchange
from harness.record import RecordWriter

Listen = Callable[[Event], None]


class Journal:
    """The one place through which events pass; without a writer nothing reaches the disk."""

    def __init__(
        self, writer: RecordWriter | None, listen: Listen, *, first_exchange: int = 1
    ) -> None:
        self.first_exchange = first_exchange
        self._writer = writer
        self._listen = listen
        self._lock = Lock()
        self.counts: Counter[str] = Counter()
        self._watch: Listen = _watch_nothing

    def write(self, event: Event) -> None:
        if self._writer is not None:
            self._writer.write(event)
        with self._lock:
            self._watch(event)
            self._listen(event)

    def watch(self, listen: Listen) -> None:
        """Let another one hear of every event from now on."""
        self._watch = listen

    def reopen(self, writer: RecordWriter) -> None:
        """Go on with another writer of the same record, where the first had to be closed."""
        self._writer = writer

    def begin(self, event: Event) -> None:
        """Write what a run is, once that is known, in the place of what was known at first."""
        if self._writer is not None:
            self._writer.begin(event)
        with self._lock:
            self._listen(event)

    def note(self, exchanges: Iterable[Exchange]) -> None:
        """Record exchanges that came before the run could be begun, under ids of this record."""
        for exchange in exchanges:
            self.exchange(replace(exchange, id=self.first_exchange))
            self.first_exchange += 1

    def next_exchange(self) -> int:
        """Return an id for an exchange that nobody else gets."""
        with self._lock:
            number = self.first_exchange
            self.first_exchange += 1
            return number

    def exchange(self, exchange: Exchange) -> None:
        """Record an exchange that was already redacted."""
        with self._lock:
            self.counts[exchange.case] += 1
        self.write(ExchangeDone(exchange))


def _watch_nothing(_: Event) -> None:
    return
