"""Hand every event of a run to the record and to whoever watches, and count requests by case."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from threading import Lock

from harness.client.multipart import MalformedMultipart, parse
from harness.events import ConstraintsExercised, DocumentUsed, Event, ExchangeDone
from harness.exchange import Exchange, Request
from harness.openapi.exercised import Exercise, Form
from harness.openapi.model import Api
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
        # Without a writer events are only listened to, as in a proof or under load.
        if self._writer is not None:
            self._writer.write(event)
        # One event at a time, for whoever listens is not made for threads.
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
        # Counted before it is written, so that whoever hears of it finds it counted.
        with self._lock:
            self.counts[exchange.case] += 1
        self.write(ExchangeDone(exchange))


def _watch_nothing(_: Event) -> None:
    return


class Exercising:
    """Hears the events of a run; before its documents are known there is nothing to follow."""

    def __init__(self) -> None:
        self._exercises: tuple[Exercise, ...] = ()
        self._tested: frozenset[str] = frozenset()

    def begin(
        self, apis: Sequence[Api], used: Iterable[DocumentUsed], earlier: Iterable[Event] = ()
    ) -> None:
        """Follow the operations under test; `earlier` is what the run did before it was cut off."""
        self._exercises = tuple(Exercise(api, form_of) for api in apis)
        self._tested = frozenset(label for each in used for label in each.operations)
        # A run that goes on has exercised what its earlier sitting did.
        for event in earlier:
            self.note(event)

    def note(self, event: Event) -> None:
        """Take an event into account."""
        for each in self._exercises:
            each.note(event)

    def exercised(self) -> Iterator[ConstraintsExercised]:
        """Yield what the record is to hold."""
        for exercise in self._exercises:
            yield from (each for each in exercise.as_events() if each.operation in self._tested)


def form_of(request: Request) -> Form | None:
    """Take a multipart body apart; None where it cannot be read."""
    kind = next((value for name, value in request.headers if name.lower() == "content-type"), "")
    try:
        return [(part.name, _text(part.content)) for part in parse(request.body, kind)]
    except MalformedMultipart:
        return None


def _text(content: bytes) -> str | None:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None
