"""Say which constraints of a document a run exercised: a value within accepted, one beyond judged.

A rule that no request ever broke was not tested, and neither was one that every request broke. Nothing
counts by accident. A value within counts where the whole request is valid and was accepted. A value
beyond counts where all that is wrong with the request is at that one place, and where it was refused, or
a check of the run judged what came instead.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from harness.events import CaseFinished, ConstraintsExercised, Event, ExchangeDone
from harness.exchange import Exchange, Request
from harness.jsonvalue import MISSING
from harness.openapi.constraint_tree import Constraint, Observed, Tree
from harness.openapi.dialect import as_2020_12
from harness.openapi.model import Api, Operation
from harness.openapi.sent_values import (
    ReadForm,
    is_readable,
    is_text_body,
    sent_body,
    sent_parameters,
)
from harness.outcome import Outcome, Status

NOT_ABOUT_A_VALUE = (401, 403, 407, 408, 425, 429)
"""Refusals for who asks, when, or how often: they say nothing of what was sent."""
_JUDGED = (Status.FAIL, Status.WARN)


class Side(StrEnum):
    """On which side of a constraint a value lies."""

    WITHIN = "within"
    BEYOND = "beyond"


Sides = Mapping[Constraint, frozenset[Side]]


class Exercise:
    """Gathers from the events of a run what its requests kept and broke of one document."""

    def __init__(self, api: Api, read_form: ReadForm) -> None:
        tree = Tree(as_2020_12(api.root))
        self._api = api.name
        self._observers = {each.label: _Observer(tree, each, read_form) for each in api.operations}
        self._open: dict[int, tuple[_Observer, frozenset[str]]] = {}
        """By exchange: what was beyond in requests that were not refused, until a check judges them."""

    def note(self, event: Event) -> None:
        """Take an event of the run into account."""
        match event:
            case ExchangeDone(exchange=exchange) if exchange.request.operation in self._observers:
                self._exchanged(self._observers[exchange.request.operation], exchange)
            case CaseFinished(outcome=outcome):
                self._judged(outcome)
            case _:
                pass

    def sides(self) -> Sides:
        """Return all constraints, each with the sides that were exercised."""
        return {
            Constraint(label, pointer): frozenset(sides)
            for label, observer in self._observers.items()
            for pointer, sides in observer.sides.items()
        }

    def told(self) -> tuple[ConstraintsExercised, ...]:
        """Return what the record is to hold, an event for each operation that has constraints."""
        return tuple(
            ConstraintsExercised(self._api, label, tuple(map(_line, observer.sides.items())))
            for label, observer in self._observers.items()
            if observer.sides
        )

    def _exchanged(self, observer: "_Observer", exchange: Exchange) -> None:
        status = exchange.response.status if exchange.response else 0
        if status in NOT_ABOUT_A_VALUE or not status:
            return
        seen = observer.observe(exchange.request)
        if not seen.broken:
            observer.add(seen.kept if status < 400 else (), Side.WITHIN)
        elif len(set(seen.broken.values())) == 1:
            if 400 <= status < 500:
                observer.add(seen.broken, Side.BEYOND)
            else:
                self._open[exchange.id] = (observer, frozenset(seen.broken))

    def _judged(self, outcome: Outcome) -> None:
        for check in outcome.checks:
            found = self._open.pop(check.exchange, None) if check.status in _JUDGED else None
            if found is not None:
                found[0].add(found[1], Side.BEYOND)


def _line(item: tuple[str, set[Side]]) -> tuple[str, str]:
    pointer, sides = item
    return pointer, "both" if len(sides) == len(Side) else next(iter(map(str, sides)), "")


def sides_of(word: str) -> frozenset[Side]:
    """Return the sides that a word of the record stands for."""
    return frozenset(Side) if word == "both" else frozenset({Side(word)} if word else ())


@dataclass(frozen=True, slots=True)
class _Observer:
    """Notes the sides for one operation."""

    tree: Tree
    operation: Operation
    read_form: ReadForm
    sides: dict[str, set[Side]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        tree, operation = self.tree, self.operation
        for parameter in operation.parameters:
            if not is_readable(tree, parameter):
                continue
            if parameter.required and parameter.location != "path":
                self.sides[f"{parameter.pointer}/required"] = set()
            if parameter.schema_pointer:
                self._list(parameter.schema_pointer, is_text=not parameter.media_type)
        if operation.body_required:
            self.sides[f"{operation.pointer}/requestBody/required"] = set()
        for media_type in operation.body:
            if media_type.schema_pointer:
                self._list(media_type.schema_pointer, is_text=is_text_body(media_type))

    def _list(self, pointer: str, *, is_text: bool) -> None:
        for each in self.tree.listed(pointer, is_text=is_text):
            self.sides.setdefault(each, set())

    def add(self, pointers: Iterable[str], side: Side) -> None:
        for pointer in pointers:
            if pointer in self.sides:
                self.sides[pointer].add(side)

    def observe(self, request: Request) -> Observed:
        """Return what a request keeps and breaks of the operation's constraints."""
        found = Observed()
        self._observe_parameters(request, found)
        if self.operation.body_required:
            pointer = f"{self.operation.pointer}/requestBody/required"
            found.note(pointer, "body", is_kept=bool(request.body))
        body = sent_body(self.tree, self.operation, request, self.read_form)
        if body is not None:
            media_type, value = body
            node = self.tree.node(media_type.schema_pointer, is_text=is_text_body(media_type))
            found.add(node.observe(value, "body"))
        return found

    def _observe_parameters(self, request: Request, found: Observed) -> None:
        values = sent_parameters(self.tree, self.operation, request)
        for parameter in self.operation.parameters:
            if not is_readable(self.tree, parameter):
                continue
            place = f"{parameter.location}/{parameter.name}"
            value = values.get((parameter.location, parameter.name), MISSING)
            if parameter.required and parameter.location != "path":
                pointer = f"{parameter.pointer}/required"
                found.note(pointer, place, is_kept=value is not MISSING)
            if value is not MISSING and parameter.schema_pointer:
                node = self.tree.node(parameter.schema_pointer, is_text=not parameter.media_type)
                found.add(node.observe(value, place))
