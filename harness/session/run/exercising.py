"""Follow a run and say in the end which constraints of its documents were exercised."""

from collections.abc import Iterable, Iterator, Sequence

from harness.client.multipart import MalformedMultipart, parse
from harness.events import ConstraintsExercised, DocumentUsed, Event
from harness.exchange import Request
from harness.openapi.exercised import Exercise
from harness.openapi.model import Api
from harness.openapi.sent_values import Form


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
        for event in earlier:
            self.note(event)

    def note(self, event: Event) -> None:
        """Take an event into account."""
        for each in self._exercises:
            each.note(event)

    def told(self) -> Iterator[ConstraintsExercised]:
        """Yield what the record is to hold."""
        for exercise in self._exercises:
            yield from (each for each in exercise.told() if each.operation in self._tested)


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
