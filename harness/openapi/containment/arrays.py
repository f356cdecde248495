"""Find an array that keeps some atoms and breaks others."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, islice, product

from harness.jsonvalue import Json
from harness.openapi.containment.atoms import (
    Atom,
    Contains,
    Enum,
    Kind,
    Node,
    Position,
    Rest,
    Unique,
    key,
)
from harness.openapi.containment.facts import Answer, Found, Literal, Missing
from harness.openapi.containment.graph import Graph
from harness.openapi.containment.objects import size_limits

# Bounds of one search: what is longer is left undecided, which a report says.
MAX_ITEMS = 100_000
MAX_UNIQUE = 50
MAX_LENGTHS = 200
MAX_TRIES = 300
MAX_SAME = 20

Solve = Callable[[frozenset[Literal]], Answer]
Slots = list[frozenset[Literal]]
Wanted = tuple[int, Literal | None, bool]


@dataclass(slots=True)
class ArraySearch:
    """A search for one array; its items are goals of their own."""

    graph: Graph
    solve: Solve
    kept: list[Atom]
    broken: list[Atom]

    def answer(self) -> Answer:
        low, high = size_limits(Kind.ARRAY, self.kept, self.broken)
        wanted = list(self._wanted())
        # An item that has to stand at a place makes the array at least that long.
        first = max([low, *(start + 1 for start, _, is_fixed in wanted if is_fixed)])
        # From here on all items are under the same rules, so room for the wanted ones is enough.
        last = max(first, self._first_alike()) + len(wanted)
        last = last if high is None else min(last, high)
        if high is not None and first > high:
            return Missing.NONE
        # With unique items each goal excludes all items before, and the work grows with the square.
        is_unique = any(isinstance(atom, Unique) for atom in self.kept)
        if first > (MAX_UNIQUE if is_unique else MAX_ITEMS):
            return Missing.UNDECIDED
        return self._searched(range(first, min(last, first + MAX_LENGTHS) + 1), wanted)

    def _searched(self, lengths: Iterable[int], wanted: list[Wanted]) -> Answer:
        """Return the first array of these lengths that can be filled, within MAX_TRIES."""
        is_sure = True
        # The shortest first: an example is read by people.
        assignments = (slots for length in lengths for slots in self._assigned(length, wanted))
        for number, slots in enumerate(assignments, start=1):
            if number > MAX_TRIES:
                return Missing.UNDECIDED
            answer = self._filled(slots)
            if isinstance(answer, Found):
                return answer
            is_sure = is_sure and answer is Missing.NONE
        return Missing.NONE if is_sure else Missing.UNDECIDED

    def _first_alike(self) -> int:
        """Return the position from which on all items are under the same rules."""
        ends = [0]
        for atom in (*self.kept, *self.broken):
            if isinstance(atom, Position):
                ends.append(atom.index + 1)
            elif isinstance(atom, Rest):
                ends.append(atom.start)
        return max(ends)

    def _wanted(self) -> Iterator[Wanted]:
        """Yield items that must exist: from where on, what they are, and whether just there."""
        for atom in self.broken:
            match atom:
                case Position(index, node):
                    yield index, (False, node), True
                case Rest(start, node):
                    yield start, (False, node), False
                case Unique():
                    # Breaking uniqueness takes two equal items, wherever they stand.
                    yield from ((0, None, False) for _ in range(2))
                case _:
                    pass
        for node, count in self._least().items():
            yield from ((0, (True, node), False) for _ in range(min(count, MAX_SAME)))

    def _least(self) -> dict[Node, int]:
        """Return what at least so many items must be."""
        counts: dict[Node, int] = {}
        for atoms, is_broken in ((self.kept, False), (self.broken, True)):
            for atom in atoms:
                # Breaking `minContains` is a most, breaking `maxContains` is a least.
                if isinstance(atom, Contains) and atom.is_upper is is_broken:
                    count = atom.count + is_broken
                    counts[atom.node] = max(count, counts.get(atom.node, 0))
        return counts

    def _most(self) -> list[tuple[Node, int]]:
        """Return what at most so many items may be."""
        found = [(a.node, a.count) for a in self.kept if isinstance(a, Contains) and a.is_upper]
        return found + [
            (atom.node, atom.count - 1)
            for atom in self.broken
            if isinstance(atom, Contains) and not atom.is_upper
        ]

    def _assigned(self, length: int, wanted: list[Wanted]) -> Iterator[Slots]:
        base = [frozenset(self._rules(index)) for index in range(length)]
        places = [
            # An item that has to stand beyond this length leaves no assignment.
            [start] if is_fixed and start < length else ([] if is_fixed else range(start, length))
            for start, _, is_fixed in wanted
        ]
        for spread in islice(product(*places), MAX_TRIES):
            if not self._is_spread(spread, wanted):
                continue
            slots = list(base)
            for at, (_, literal, _) in zip(spread, wanted, strict=True):
                slots[at] |= {literal} if literal is not None else set()
            free = [at for at, each in zip(spread, wanted, strict=True) if each[1] is None]
            # Two slots with one goal get one answer, and so equal values.
            if free:
                slots[free[0]] = slots[free[1]] = slots[free[0]] | slots[free[1]]
            yield from self._limited(slots)

    @staticmethod
    def _is_spread(spread: tuple[int, ...], wanted: list[Wanted]) -> bool:
        """Let items of which several are asked for stand apart, in order."""
        last: dict[Literal | None, int] = {}
        for at, (_, literal, _) in zip(spread, wanted, strict=True):
            if literal in last and at <= last[literal]:
                return False
            last[literal] = at
        return True

    def _limited(self, slots: Slots) -> Iterator[Slots]:
        """Choose which items may be what only some may be; all others must not be it."""
        most = self._most()
        if not most:
            yield slots
            return
        choices = []
        # Any items up to that number may be it; which ones matters, as their other rules differ.
        for _, count in most:
            sizes = range(min(max(count, -1), len(slots)) + 1) if count >= 0 else ()
            choices.append(
                [
                    combination
                    for size in sizes
                    for combination in combinations(range(len(slots)), size)
                ]
            )
        for chosen in islice(product(*choices), MAX_TRIES):
            limited = list(slots)
            for (node, _), allowed in zip(most, chosen, strict=True):
                for at in range(len(slots)):
                    if at not in allowed:
                        limited[at] |= {(False, node)}
            yield limited

    def _rules(self, index: int) -> Iterator[Literal]:
        for atom in self.kept:
            match atom:
                case Position(at, node) if at == index:
                    yield True, node
                case Rest(start, node) if index >= start:
                    yield True, node
                case _:
                    pass

    def _filled(self, slots: Slots) -> Answer:
        is_unique = any(isinstance(atom, Unique) for atom in self.kept)
        values: list[Json] = []
        is_certain, is_sure = True, True
        for slot in slots:
            # An item differs from those before it if it is none of their values.
            goal = slot | {(False, self.graph.values(values))} if is_unique and values else slot
            found = self.solve(goal)
            if isinstance(found, Found):
                values.append(found.value)
                is_certain = is_certain and found.is_certain
            elif found is Missing.UNDECIDED:
                is_sure = False
            else:  # other earlier items might have left one for this
                alike = not is_unique or goal is slot or len(set(slots)) == 1
                return Missing.NONE if alike else Missing.UNDECIDED
        # An excluded value needs another array; only one is tried for each assignment.
        excluded = [atom for atom in self.broken if isinstance(atom, Enum)]
        if not is_sure or any(key(values) in atom.keys for atom in excluded):
            return Missing.UNDECIDED
        return Found(values, is_certain)
