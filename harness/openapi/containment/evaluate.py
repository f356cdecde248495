"""Check one value against a node, to confirm what was found by reasoning."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from harness.jsonvalue import Json, items, members
from harness.openapi.containment.atoms import (
    AnyOf,
    Atom,
    Contains,
    Dependent,
    Enum,
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
    exact,
    key,
    kind_of,
)
from harness.openapi.containment.formats import is_of_format
from harness.openapi.containment.graph import Graph
from harness.openapi.patterns import PatternError, matches

# Deeper than any value that a search builds.
MAX_DEPTH = 60


def is_match(pattern: str, text: str) -> bool:
    """Return whether a text holds a match; an unusable pattern matches nothing."""
    try:
        return matches(pattern, text)
    except (PatternError, RecursionError):
        return False


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Checks values as the writer of a value must keep a schema, or as its reader does."""

    graph: Graph
    is_writer: bool = True
    """Whether hidden members must be absent; a reader ignores them."""
    depth: int = 0

    def holds(self, node: Node, value: Json) -> bool:
        """Return whether a value keeps every atom of a node."""
        # A schema that leads back to itself for the same value asks for nothing more.
        if self.depth > MAX_DEPTH:
            return True
        deeper = Evaluation(self.graph, self.is_writer, self.depth + 1)
        return all(deeper.keeps(atom, value) for atom in node.atoms)

    def keeps(self, atom: Atom, value: Json) -> bool:
        # These mean the same for all kinds of values; all others speak of one kind.
        check = _CHECKS.get(type(atom))
        if check is not None:
            return check(self, atom, value)
        match kind_of(value):
            case Kind.INTEGER | Kind.FRACTION:
                return _keeps_number(atom, exact(value))  # type: ignore[arg-type]  # by its kind
            case Kind.STRING:
                return keeps_text(atom, str(value))
            case Kind.ARRAY:
                return self._keeps_array(atom, items(value))
            case Kind.OBJECT:
                return self._keeps_object(atom, members(value))
            case _:
                return True

    def _keeps_array(self, atom: Atom, value: "list[Json] | object") -> bool:
        listed = items(value)
        match atom:
            case Size(Kind.ARRAY, limit, is_upper):
                return len(listed) <= limit if is_upper else len(listed) >= limit
            case Position(index, node):
                return index >= len(listed) or self.holds(node, listed[index])
            case Rest(start, node):
                return all(self.holds(node, item) for item in listed[start:])
            case Contains(node, count, is_upper):
                found = sum(self.holds(node, item) for item in listed)
                return found <= count if is_upper else found >= count
            case Unique():
                return not any(n > 1 for n in Counter(key(item) for item in listed).values())
            case _:
                return True

    def _keeps_object(self, atom: Atom, value: Mapping[str, Json]) -> bool:
        match atom:
            case Size(Kind.OBJECT, limit, is_upper):
                return len(value) <= limit if is_upper else len(value) >= limit
            case Member(name, node):
                return name not in value or self.holds(node, value[name])
            # A writer leaves it out; a reader takes it and does not look.
            case Hidden(name):
                return not self.is_writer or name not in value
            case Required(name):
                return name in value
            case Dependent(name, node):
                return name not in value or self.holds(node, value)
            case _:
                return self._keeps_rest(atom, value)

    def _keeps_rest(self, atom: Atom, value: Mapping[str, Json]) -> bool:
        match atom:
            case Names(node):
                return all(self.holds(node, name) for name in value)
            case Matching(pattern, node):
                return all(self.holds(node, v) for n, v in value.items() if is_match(pattern, n))
            case Further(_, _, node):
                return all(
                    self.holds(node, member)
                    for name, member in value.items()
                    if is_further(atom, name)
                )
            case _:
                return True

    # Beneath `not` the sides change: a value the reader accepts is one the writer must not send.
    def _turned(self) -> "Evaluation":
        return Evaluation(self.graph, not self.is_writer, self.depth + 1)


def is_further(atom: Further, name: str) -> bool:
    """Return whether a member is neither among the names nor matched by a pattern."""
    return name not in atom.names and not any(is_match(pattern, name) for pattern in atom.patterns)


def _keeps_number(atom: Atom, value: object) -> bool:
    match atom:
        case Least(bound, is_exclusive):
            return bool(value > bound if is_exclusive else value >= bound)  # type: ignore[operator]  # a fraction
        case Most(bound, is_exclusive):
            return bool(value < bound if is_exclusive else value <= bound)  # type: ignore[operator]  # a fraction
        case Multiple(of):
            return bool(value % of == 0)  # type: ignore[operator]  # a fraction
        case _:
            return True


def keeps_text(atom: Atom, value: str) -> bool:
    """Return whether a text keeps an atom; what speaks of other kinds it keeps."""
    match atom:
        case Size(Kind.STRING, limit, is_upper):
            return len(value) <= limit if is_upper else len(value) >= limit
        case Pattern(pattern):
            return is_match(pattern, value)
        case Format():
            # A format that nobody can check counts as kept.
            return is_of_format(atom, value) is not False
        case _:
            return True


def _one_of(evaluation: Evaluation, atom: OneOf, value: Json) -> bool:
    return sum(evaluation.holds(node, value) for node in atom.nodes) == 1


def _if(evaluation: Evaluation, atom: If, value: Json) -> bool:
    branch = atom.then if evaluation.holds(atom.condition, value) else atom.otherwise
    return evaluation.holds(branch, value)


_CHECKS: Mapping[type, Callable[[Evaluation, Any, Json], bool]] = {
    Types: lambda _, atom, value: kind_of(value) in atom.kinds,
    Enum: lambda _, atom, value: key(value) in atom.keys,
    Ref: lambda ev, atom, value: ev.holds(ev.graph.target(atom), value),
    AnyOf: lambda ev, atom, value: any(ev.holds(node, value) for node in atom.nodes),
    OneOf: _one_of,
    Not: lambda ev, atom, value: not ev._turned().holds(atom.node, value),
    If: _if,
}
