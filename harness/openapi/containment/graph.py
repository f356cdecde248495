"""Turn the schemas of two documents into nodes, equal ones into the same node."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from harness.jsonvalue import Json
from harness.openapi.containment.atoms import (
    AnyOf,
    Atom,
    Dependent,
    Enum,
    Further,
    Hidden,
    If,
    Matching,
    Member,
    Names,
    Node,
    Not,
    OneOf,
    Ref,
    Required,
    key,
)


@dataclass(slots=True)
class Graph:
    """All nodes of one comparison, and what references lead to."""

    _nodes: dict[frozenset[Atom], Node] = field(default_factory=dict)
    targets: dict[Ref, Node] = field(default_factory=dict)

    def conjunction(self, atoms: Iterable[Atom]) -> Node:
        """Return the one node of these atoms."""
        # As a set: neither order nor repetition changes what a conjunction allows.
        unique = frozenset(atoms)
        node = self._nodes.get(unique)
        if node is None:
            node = Node(len(self._nodes), tuple(dict.fromkeys(atoms)))
            self._nodes[unique] = node
        return node

    @property
    def anything(self) -> Node:
        return self.conjunction(())

    @property
    # What breaks everything.
    def nothing(self) -> Node:
        return self.conjunction((Not(self.anything),))

    def all_of(self, nodes: Iterable[Node]) -> Node:
        return self.conjunction([atom for node in nodes for atom in node.atoms])

    def any_of(self, nodes: Iterable[Node]) -> Node:
        """Return the node that allows what one of these allows."""
        # A branch that allows nothing adds nothing, one that allows anything leaves nothing to add.
        branches = frozenset(nodes) - {self.nothing}
        if self.anything in branches or not branches:
            return self.anything if branches else self.nothing
        return next(iter(branches)) if len(branches) == 1 else self.conjunction((AnyOf(branches),))

    def values(self, values: Iterable[Json]) -> Node:
        """Return the node that allows these values and no others."""
        listed = tuple(values)
        return self.conjunction((Enum(frozenset(key(item) for item in listed), listed),))

    def required(self, names: Iterable[str]) -> Node:
        return self.conjunction([Required(name) for name in names])

    def target(self, reference: Ref) -> Node:
        """Return what a reference leads to; one that leads nowhere allows anything."""
        return self.targets.get(reference, self.anything)

    def expanded(self, node: Node) -> tuple[Atom, ...]:
        """Return the atoms of a node, those behind its references included, references left out."""
        # Each node is taken once, so references in circles come to an end.
        found: dict[Atom, None] = {}
        waiting, seen = [node], {node}
        for current in waiting:  # grows meanwhile
            for atom in current.atoms:
                if isinstance(atom, Ref):
                    target = self.target(atom)
                    if target not in seen:
                        seen.add(target)
                        waiting.append(target)
                else:
                    found[atom] = None
        return tuple(found)


def inner_nodes(atom: Atom) -> tuple[Node, ...]:
    """Return the nodes that apply to the same value as the atom itself."""
    match atom:
        case AnyOf(nodes):
            return tuple(nodes)
        case OneOf(nodes):
            return nodes
        case Not(node) | Dependent(_, node):
            return (node,)
        case If(condition, then, otherwise):
            return (condition, then, otherwise)
        case _:
            return ()


@dataclass(frozen=True, slots=True)
class Declared:
    """Which members a schema speaks of, and whether it means a map of any members."""

    names: frozenset[str]
    patterns: frozenset[str]
    is_map: bool


@dataclass(slots=True)
class Declarations:
    """Finds what members a node declares, each node once."""

    graph: Graph
    _known: dict[Node, Declared] = field(default_factory=dict)

    def of(self, node: Node) -> Declared:
        found = self._known.get(node)
        if found is None:
            found = self._known[node] = self._collected(node)
        return found

    def _collected(self, node: Node) -> Declared:
        names: set[str] = set()
        patterns: set[str] = set()
        is_map = False
        for atom in self._atoms(node):
            match atom:
                case Member(name) | Required(name) | Hidden(name):
                    names.add(name)
                case Dependent(name):
                    names.add(name)
                case Matching(pattern):
                    patterns.add(pattern)
                case Further(further_names, further_patterns, inner):
                    names |= further_names
                    patterns |= further_patterns
                    # Anything but `additionalProperties: false` allows members that are not named.
                    is_map = is_map or inner is not self.graph.nothing
                case Names():
                    is_map = True
                case _:
                    pass
        return Declared(frozenset(names), frozenset(patterns), is_map)

    def _atoms(self, node: Node) -> Iterator[Atom]:
        waiting, seen = [node], {node}
        # Each node is taken once, since schemas lead back to themselves.
        for current in waiting:  # grows meanwhile
            for atom in self.graph.expanded(current):
                yield atom
                for inner in inner_nodes(atom):
                    if inner not in seen:
                        seen.add(inner)
                        waiting.append(inner)
