"""Sort what a value must keep and break into facts about its kinds, and say what a search can come to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TypeAlias

from harness.jsonvalue import Json
from harness.openapi.containment.atoms import (
    ALL_KINDS,
    NUMBERS,
    AnyOf,
    Atom,
    Contains,
    Dependent,
    Format,
    Further,
    Hidden,
    If,
    Kind,
    Least,
    Matching,
    Member,
    Most,
    Multiple,
    Names,
    Node,
    Not,
    OneOf,
    Pattern,
    Position,
    Ref,
    Required,
    Rest,
    Size,
    Types,
    Unique,
)
from harness.openapi.containment.graph import Graph

Literal: TypeAlias = tuple[bool, Atom | Node]
"""Something to keep (True) or to break."""

Choice: TypeAlias = tuple[tuple[Literal, ...], ...]
"""Alternatives, one of which must hold as a whole."""

_KINDS: dict[type, frozenset[Kind]] = {
    **dict.fromkeys((Least, Most, Multiple), NUMBERS),
    **dict.fromkeys((Pattern, Format), frozenset({Kind.STRING})),
    **dict.fromkeys((Position, Rest, Contains, Unique), frozenset({Kind.ARRAY})),
    **dict.fromkeys(
        (Member, Hidden, Matching, Further, Required, Names, Dependent), frozenset({Kind.OBJECT})
    ),
}


def kinds_of(atom: Atom) -> frozenset[Kind]:
    """Return the kinds of values that an atom speaks of; every other value keeps it."""
    if isinstance(atom, Size):
        return frozenset({atom.kind})
    return _KINDS.get(type(atom), ALL_KINDS)


@dataclass(slots=True)
class Facts:
    """What is settled about a value, and what is open."""

    graph: Graph
    kept: dict[Atom, None] = field(default_factory=dict)
    broken: dict[Atom, None] = field(default_factory=dict)
    choices: list[Choice] = field(default_factory=list)
    kinds: frozenset[Kind] = ALL_KINDS
    seen: set[Literal] = field(default_factory=set)
    is_exact: bool = True
    """Not where something is broken whose exact meaning depends on branches."""
    trusts_references: bool = False
    """Whether what one document refers to is taken to allow the same as its namesake in the other."""

    def copy(self) -> "Facts":
        return Facts(
            self.graph,
            dict(self.kept),
            dict(self.broken),
            list(self.choices),
            self.kinds,
            set(self.seen),
            self.is_exact,
            self.trusts_references,
        )

    def contradicts(self, literal: Literal) -> bool:
        """Return whether the opposite is settled."""
        is_kept, thing = literal
        if (not is_kept, thing) in self.seen:
            return True
        # Only what stands around references counts: one place means the same in both documents.
        if not self.trusts_references or not isinstance(thing, Ref):
            return False
        other = {"old": "new", "new": "old"}.get(thing.side, "")
        return (not is_kept, Ref(thing.place, other)) in self.seen

    def add(self, literals: Iterable[Literal]) -> bool:
        """Take in literals and all that follows from them; return whether they can be true together."""
        # Each literal is taken once, and the nodes of a graph are finitely many, so this ends.
        waiting = list(literals)
        while waiting:
            literal = waiting.pop()
            if literal in self.seen:
                continue
            is_kept, thing = literal
            if self.contradicts(literal):
                return False
            self.seen.add(literal)
            onward = self._node(thing, is_kept=is_kept) if isinstance(thing, Node) else None
            if onward is None and not isinstance(thing, Node):
                onward = self._atom(thing, is_kept=is_kept)
            # Without a kind left, no value can be all of this.
            if onward is None or not self.kinds:
                return False
            waiting.extend(onward)
        return True

    def _node(self, node: Node, *, is_kept: bool) -> list[Literal] | None:
        # A node holds if all its atoms do, and breaks if one of them breaks: which one is a choice.
        if is_kept:
            return [(True, atom) for atom in node.atoms]
        if node.atoms and all(self.contradicts((False, atom)) for atom in node.atoms):
            return None
        if len(node.atoms) == 1:
            return [(False, node.atoms[0])]
        self.choices.append(tuple(((False, atom),) for atom in node.atoms))
        # A node without atoms allows anything, and cannot be broken.
        return [] if node.atoms else None

    def _atom(self, atom: Atom, *, is_kept: bool) -> list[Literal] | None:
        match atom:
            case Ref():
                return [(is_kept, self.graph.target(atom))]
            case Not(node):
                return [(not is_kept, node)]
            case AnyOf(nodes):
                return self._any(sorted(nodes, key=lambda each: each.number), is_kept=is_kept)
            case OneOf(nodes):
                return self._one(nodes, is_kept=is_kept)
            case If() | Dependent():
                return self._conditional(atom, is_kept=is_kept)
            case _:
                return self._basic(atom, is_kept=is_kept)

    def _any(self, nodes: list[Node], *, is_kept: bool) -> list[Literal]:
        if is_kept:
            self.choices.append(tuple(((True, node),) for node in nodes))
            return []
        return [(False, node) for node in nodes]

    def _one(self, nodes: tuple[Node, ...], *, is_kept: bool) -> list[Literal]:
        # Breaking `oneOf` is to fit none of its branches, or any two.
        none = tuple((False, node) for node in dict.fromkeys(nodes))
        if is_kept:
            only = [
                tuple((index == at, node) for at, node in enumerate(nodes))
                for index in range(len(nodes))
            ]
            self.choices.append(tuple(only))
            return []
        two = [
            ((True, one), (True, other))
            for index, one in enumerate(nodes)
            for other in nodes[index + 1 :]
        ]
        self.choices.append((none, *two))
        return []

    def _conditional(self, atom: If | Dependent, *, is_kept: bool) -> list[Literal]:
        if isinstance(atom, If):
            condition = atom.condition
            # Either way the condition is decided, so each alternative states it as well.
            self.choices.append(
                (
                    ((True, condition), (is_kept, atom.then)),
                    ((False, condition), (is_kept, atom.otherwise)),
                )
            )
            return []
        present: Literal = (True, Required(atom.name))
        is_object: Literal = (True, Types(frozenset({Kind.OBJECT})))
        if not is_kept:
            # Broken only by an object that has the member and breaks what hangs on it.
            return [is_object, present, (False, atom.node)]
        absent: Literal = (False, Required(atom.name))
        self.choices.append(((absent,), ((False, is_object[1]),), ((True, atom.node),)))
        return []

    def _basic(self, atom: Atom, *, is_kept: bool) -> list[Literal] | None:
        if isinstance(atom, Types):
            self.kinds &= atom.kinds if is_kept else ALL_KINDS - atom.kinds
            return []
        if is_kept:
            self.kept[atom] = None
            return []
        # A reader does not look at it, so no value can break it.
        if isinstance(atom, Hidden):
            return None
        # A value of another kind keeps the atom, so only these kinds can break it.
        self.kinds &= kinds_of(atom)
        self.is_exact = self.is_exact and getattr(atom, "is_exact", True)
        self.broken[atom] = None
        return []


class Missing(Enum):
    """Why there is no value to show."""

    NONE = auto()
    """No such value exists."""
    UNDECIDED = auto()
    """The search was too long, or a keyword is beyond it."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A value that is what was searched for."""

    value: Json
    is_certain: bool = True
    """Not where a format that nobody here can check decides."""


Answer: TypeAlias = Found | Missing


def first(answers: "list[Answer]") -> Answer:
    """Return the first value, else whether it is certain that there is none."""
    for answer in answers:
        if isinstance(answer, Found):
            return answer
    # One undecided answer is enough to leave it open.
    return Missing.UNDECIDED if Missing.UNDECIDED in answers else Missing.NONE
