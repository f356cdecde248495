"""Find an object that keeps some atoms and breaks others."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, combinations, islice

from harness.jsonvalue import Json
from harness.openapi.containment.atoms import (
    Atom,
    Enum,
    Further,
    Kind,
    Matching,
    Member,
    Names,
    Node,
    Pattern,
    Required,
    Size,
    Types,
    key,
)
from harness.openapi.containment.evaluate import Evaluation, is_further, is_match
from harness.openapi.containment.facts import Answer, Found, Literal, Missing
from harness.openapi.containment.graph import Graph

MAX_NAMES = 40
"""How many members are made up at most where a schema asks for a number of them."""

Solve = Callable[[frozenset[Literal]], Answer]


@dataclass(slots=True)
class ObjectSearch:
    """A search for one object; the values of its members are goals of their own."""

    graph: Graph
    solve: Solve
    kept: list[Atom]
    broken: list[Atom]
    is_sure: bool = True
    absent: frozenset[str] = frozenset()
    _members: dict[str, tuple[Literal, ...]] = field(default_factory=dict)
    _named: dict[str, list[Node]] = field(default_factory=dict)
    _general: list[Atom] = field(default_factory=list)

    def __post_init__(self) -> None:
        for atom in self.kept:
            if isinstance(atom, Member):
                self._named.setdefault(atom.name, []).append(atom.node)
            elif isinstance(atom, Matching | Further | Names):
                self._general.append(atom)

    def answer(self, absent: frozenset[str]) -> Answer:
        # Breaking `required` is to leave the member out.
        missing = {atom.name for atom in self.broken if isinstance(atom, Required)}
        self.absent = absent | missing
        needed = {atom.name: () for atom in self.kept if isinstance(atom, Required)}
        present: dict[str, tuple[Literal, ...]] = dict(needed)
        wanted = []
        for atom in self.broken:
            # Breaking a member's schema needs the member, with a value that breaks it.
            if isinstance(atom, Member):
                present[atom.name] = (*present.get(atom.name, ()), (False, atom.node))
            elif isinstance(atom, Matching | Further | Names):
                wanted.append(atom)
        # A member cannot be there and missing.
        if self.absent & present.keys():
            return Missing.NONE
        return self._placed(present, wanted)

    def _placed(
        self, present: dict[str, tuple[Literal, ...]], wanted: list[Matching | Further | Names]
    ) -> Answer:
        """Assign each broken rule a member that breaks it."""
        if not wanted:
            return self._filled(present)
        # One rule is placed in each call, so the recursion is as deep as there are rules.
        rule, *later = wanted
        undecided = False
        for name in self._breaking_names(rule, present):
            extra: tuple[Literal, ...] = () if isinstance(rule, Names) else ((False, rule.node),)
            trial = {**present, name: (*present.get(name, ()), *extra)}
            answer = self._placed(trial, later)
            if isinstance(answer, Found):
                return answer
            undecided = undecided or answer is Missing.UNDECIDED
        return Missing.UNDECIDED if undecided or not self.is_sure else Missing.NONE

    def _breaking_names(
        self, rule: Matching | Further | Names, present: Iterable[str]
    ) -> Iterator[str]:
        # Names that a schema mentions come first: they make an example that can be read.
        known = dict.fromkeys((*present, *self._known_names()))
        for name in known:
            if name not in self.absent and self._is_subject(rule, name):
                yield name
        for name in self._new_names(rule, set(known)):
            if self._is_subject(rule, name):
                yield name

    def _is_subject(self, rule: Matching | Further | Names, name: str) -> bool:
        match rule:
            case Matching(pattern):
                return is_match(pattern, name)
            case Further():
                return is_further(rule, name)
            case Names(node):
                # Names are judged as the reader does, who is the one to refuse them.
                return not Evaluation(self.graph, is_writer=False).holds(node, name)

    def _known_names(self) -> list[str]:
        names: dict[str, None] = {}
        for atom in chain(self.kept, self.broken):
            if isinstance(atom, Member | Required):
                names[atom.name] = None
            elif isinstance(atom, Further):
                names.update(dict.fromkeys(sorted(atom.names)))
        return list(names)

    def _new_names(self, rule: Matching | Further | Names | None, taken: set[str]) -> Iterator[str]:
        """Yield names that no schema lists, one for each way in which patterns can meet them."""
        patterns = self._patterns()
        # At most three patterns are combined; with more of them nothing is proved.
        if len(patterns) > 3:
            self.is_sure = False
        for chosen in chain.from_iterable(
            combinations(patterns, count) for count in range(min(len(patterns), 3) + 1)
        ):
            literals: list[Literal] = [
                (True, Types(frozenset({Kind.STRING}))),
                (False, self.graph.values(sorted(taken | self.absent))),
                *((pattern in chosen, Pattern(pattern)) for pattern in patterns),
                *((True, atom.node) for atom in self.kept if isinstance(atom, Names)),
            ]
            # None of the names in use, and exactly the chosen patterns matched.
            last: Literal = (True, Size(Kind.STRING, 1, is_upper=False))  # easier to read than ""
            if isinstance(rule, Names):
                last = (False, rule.node)
            found = self.solve(frozenset((*literals, last)))
            if isinstance(found, Found):
                yield str(found.value)
            elif found is Missing.UNDECIDED:
                self.is_sure = False

    def _patterns(self) -> list[str]:
        found: dict[str, None] = {}
        for atom in chain(self.kept, self.broken):
            if isinstance(atom, Matching):
                found[atom.pattern] = None
            elif isinstance(atom, Further):
                found.update(dict.fromkeys(sorted(atom.patterns)))
        return list(found)

    def _goal(self, name: str) -> tuple[Literal, ...]:
        """Return what the value of a member must keep."""
        if name not in self._members:
            self._members[name] = tuple((True, node) for node in self._rules(name))
        return self._members[name]

    def _rules(self, name: str) -> Iterator[Node]:
        yield from self._named.get(name, ())
        for atom in self._general:
            match atom:
                case Matching(pattern, node) if is_match(pattern, name):
                    yield node
                case Further(_, _, node) if is_further(atom, name):
                    yield node
                # A name that is not allowed makes every value wrong.
                case Names(node):
                    if not Evaluation(self.graph).holds(node, name):
                        yield self.graph.nothing
                case _:
                    pass

    def _filled(self, present: dict[str, tuple[Literal, ...]]) -> Answer:
        value: dict[str, Json] = {}
        is_sure, is_certain = True, True
        for name, extra in present.items():
            found = self.solve(frozenset((*self._goal(name), *extra)))
            # A member that has to be there and can have no value.
            if found is Missing.NONE:
                return Missing.NONE
            if isinstance(found, Found):
                value[name] = found.value
                is_certain = is_certain and found.is_certain
            else:
                is_sure = False
        if not is_sure:
            return Missing.UNDECIDED
        return self._sized(value, is_certain=is_certain)

    def _sized(self, value: dict[str, Json], *, is_certain: bool) -> Answer:
        low, high = size_limits(Kind.OBJECT, self.kept, self.broken)
        if high is not None and len(value) > high:
            return Missing.NONE
        if high is not None and low > high:
            return Missing.NONE
        # Members are added until there are enough of them.
        for name in self._optional_names(value, low):
            if len(value) >= low:
                break
            found = self.solve(frozenset(self._goal(name)))
            if isinstance(found, Found):
                value[name] = found.value
            elif found is Missing.UNDECIDED:
                self.is_sure = False
        if len(value) < low:
            # Proved only if every name was tried and MAX_NAMES cut none of them off.
            return Missing.NONE if self.is_sure and low <= MAX_NAMES else Missing.UNDECIDED
        return self._varied(value, is_certain=is_certain)

    def _varied(self, value: dict[str, Json], *, is_certain: bool) -> Answer:
        """Return the object, or another one where it is among those that are excluded."""
        excluded = [atom for atom in self.broken if isinstance(atom, Enum)]
        # The object may be one of the values to avoid; one member more makes it another.
        if not any(key(value) in atom.keys for atom in excluded):
            return Found(value, is_certain)
        for name in self._optional_names(value, len(value) + 2):
            found = self.solve(frozenset(self._goal(name)))
            more = {**value, name: found.value} if isinstance(found, Found) else value
            if not any(key(more) in atom.keys for atom in excluded):
                return Found(more, is_certain)
        return Missing.UNDECIDED

    def _optional_names(self, value: dict[str, Json], low: int) -> Iterator[str]:
        for name in self._known_names():
            if name not in value and name not in self.absent:
                yield name
        taken = {*value, *self._known_names()}
        for _ in range(min(low, MAX_NAMES)):
            # A few of each kind; a schema that asks for many gets them in several rounds.
            fresh = list(islice(self._new_names(None, taken), 4))
            yield from (name for name in fresh if name not in value)
            taken.update(fresh)


def size_limits(kind: Kind, kept: Iterable[Atom], broken: Iterable[Atom]) -> tuple[int, int | None]:
    """Return the least and the greatest size that atoms leave."""
    low, high = 0, None
    for atoms, is_broken in ((kept, False), (broken, True)):
        for atom in atoms:
            if not isinstance(atom, Size) or atom.kind is not kind:
                continue
            # Breaking an upper limit is a lower one, just beyond it.
            if atom.is_upper is not is_broken:
                limit = atom.limit - is_broken
                high = limit if high is None else min(high, limit)
            else:
                low = max(low, atom.limit + is_broken)
    return low, high
