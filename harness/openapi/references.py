"""Resolve the references of a document: pointers, percent-encoded ones, anchors and identifiers."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from harness.jsonvalue import MISSING, Json, lookup, members, text
from harness.openapi.structure import Kind, Version, version_of
from harness.openapi.walk import Node, join, walk_below

MAX_REFERENCES = 100
"""How many references may follow one another before a value comes."""


class Index:
    """All objects of a document by their pointers, and what each reference in it leads to."""

    def __init__(
        self, root: Json, version: Version | None = None, kind: Kind = Kind.DOCUMENT
    ) -> None:
        self.root = root
        # What names no version is a part of a document, such as a file of schemas.
        self.version = version or version_of(root) or Version.V3_1
        self.kind = kind

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """All objects, in the document's order; then those at other places that a reference leads to.

        What only a reference says to be a schema (`#/x-shared/thing`) is read as one.
        """
        return tuple(self.by_pointer.values())

    @cached_property
    def by_pointer(self) -> dict[str, Node]:
        found = {node.pointer: node for node in self._walk()}
        # Each target is added once and stands in the document, so the list comes to an end.
        waiting = [node for node in found.values() if node.reference]
        for node in waiting:  # grows while it is walked
            target = self.resolve(node.reference, node.base)
            if target is None or target in found:
                continue
            value = lookup(self.root, target)
            # What stands there is of the kind that the reference stands for.
            start = Node(node.kind, target, value, base=node.base, direction=node.direction)  # type: ignore[arg-type]  # a document holds JSON only
            for inner in walk_below(self.version, start):
                if inner.pointer not in found:
                    found[inner.pointer] = inner
                    waiting.extend([inner] if inner.reference else [])
        return found

    @cached_property
    def identifiers(self) -> "_Identifiers":
        """What `$id`, `$self` and `$anchor` name, before any reference is followed."""
        return _identifiers(self.root, self.version, self._walk())

    def _walk(self) -> Iterator[Node]:
        base = text(members(self.root).get("$self")) if self.version is Version.V3_2 else ""
        return walk_below(self.version, Node(self.kind, "", self.root, base=base))

    def base_at(self, pointer: str) -> str:
        """Return the base URI of the object at a pointer, else of the nearest one around it."""
        # The nearest object that is known: a list or a map in between has no base.
        while pointer and pointer not in self.by_pointer:
            pointer = pointer.rpartition("/")[0]
        node = self.by_pointer.get(pointer)
        return node.base if node else ""

    def resolve(self, reference: str, base: str = "") -> str | None:
        """Return the pointer that a reference means; None where nothing in this document stands there."""
        resource, _, fragment = join(base, reference).partition("#")
        start = self.identifiers.resources.get(resource)
        if start is None:
            return None
        fragment = unquote(fragment)  # RFC 6901, section 6
        if fragment and not fragment.startswith("/"):
            # Any other fragment is a name: `$anchor` or `$dynamicAnchor`.
            return self.identifiers.anchors.get((resource, fragment))
        found = start + fragment
        if lookup(self.root, found) is not MISSING:
            return found
        # `#/components/…` within a schema that has an `$id` means, in practice, the document.
        is_of_document = reference.startswith("#") and lookup(self.root, fragment) is not MISSING
        return fragment if is_of_document else None

    def target(self, node: Node) -> str | None:
        """Return the pointer that a node's reference leads to in one step; None where it leads nowhere."""
        return self.resolve(node.reference, node.base)

    def is_external(self, reference: str, base: str = "") -> bool:
        """Return whether a reference names another document."""
        return join(base, reference).partition("#")[0] not in self.identifiers.resources

    def follow(self, reference: str, base: str = "") -> tuple[object, str]:
        """Return the value that a chain of references ends at, and its pointer; else MISSING."""
        pointer = self.resolve(reference, base)
        # Ends a circle of references, which leads to no value.
        for _ in range(MAX_REFERENCES):
            if pointer is None:
                return MISSING, unquote(reference.partition("#")[2])
            value = lookup(self.root, pointer)
            onward = members(value).get("$ref")
            if not isinstance(onward, str):
                return value, pointer
            node = self.by_pointer.get(pointer)
            pointer = self.resolve(onward, node.base if node else base)
        return MISSING, pointer or ""


@dataclass(frozen=True, slots=True)
class _Identifiers:
    resources: dict[str, str]
    """The pointer of what each URI identifies; the document itself is `""`."""
    anchors: dict[tuple[str, str], str]
    dynamic: dict[str, dict[str, str]]
    """The pointers of `$dynamicAnchor`s by resource and name."""


def _identifiers(root: Json, version: Version, nodes: Iterator[Node]) -> _Identifiers:
    resources = {"": ""}
    anchors: dict[tuple[str, str], str] = {}
    dynamic: dict[str, dict[str, str]] = {}
    itself = text(members(root).get("$self")) if version is Version.V3_2 else ""
    resources.setdefault(itself.partition("#")[0], "")
    # Before 3.1 schemas have no identifiers: an `$id` there is a name like any other.
    if version.has_json_schema:
        for node in nodes:
            if node.kind is Kind.SCHEMA:
                _note(node, resources, anchors)
                name = text(node.object.get("$dynamicAnchor"))
                if name:
                    named = dynamic.setdefault(node.base.partition("#")[0], {})
                    # Of two equal names in one resource the first counts.
                    named.setdefault(name, node.pointer)
    return _Identifiers(resources, anchors, dynamic)


def _note(node: Node, resources: dict[str, str], anchors: dict[tuple[str, str], str]) -> None:
    base = node.base.partition("#")[0]
    if text(node.object.get("$id")):
        resources.setdefault(base, node.pointer)
    for keyword in ("$anchor", "$dynamicAnchor"):
        name = text(node.object.get(keyword))
        if name:
            anchors.setdefault((base, name), node.pointer)


class _IndexCache:
    """Keeps the index of the documents used last; a document is known by its identity."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._indexes: OrderedDict[int, Index] = OrderedDict()

    def index(self, root: Json) -> Index:
        found = self._indexes.get(id(root))
        # An identity may be given to another object once the first is gone.
        if found is None or found.root is not root:
            found = self._indexes[id(root)] = Index(root)
        self._indexes.move_to_end(id(root))
        # An index of a large document takes megabytes, so only the last few are held.
        while len(self._indexes) > self.most:
            self._indexes.popitem(last=False)
        return found


_INDEXES = _IndexCache(16)


def index_of(root: Json) -> Index:
    """Return the index of a document, made once while the document is in use."""
    return _INDEXES.index(root)


def follow(root: Json, reference: str) -> tuple[object, str]:
    """Return what a reference of a document leads to, and its pointer; MISSING where it leads nowhere."""
    return index_of(root).follow(reference)


def references(root: Json) -> Iterator[tuple[str, str]]:
    """Yield every reference of a document, with the pointer of the object that holds it."""
    for node in index_of(root).nodes:
        if node.reference:
            yield node.pointer, node.reference
