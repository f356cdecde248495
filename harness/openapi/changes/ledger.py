"""Collect changes, and find out which operations each of them touches."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from harness.jsonvalue import Json
from harness.openapi.change import LEVELS, Change, Direction, Level
from harness.openapi.changes.comparison import Certainty, Comparison, Unit, comparison
from harness.openapi.changes.schemas import compare
from harness.openapi.changes.spots import SchemaView
from harness.openapi.containment.atoms import Kind, Types
from harness.openapi.containment.facts import Missing
from harness.openapi.containment.graph import Graph
from harness.openapi.containment.sameness import Sameness
from harness.openapi.containment.solver import Solver


@dataclass(slots=True)
class Ledger:
    """All changes between two documents."""

    old: Json
    new: Json
    changes: list[Change] = field(default_factory=list)
    places: list[Unit] = field(default_factory=list)
    """Places of operations whose schemas were compared."""
    _comparisons: dict[Direction, Comparison] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Shared by both directions, so that what one has found out serves the other.
        sameness, solver = Sameness(self.old, self.new), Solver(Graph())
        for direction in Direction:
            self._comparisons[direction] = comparison(
                direction, self.old, self.new, sameness, solver
            )

    def comparison(self, direction: Direction) -> Comparison:
        return self._comparisons[direction]

    def note(self, name: str, where: tuple[str, str], text: str, level: Level, reason: str) -> None:
        """Add a change of an operation itself."""
        operation, path = where
        listed = (operation,) if operation else ()
        self.changes.append(Change(name, operation, path, text, level, reason, listed))

    def schemas(
        self,
        direction: Direction,
        where: tuple[str, str],
        old: Json,
        new: Json,
        *,
        is_safe: bool = False,
    ) -> None:
        """Compare two schemas that describe what travels at a place; None allows anything."""
        unit = Unit(*where)
        self.places.append(unit)
        each = self._comparisons[direction]
        # Where there is no schema, anything is allowed, as by `true`.
        before, after = self.views(direction, old, new)
        compare(each, unit, before, after, known=Certainty.SAFE if is_safe else Certainty.OPEN)

    def views(self, direction: Direction, old: Json, new: Json) -> tuple[SchemaView, SchemaView]:
        each = self._comparisons[direction]
        before, after = (True if schema is None else schema for schema in (old, new))
        return SchemaView(each.old, (before,)), SchemaView(each.new, (after,))

    def kinds(
        self, direction: Direction, schemas: tuple[Json, Json], name: str = ""
    ) -> frozenset[Kind]:
        """Return what kinds a value, or a member of it that both documents know, can have."""
        old, new = self.views(direction, *schemas)
        if name:
            # A member that one document does not know is added or removed, and not changed.
            if name not in old.names or name not in new.names:
                return frozenset()
            old, new = old.member(name), new.member(name)
        find = self._comparisons[direction].solver.find
        kinds = (frozenset({kind}) for kind in Kind)
        # A kind counts as long as its absence is not proven.
        found = (k for k in kinds if find(kept=[old.node, Types(k)], broken=[]) is not Missing.NONE)
        return frozenset().union(*found)

    def all(self) -> tuple[Change, ...]:
        """Return every change once, the heaviest and the most far-reaching first."""
        merged: dict[tuple[str, str, str, str], Change] = {}
        for change in (*self.changes, *self._of_schemas()):
            # Several operations can share a place; its change is one.
            key = (change.id, change.operation, change.path, change.text)
            known = merged.get(key)
            merged[key] = change if known is None else _joined(known, change)
        return tuple(sorted(merged.values(), key=_weight))

    def _of_schemas(self) -> Iterator[Change]:
        # A change of a shared schema touches every operation that leads to it.
        touched: dict[Unit, dict[str, None]] = {}
        for place in self.places:
            for unit in _reached(place):
                touched.setdefault(unit, {})[place.operation] = None
        for unit, operations in touched.items():
            for change in unit.changes.values():
                yield replace(change, operations=tuple(operations))


def _reached(place: Unit) -> list[Unit]:
    waiting, seen = [place], {place}
    # Each unit is taken once, since shared schemas lead back to themselves.
    for unit in waiting:  # grows meanwhile
        fresh = [candidate for candidate in unit.inner if candidate not in seen]
        seen.update(fresh)
        waiting.extend(fresh)
    return waiting


def _joined(one: Change, other: Change) -> Change:
    heavier, lighter = sorted((one, other), key=lambda change: LEVELS.index(change.level))
    operations = tuple(dict.fromkeys((*heavier.operations, *lighter.operations)))
    return replace(heavier, operations=operations)


# What is gone altogether comes before what changed.
_FIRST = ("operation-removed", "path-prefix-changed", "webhook-removed", "callback-removed")


def _weight(change: Change) -> tuple[int, int, int]:
    rank = _FIRST.index(change.id) if change.id in _FIRST else len(_FIRST)
    return LEVELS.index(change.level), rank, -len(change.operations)
