"""Compare the schemas of two documents place by place, each pair of shared schemas once."""

from dataclasses import dataclass, field
from enum import Enum, auto

from harness.jsonvalue import Json, compact, text, unescape
from harness.openapi.change import Change, Direction, Level, Shift
from harness.openapi.changes.spots import SchemaView
from harness.openapi.containment.atoms import Node
from harness.openapi.containment.build import Builder
from harness.openapi.containment.facts import Answer, Found, Missing
from harness.openapi.containment.graph import Graph
from harness.openapi.containment.inplace import target
from harness.openapi.containment.sameness import Sameness
from harness.openapi.containment.solver import Solver

# Characters of an example in a report.
LONGEST_EXAMPLE = 120

_NAMED = frozenset({"pattern", "format", "contentEncoding", "contentMediaType"})
"""Rules for texts, of which some cannot be compared but by their names."""


class Certainty(Enum):
    """What is known of the whole around a place before the place itself is compared."""

    OPEN = auto()
    SAFE = auto()
    """Nothing in it breaks anybody."""
    LOCAL = auto()
    """Nothing in it breaks anybody, but for what it refers to."""
    EQUAL = auto()
    """Both documents allow the same values, however they say it."""


@dataclass(slots=True, eq=False)
class Unit:
    """A place of an operation, or a pair of shared schemas, with the changes found in it."""

    operation: str
    path: str
    changes: dict[tuple[str, str, str], Change] = field(default_factory=dict)
    inner: dict["Unit", None] = field(default_factory=dict)
    """The shared schemas that it leads to."""
    seen: set[tuple[object, ...]] = field(default_factory=set)

    def add(self, change: Change) -> None:
        """Keep a change; of two that differ in level alone the heavier one."""
        place = (change.id, change.path, change.text)
        # The same place can be met with more and with less certainty.
        known = self.changes.get(place)
        if known is None or list(Level).index(change.level) < list(Level).index(known.level):
            self.changes[place] = change


@dataclass(frozen=True, slots=True)
class Answers:
    """Whether the old document allows what the new one refuses, and the reverse."""

    narrowed: Answer
    widened: Answer

    @property
    def is_same(self) -> bool:
        return self.narrowed is Missing.NONE and self.widened is Missing.NONE

    @property
    def shift(self) -> Shift:
        if self.widened is Missing.NONE:
            return Shift.NARROWED
        return Shift.WIDENED if self.narrowed is Missing.NONE else Shift.CHANGED


SURE = Found(None, is_certain=False)
"""A difference that is certain but has no value to show."""


@dataclass(slots=True)
class Comparison:
    """Everything that comparing two documents in one direction needs, and the pairs still to be compared."""

    direction: Direction
    old: Builder
    new: Builder
    sameness: Sameness
    solver: Solver
    local: Solver
    """Takes references of one place for the same: what differs behind them is reported there."""
    units: dict[tuple[str, str, Certainty], Unit] = field(default_factory=dict)
    waiting: list[tuple[Unit, SchemaView, SchemaView, Certainty]] = field(default_factory=list)

    @property
    def graph(self) -> Graph:
        return self.solver.graph

    def forward(self, old: Node, new: Node) -> tuple[Answer, Certainty]:
        """Return what its writer may send and its reader need not expect, and how certain it is.

        Where the search is too long, only what is around references is compared.
        """
        # Callers stay as they are: they write requests and read answers by the old document.
        kept, broken = (old, new) if self.direction is Direction.REQUEST else (new, old)
        answer = self.solver.find(kept=[kept], broken=[broken])
        if answer is not Missing.UNDECIDED:
            return answer, Certainty.SAFE if answer is Missing.NONE else Certainty.OPEN
        # Too long for the whole: references are then taken for equal, and compared apart.
        answer = self.local.find(kept=[kept], broken=[broken])
        return answer, Certainty.LOCAL if answer is Missing.NONE else Certainty.OPEN

    def backward(self, old: Node, new: Node) -> Answer:
        """Return what its reader expected and its writer may not send."""
        kept, broken = (new, old) if self.direction is Direction.REQUEST else (old, new)
        return self.solver.find(kept=[kept], broken=[broken])

    def is_same(self, old: SchemaView, new: SchemaView) -> bool:
        if len(old.schemas) != len(new.schemas):
            return False
        pairs = zip(old.schemas, new.schemas, strict=True)
        return all(self.sameness.same(one, other) for one, other in pairs)

    def shared(self, unit: Unit, old: SchemaView, new: SchemaView, known: Certainty) -> bool:
        """Leave a pair of references to a unit of its own; return whether it is one."""
        # With something beside the reference, this place is no shared schema alone.
        if not (old.reference and new.reference):
            return False
        before = target(self.old.root, old.schemas[0])
        after = target(self.new.root, new.schemas[0])
        if before is None or after is None:
            return False
        # Nothing is known of what lies behind references, which is where this one leads.
        known = Certainty.OPEN if known is Certainty.LOCAL else known
        key = (before[1], after[1], known)
        # Entered before it is compared: schemas refer to themselves, and this ends the circle.
        if key not in self.units:
            names = dict.fromkeys((_name(old.reference), _name(new.reference)))
            self.units[key] = Unit("", f"schema {' -> '.join(names)}")
            inner_old, inner_new = (
                SchemaView(self.old, (before[0],)),
                SchemaView(self.new, (after[0],)),
            )
            self.waiting.append((self.units[key], inner_old, inner_new, known))
        unit.inner[self.units[key]] = None
        return True

    def report(self, unit: Unit, path: str, what: tuple[str, str], answers: Answers) -> None:
        """Add a change of a keyword, unless nothing changed by it."""
        if not answers.is_same:
            keyword, text_ = what
            name = f"{self.direction}-{kebab(keyword)}-{answers.shift}"
            losing, gaining = answers.narrowed, answers.widened
            # A request loses by a narrower schema, an answer by a wider one.
            if self.direction is Direction.RESPONSE:
                losing, gaining = gaining, losing
            self.add(unit, path, (name, text_), judged(self.direction, keyword, losing, gaining))

    def add(
        self, unit: Unit, path: str, what: tuple[str, str], why: tuple[Level, str, str]
    ) -> None:
        name, text_ = what
        level, reason, example = why
        where = f"{unit.path} {path}".strip() if path else unit.path
        unit.add(Change(name, unit.operation, where, text_, level, reason, (), example))


def comparison(
    direction: Direction, old: Json, new: Json, sameness: Sameness, solver: Solver
) -> Comparison:
    """Prepare to compare what travels in one direction."""
    before = Builder(solver.graph, old, "old", direction, sameness.shared)
    after = Builder(solver.graph, new, "new", direction, sameness.shared)
    local = Solver(solver.graph, solver.texts, trusts_references=True)
    return Comparison(direction, before, after, sameness, solver, local)


def judged(
    direction: Direction, keyword: str, losing: Answer, gaining: Answer
) -> tuple[Level, str, str]:
    """Return level, reason and example for what a writer may send that a reader need not expect."""
    is_request = direction is Direction.REQUEST
    if isinstance(losing, Found):
        if is_request:
            reason = "A request that was valid can be refused."
        else:
            reason = "An answer can hold what its readers were told not to expect."
        return Level.BREAKING, reason, example_of(losing)
    # An exchanged pattern or format rarely allows more: without proof it counts as breaking.
    if losing is Missing.UNDECIDED:
        if keyword in _NAMED:
            reason = "Nothing shows that the new rule allows all that the old one did."
            if not is_request:
                reason = "Nothing shows that the old rule allows all that the new one does."
            return Level.BREAKING, reason, ""
        return Level.WARNING, "Whether what was valid stays valid could not be decided.", ""
    if is_request:
        return Level.HARMLESS, "Every request that was valid stays valid.", example_of(gaining)
    return Level.HARMLESS, "Every answer is one that was valid before.", example_of(gaining)


def example_of(answer: Answer) -> str:
    """Return a value as JSON, clipped; nothing where it does not show the difference."""
    # A value that rests on an unknown format would not convince anybody.
    if not isinstance(answer, Found) or not answer.is_certain:
        return ""
    shown = compact(answer.value)
    return shown if len(shown) <= LONGEST_EXAMPLE else f"{shown[:LONGEST_EXAMPLE]}…"


def kebab(keyword: str) -> str:
    """Write a keyword as a part of a rule's name."""
    return "".join(f"-{each.lower()}" if each.isupper() else each for each in keyword)


def _name(reference: str) -> str:
    return unescape(text(reference).rpartition("/")[2])
