"""Work out what schemas say together: their families, their properties, their types."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache

from harness.jsonvalue import items, members
from harness.openapi.lint.rule import Subject
from harness.openapi.structure import Kind
from harness.openapi.walk import Node

_BRANCHES = ("allOf", "anyOf", "oneOf")
_ONE = ("if", "then", "else", "not")


def in_place(subject: Subject, node: Node) -> Iterator[Node]:
    """Yield the schemas that the same value meets beside this one, references followed."""
    if node.reference:
        target = subject.resolve(node)
        if target is not None and target.kind is Kind.SCHEMA:
            yield target
    names = [f"/{key}/{i}" for key in _BRANCHES for i in range(len(items(node.object.get(key))))]
    names += [f"/{key}" for key in _ONE if key in node.object]
    names += [f"/dependentSchemas/{key}" for key in members(node.object.get("dependentSchemas"))]
    for name in names:
        found = subject.nodes.get(node.pointer + name)
        if found is not None:
            yield found


def family(subject: Subject, node: Node) -> Mapping[str, Node]:
    """Return a schema and all that the same value may meet below it, each once."""
    return _family(subject, node.pointer)


@lru_cache(maxsize=8192)
# Most rules ask for families, and a large document has thousands of schemas.
def _family(subject: Subject, pointer: str) -> Mapping[str, Node]:
    start = subject.nodes[pointer]
    found = {pointer: start}
    waiting = [start]
    for node in waiting:  # which grows meanwhile
        for inner in in_place(subject, node):
            if inner.pointer not in found:
                found[inner.pointer] = inner
                waiting.append(inner)
    return found


def known_properties(subject: Subject, node: Node) -> frozenset[str]:
    """Return the names of the properties that a schema and its family describe."""
    # A schema that the index does not hold was made up by a rule, and has no family.
    if node.pointer not in subject.nodes:
        return frozenset(members(node.object.get("properties")))
    return _properties(subject, node.pointer)


@lru_cache(maxsize=8192)
def _properties(subject: Subject, pointer: str) -> frozenset[str]:
    # All that could describe a member, in whatever branch.
    whole = _family(subject, pointer).values()
    return frozenset(name for node in whole for name in members(node.object.get("properties")))


# The other way round is looked up once for each document.
@lru_cache(maxsize=4)
def _parents(subject: Subject) -> Mapping[str, tuple[str, ...]]:
    """Map schemas to those that meet the same value and contain or refer to them."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for node in subject.of(Kind.SCHEMA):
        for inner in in_place(subject, node):
            found[inner.pointer].append(node.pointer)
    return {pointer: tuple(parents) for pointer, parents in found.items()}


def ancestors(subject: Subject, node: Node) -> Iterator[Node]:
    """Yield the schemas that meet the same value and contain or refer to this one."""
    parents = _parents(subject)
    reached = {node.pointer}
    waiting = [node.pointer]
    for pointer in waiting:  # which grows meanwhile
        for above in parents.get(pointer, ()):
            if above not in reached:
                reached.add(above)
                waiting.append(above)
                yield subject.nodes[above]


def conjuncts(subject: Subject, node: Node) -> Iterator[Node]:
    """Yield a schema and those that always apply with it, each once: what it refers to, and `allOf`."""
    reached = {node.pointer}
    waiting = [node]
    for current in waiting:  # which grows meanwhile
        # In order of distance; each schema is taken once, so circles end.
        yield current
        target = subject.resolve(current) if current.reference else None
        parts = [target] if target is not None and target.kind is Kind.SCHEMA else []
        for part in (*parts, *(inner for _, inner in subject.children(current, "allOf"))):
            if part.pointer not in reached:
                reached.add(part.pointer)
                waiting.append(part)


def types_of(node: Node) -> frozenset[str] | None:
    """Return the types that a schema names itself, null by `nullable` included; None where it names none."""
    given = node.object.get("type")
    named = [given] if isinstance(given, str) else list(items(given))
    if not named:
        return None
    # OpenAPI 3.0 has `nullable` for what later versions write as a type.
    extra = ["null"] if node.object.get("nullable") is True else []
    return frozenset(str(item) for item in (*named, *extra))
