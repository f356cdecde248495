"""Define what a rule of the lint is, what it finds, and the document that it looks at."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from harness.document import Document
from harness.jsonvalue import Json, escape, items, lookup, members
from harness.openapi.references import MAX_REFERENCES, Index, index_of
from harness.openapi.structure import Kind, Version
from harness.openapi.swagger import converted
from harness.openapi.walk import Node
from harness.source import Source


@dataclass(frozen=True, eq=False)
# Compared by identity, since caches of facts are kept for one document at a time.
class Subject:
    """A document under lint. What several rules need is worked out once."""

    document: Document
    root: Json
    version: Version
    problems: Mapping[Source, str] = field(default_factory=dict)
    """What is wrong with references to other files, by their places."""

    @cached_property
    def index(self) -> Index:
        """All objects, and what each reference leads to."""
        return index_of(self.root)

    @property
    def nodes(self) -> Mapping[str, Node]:
        """Every object by its pointer; x-* and examples are data."""
        return self.index.by_pointer

    @cached_property
    def by_kind(self) -> Mapping[Kind, tuple[Node, ...]]:
        """The objects of each kind, in the order of the document."""
        found: defaultdict[Kind, list[Node]] = defaultdict(list)
        for node in self.nodes.values():
            found[node.kind].append(node)
        return {kind: tuple(nodes) for kind, nodes in found.items()}

    @cached_property
    def meant(self) -> "Subject":
        """The same in the words of OpenAPI 3, where it is Swagger 2.0: values are judged by that."""
        if self.version is not Version.V2_0:
            return self
        # Without problems: references to other files are reported from the document as written.
        document = converted(self.document)
        return Subject(document, document.data, Version.V3_0)

    def of(self, kind: Kind) -> tuple[Node, ...]:
        """Return the objects of a kind, in order."""
        return self.by_kind.get(kind, ())

    @cached_property
    def references(self) -> tuple[Node, ...]:
        """All objects that are references."""
        return tuple(node for node in self.nodes.values() if node.reference)

    def resolve(self, node: Node) -> Node | None:
        """Follow references to the object that is meant; None where that leads nowhere."""
        # Bounded, since references may lead in a circle.
        for _ in range(MAX_REFERENCES):
            if not node.reference:
                return node
            pointer = self.index.target(node)
            found = None if pointer is None else self.nodes.get(pointer)
            if found is None:
                return None
            node = found
        return None

    def pointer_of(self, reference: str) -> str | None:
        """Return where a reference of the document itself leads; None where that is nowhere."""
        return self.index.resolve(reference) if reference else None

    def value(self, pointer: str) -> object:
        """Return the value at a pointer, or MISSING."""
        return lookup(self.root, pointer)

    def child(self, node: Node, *names: str) -> Node | None:
        """Return the object at a member, references followed."""
        found = self.nodes.get(node.pointer + "".join(f"/{escape(name)}" for name in names))
        return self.resolve(found) if found else None

    def children(self, node: Node, name: str) -> Iterator[tuple[str, Node]]:
        """Yield the objects in a map or list, each with its key; references are not followed."""
        inner = node.object.get(name)
        # Positions stand in for the keys of a list.
        keys = members(inner) or [str(index) for index in range(len(items(inner)))]
        for key in keys:
            found = self.nodes.get(f"{node.at(name)}/{escape(str(key))}")
            if found is not None:
                yield str(key), found

    @cached_property
    def operations(self) -> tuple[tuple[str, str, Node, Node], ...]:
        """Path, method, path item and operation of all operations below `paths`, references followed."""
        return tuple(
            (path, method, item, node)
            for path, item in self.path_items
            for method, node in self._methods(item)
        )

    @cached_property
    def path_items(self) -> tuple[tuple[str, Node], ...]:
        """The paths with their items, references followed."""
        named = [
            (path, f"/paths/{escape(path)}") for path in members(members(self.root).get("paths"))
        ]
        found = [(path, self.nodes[pointer]) for path, pointer in named if pointer in self.nodes]
        # A path that begins with `x-` is an extension and no path item.
        meant = [(path, self.resolve(node)) for path, node in found if node.kind is Kind.PATH_ITEM]
        return tuple((path, item) for path, item in meant if item is not None)

    def methods(self, item: Node) -> Iterator[Node]:
        """Yield the operations of a path item."""
        yield from (node for _, node in self._methods(item))

    def _methods(self, item: Node) -> Iterator[tuple[str, Node]]:
        named = [(key, self.nodes.get(item.at(key))) for key in item.object]
        written = [(key, node) for key, node in named if node and node.kind is Kind.OPERATION]
        # Methods in the order of the document, after them those with other names (OpenAPI 3.2).
        for key, node in (*written, *self.children(item, "additionalOperations")):
            meant = self.resolve(node)
            if meant is not None:
                yield key, meant

    def parameters(self, *holders: Node) -> Iterator[tuple[Node, Node]]:
        """Yield the parameters of path items and operations: as written, and what is meant."""
        for holder in holders:
            for _, node in self.children(holder, "parameters"):
                meant = self.resolve(node)
                if meant is not None:
                    yield node, meant


class Severity(StrEnum):
    """An error makes tests wrong; a warning makes them weaker; a note is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Hit:
    """One place that breaks a rule, before its line is known."""

    pointer: str
    what: str
    value: object = ""
    """The offending value; empty where the sentence says all."""


Check = Callable[[Subject, Node], Iterator[Hit]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that can be wrong with a document, under an id that never changes."""

    id: str
    severity: Severity
    kinds: tuple[Kind, ...]
    """The objects that are checked, one by one; the document itself for what spans them."""
    check: Check
    summary: str
    """What is checked, for the table in the documentation."""
    section: str
    """Where the standard says so."""
    consequence: str
    """What follows for tests, or what to do."""
    is_of_values: bool = False
    """Whether it judges values by schemas, which Swagger 2.0 has in the words of OpenAPI 3."""
    is_optional: bool = False
    """Whether it is a matter of taste, and checked only where `--rules` asks for it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that breaks a rule."""

    rule: Rule
    source: Source
    what: str
    value: str = ""
    """The offending value, clipped."""
    severity: Severity = Severity.ERROR
    pointer: str = ""

    def __str__(self) -> str:
        value = f" ({self.value})" if self.value else ""
        return f"{self.source}: {self.severity} {self.rule.id}: {self.what}{value}."
