"""Check that some finite value can keep a schema: the parts of its allOf together, and through its recursion."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, reduce

from harness.jsonvalue import Json, compact, items, members, number, text
from harness.openapi.lint.rule import Hit, Rule, Severity, Subject
from harness.openapi.lint.schema_facts import conjuncts, types_of
from harness.openapi.lint.values import unbounded
from harness.openapi.structure import Kind
from harness.openapi.walk import Node

_BOUNDS = (
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
)


def _closed_parts(subject: Subject, node: Node) -> Iterator[Hit]:
    """Find members of one part of an `allOf` that another part, which is closed, refuses."""
    if "allOf" not in node.object:
        return
    parts = list(conjuncts(subject, node))
    named = {name for part in parts for name in members(part.object.get("properties"))}
    for part in parts:
        # Patterns may allow names that are not listed.
        if part.object.get("additionalProperties") is not False or part.object.get(
            "patternProperties"
        ):
            continue
        refused = sorted(named - set(members(part.object.get("properties"))))
        if refused:
            what = f"a closed part of 'allOf' refuses what another part describes: {', '.join(refused[:5])}"
            yield Hit(node.at("allOf"), what)
            # One finding explains the schema; further parts would only repeat it.
            return


def _impossible(subject: Subject, node: Node) -> Iterator[Hit]:
    """Find an `allOf` whose parts leave no value: of types, of values that are listed, within bounds."""
    if "allOf" not in node.object:
        return
    parts = list(conjuncts(subject, node))
    # The first reason is enough: without a common type, bounds say nothing more.
    for find in (_types, _values, _bounds):
        what = find(parts)
        if what:
            yield Hit(node.at("allOf"), what)
            return


def _types(parts: Sequence[Node]) -> str:
    named = [types for part in parts if (types := types_of(part)) is not None]
    if _shared(named, _with_integers):
        return ""
    return f"no value is {' and '.join(dict.fromkeys(' or '.join(sorted(each)) for each in named))}"


def _with_integers(types: frozenset[str]) -> frozenset[str]:
    # An integer is a number, so the two have values in common.
    return types | {"integer"} if "number" in types else types


def _values(parts: Sequence[Node]) -> str:
    listed = [
        frozenset(compact(value) for value in values)
        for part in parts
        for values in (items(part.object.get("enum")), _constant(part))
        if values
    ]
    return "" if _shared(listed) else "no value is in all the lists of values of its parts"


def _constant(part: Node) -> Sequence[Json]:
    return [part.object["const"]] if "const" in part.object else []


def _shared(
    sets: Iterable[frozenset[str]],
    widened: Callable[[frozenset[str]], frozenset[str]] = frozenset,
) -> bool:
    """Decide whether some text is in all of the sets; where there is no set, everything is."""
    every = [widened(each) for each in sets]
    return not every or bool(reduce(frozenset.intersection, every))


def _bounds(parts: Sequence[Node]) -> str:
    for low, high in _BOUNDS:
        # What is not bounded by a part leaves any value.
        least = max(number(part.object.get(low), float("-inf")) for part in parts)
        most = min(number(part.object.get(high), float("inf")) for part in parts)
        if least > most:
            return f"one part has {low} {least:g}, another {high} {most:g}"
    return ""


RULES = (
    Rule(
        "allof-closed",
        Severity.WARNING,
        (Kind.SCHEMA,),
        _closed_parts,
        "No closed part of an allOf refuses properties that another part describes.",
        "JSON Schema 2020-12 Core, 10.3.2.3",
        "The property can never be sent; use unevaluatedProperties around the whole.",
    ),
    Rule(
        "allof-impossible",
        Severity.ERROR,
        (Kind.SCHEMA,),
        _impossible,
        "Some value keeps all parts of an allOf.",
        "JSON Schema 2020-12 Core, 10.2.1.1",
        "No value is valid; use oneOf or anyOf where one of them is meant.",
    ),
)


@lru_cache(maxsize=4)
def _endless(subject: Subject) -> frozenset[str]:
    """Return the schemas that no finite value keeps: what is not shown to end does not."""
    # Everything counts as endless until it is shown to end; the smallest schemas end first.
    open_ = {node.pointer: node for node in reversed(subject.of(Kind.SCHEMA))}
    has_changed = True
    # Each round removes a schema or is the last.
    while has_changed:
        ended = [pointer for pointer, node in open_.items() if _ends(subject, node, open_)]
        for pointer in ended:
            del open_[pointer]
        has_changed = bool(ended) and bool(open_)
    return frozenset(open_)


def _ends(subject: Subject, node: Node, endless: dict[str, Node]) -> bool:
    """Decide whether a value of a schema can end, given which schemas are not shown to."""
    # One part that never ends is enough; of branches it takes all.
    if any(pointer in endless for pointer in _forced(subject, node)):
        return False
    for key in ("oneOf", "anyOf"):
        branches = [other.pointer for _, other in subject.children(node, key)]
        if branches and all(pointer in endless for pointer in branches):
            return False
    return True


def _forced(subject: Subject, node: Node) -> Iterator[str]:
    """Yield the schemas of which every value of this one holds a value."""
    if node.reference:
        target = subject.index.target(node)
        if target is not None:
            yield target
    yield from (other.pointer for _, other in subject.children(node, "allOf"))
    # Listed values are finite, whatever the schema refers to.
    if "enum" in node.object or "const" in node.object:
        return
    # Only an object must hold its required members; any other type ends without them.
    types = types_of(node) or (frozenset({"object"}) if "properties" in node.object else None)
    if types == frozenset({"object"}):
        properties = members(node.object.get("properties"))
        wanted = [text(item) for item in items(node.object.get("required"))]
        held = dict(subject.children(node, "properties"))
        yield from (held[name].pointer for name in wanted if name in properties and name in held)
    # Without `minItems` the empty array is a value.
    least = node.object.get("minItems")
    if (
        types == frozenset({"array"})
        and isinstance(least, int)
        and least > 0
        and "items" in node.object
    ):
        yield node.at("items")


def _recursion(subject: Subject, _: Node) -> Iterator[Hit]:
    endless = _endless(subject)
    reported: set[str] = set()
    for node in subject.of(Kind.SCHEMA):
        if node.pointer in endless and node.pointer not in reported:
            circle = _circle(subject, node, endless)
            # The schemas of one circle are one finding.
            if _holds(circle) and not reported.intersection(circle):
                yield Hit(node.pointer, "the schema requires a value of itself, without an end")
            reported.update(circle)


def _holds(circle: tuple[str, ...]) -> bool:
    """Decide whether a circle leads through a value in a value: one in place is `schema-unbounded`."""
    steps = zip((*circle[1:], circle[0]), circle, strict=True) if circle else ()
    return any(inner.startswith((f"{o}/properties/", f"{o}/items")) for o, inner in steps)


# Breadth first, so that the circle that is shown is a shortest one.
def _circle(subject: Subject, start: Node, endless: frozenset[str]) -> tuple[str, ...]:
    """Return the schemas between a schema and itself; nothing where it only leads to a circle."""
    came_from: dict[str, str] = {}
    waiting = [start.pointer]
    for pointer in waiting:  # which grows meanwhile
        node = subject.nodes[pointer]
        inner = [*_forced(subject, node)]
        inner += [
            other.pointer for key in ("oneOf", "anyOf") for _, other in subject.children(node, key)
        ]
        for each in inner:
            if each in endless and each not in came_from:
                came_from[each] = pointer
                waiting.append(each)
    if start.pointer not in came_from:
        return ()
    # Back along the way that led here, until the start is met again.
    path = [start.pointer]
    while (above := came_from[path[-1]]) != start.pointer:
        path.append(above)
    return tuple(path)


def _unbounded(subject: Subject, _: Node) -> Iterator[Hit]:
    found = unbounded(subject)
    if found is not None:
        pointer, what = found
        yield Hit(pointer, f"the schema {what.rstrip('.')}; no example was checked")


RECURSION_RULES = (
    Rule(
        "recursion-endless",
        Severity.ERROR,
        (Kind.DOCUMENT,),
        _recursion,
        "No schema requires a value of itself.",
        "JSON Schema 2020-12 Core, 9.4.1",
        "No finite value is valid; let the recursion be optional, nullable or an array.",
    ),
    Rule(
        "schema-unbounded",
        Severity.ERROR,
        (Kind.DOCUMENT,),
        _unbounded,
        "No schema leads back to itself for the same value, or multiplies beyond bounds.",
        "JSON Schema 2020-12 Core, 9.4.1",
        "No validator gets through.",
    ),
)
