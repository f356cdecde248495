"""Walk an OpenAPI document: every object with its kind, its place and the direction it is used in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from urllib.parse import urljoin

from harness.jsonvalue import Json, escape, items, members, text
from harness.openapi.structure import Kind, Member, Shape, Version, member, version_of


class Direction(StrEnum):
    """Who sends a value: the caller, the API, or either (a shared schema, a webhook's body).

    It decides which of `readOnly` and `writeOnly` members may be absent though required.
    """

    REQUEST = "request"
    RESPONSE = "response"
    EITHER = "either"


# Whoever sends a part sends all that lies in it.
_DIRECTED = {
    Kind.PARAMETER: Direction.REQUEST,
    Kind.REQUEST_BODY: Direction.REQUEST,
    Kind.RESPONSE: Direction.RESPONSE,
    Kind.HEADER: Direction.RESPONSE,
}
_OPAQUE = (Kind.VALUE, Kind.DATA)


@dataclass(frozen=True, slots=True)
class Node:
    """An object of a document (or the boolean that a schema can be), where it stands and what it is."""

    kind: Kind
    pointer: str
    """RFC 6901, into the document; never percent-encoded."""
    value: Json
    key: str = ""
    """The name or keyword it stands at; an item of a list has its position."""
    parent: "Node | None" = None
    base: str = ""
    """The base URI for references in it: the nearest `$id` (JSON Schema 2020-12, core 8.2.1)."""
    direction: Direction = Direction.EITHER
    object: Mapping[str, Json] = field(init=False, repr=False, compare=False)
    """Its members; a boolean schema has none."""

    def __post_init__(self) -> None:
        """Look once: rules ask an object for its members a hundred times."""
        object.__setattr__(self, "object", members(self.value))

    @property
    def reference(self) -> str:
        """What its `$ref` says; empty where it has none."""
        return text(self.object.get("$ref"))

    def at(self, name: str) -> str:
        """Return the pointer of one of its members."""
        return f"{self.pointer}/{escape(name)}"

    def enclosing(self, kind: Kind) -> "Node | None":
        """Return the nearest object of a kind around it."""
        above = self.parent
        while above is not None and above.kind is not kind:
            above = above.parent
        return above


def walk(root: Json) -> Iterator[Node]:
    """Yield all objects of a document, those in others after them, in the document's order.

    Extensions, examples and other data are not entered, nor is what OpenAPI ignores beside a reference.
    """
    version = version_of(root) or Version.V3_1
    base = text(members(root).get("$self")) if version is Version.V3_2 else ""
    yield from walk_below(version, Node(Kind.DOCUMENT, "", root, base=base))


def walk_below(version: Version, start: Node) -> Iterator[Node]:
    """Yield a node and all objects in it."""
    # A stack: documents nest deeper than calls may, and the first child has to come off it first.
    waiting = [start]
    while waiting:
        node = waiting.pop()
        if not _is_object(node):
            continue
        node = _at_its_place(version, node)
        yield node
        waiting.extend(reversed(list(_inner(version, node))))


def _is_object(node: Node) -> bool:
    return isinstance(node.value, Mapping) or (
        node.kind is Kind.SCHEMA and isinstance(node.value, bool)
    )


def _at_its_place(version: Version, node: Node) -> Node:
    """Return a node with its base and its direction."""
    identity = text(node.object.get("$id")) if node.kind is Kind.SCHEMA else ""
    if identity and version.has_json_schema:
        return replace(node, base=join(node.base, identity))
    # What lies within a request is the caller's, even a header of one of its parts.
    if node.direction is not Direction.EITHER or node.kind not in _DIRECTED:
        return node
    # The API itself sends the body of a webhook or a callback, so neither side is the caller.
    is_sent_back = node.pointer.startswith("/webhooks/") or node.enclosing(Kind.CALLBACK)
    return node if is_sent_back else replace(node, direction=_DIRECTED[node.kind])


def _inner(version: Version, node: Node) -> Iterator[Node]:
    # What stands beside such a reference is ignored, so it is not entered.
    if node.reference and not keeps_siblings(version, node.kind):
        return
    for key, value in node.object.items():
        # Texts and numbers hold no objects.
        if not isinstance(value, Mapping | list | bool):
            continue
        yield from _members_at(node, key, value, member(version, node.kind, key))


def keeps_siblings(version: Version, kind: Kind) -> bool:
    """Return whether what stands beside `$ref` counts: in schemas of 3.1, in path items, else it is ignored."""
    return kind is Kind.PATH_ITEM or (kind is Kind.SCHEMA and version.has_json_schema)


def _members_at(node: Node, key: str, value: Json, found: Member) -> Iterator[Node]:
    if found.kind in _OPAQUE:
        return
    pointer = f"{node.pointer}/{escape(key)}"
    shape = found.shape
    if shape is Shape.ONE_OR_LIST:
        # Before 2020-12 `items` is a schema or a list of them; the value shows which.
        shape = Shape.LIST if isinstance(value, list) else Shape.ONE
    match shape:
        case Shape.LIST:
            for index, item in enumerate(items(value)):
                yield _node(node, found.kind, f"{pointer}/{index}", item, str(index))
        case Shape.MAP:
            for name, each in members(value).items():
                yield _node(node, found.kind, f"{pointer}/{escape(name)}", each, name)
        case Shape.ONE | Shape.ONE_OR_LIST:
            yield _node(node, found.kind, pointer, value, key)


def _node(parent: Node, kind: Kind, pointer: str, value: Json, key: str) -> Node:
    return Node(kind, pointer, value, key, parent, parent.base, parent.direction)


def join(base: str, reference: str) -> str:
    """Resolve a URI reference (RFC 3986, 5.2), also against a base like `urn:…`, which urllib cannot."""
    # A base like `urn:…` has no path that a fragment could be relative to.
    if reference.startswith("#"):
        return base.partition("#")[0] + reference
    return urljoin(base, reference)


@dataclass(frozen=True, slots=True)
class Example:
    """An example with the place of the schema that it should keep."""

    pointer: str
    schema_pointer: str
    value: Json
    direction: Direction = Direction.EITHER


def schemas(root: Json) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """Yield every schema object, those inside others included, with its pointer."""
    for node in walk(root):
        if node.kind is Kind.SCHEMA and isinstance(node.value, Mapping):
            yield node.pointer, node.value
