"""Look through the parts of a schema that apply to the same value: `allOf`, references, branches."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.jsonvalue import MISSING, Json, items, members, text
from harness.openapi.change import Direction
from harness.openapi.references import Index, index_of
from harness.openapi.validator import is_3_0

# As many documents as indexes are kept.
_MOST = 16


class _Bases:
    """Knows the base URI of objects that stand in a schema with an `$id`, by their identity."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, tuple[Index, dict[int, str]]] = OrderedDict()

    def of(self, index: Index) -> Mapping[int, str]:
        # An identity is given again once its object is gone.
        known = self._known.get(id(index))
        if known is None or known[0] is not index:
            bases: dict[int, str] = {}
            # Without an `$id` every base is that of the document.
            if len(index.identifiers.resources) > 1:
                nodes = index.nodes
                bases = {id(node.value): node.base for node in nodes if node.base}
            known = self._known[id(index)] = (index, bases)
            while len(self._known) > _MOST:
                self._known.popitem(last=False)
        return known[1]


_BASES = _Bases()


def has_identifiers(root: Json) -> bool:
    """Return whether a document names schemas by `$id`, so that a reference depends on where it stands."""
    return len(index_of(root).identifiers.resources) > 1


def target(root: Json, schema: object) -> tuple[Json, str] | None:
    """Return what an object refers to and the pointer of that; None where that is nothing."""
    reference = text(members(schema).get("$ref"))
    if not reference:
        return None
    index = index_of(root)
    value, pointer = index.follow(reference, _BASES.of(index).get(id(schema), ""))
    return None if value is MISSING else (value, pointer)  # type: ignore[return-value]  # a document holds JSON only


_BRANCHES = ("anyOf", "oneOf")
_CONDITIONS = ("if", "then", "else")
_MARKS = {Direction.REQUEST: "readOnly", Direction.RESPONSE: "writeOnly"}


def parts(root: Json, schema: Json) -> Iterator[Mapping[str, Json]]:
    """Yield a schema and what it joins in by `$ref` and `allOf`, each once."""
    waiting: list[Json] = [schema]
    seen: set[int] = set()
    while waiting:
        # From the outside in, so that the schema itself comes first.
        part = waiting.pop(0)
        if not isinstance(part, Mapping) or id(part) in seen:
            continue
        seen.add(id(part))
        yield part
        if isinstance(part.get("$ref"), str):
            found = target(root, part)
            # By identity, as schemas do not hash; each is yielded once, so circles end.
            if found is not None:
                waiting.append(found[0])
            if is_3_0(root):  # OpenAPI 3.0.3, 4.7.23: siblings are ignored
                continue
        waiting.extend(items(part.get("allOf")))


def is_marked(root: Json, direction: Direction) -> bool:
    """Return whether a document marks anything as not for a direction."""
    mark = _MARKS[direction]
    # A plain search of the text: a mark at any place makes the closer look worthwhile.
    waiting: list[object] = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if value.get(mark) is True:
                return True
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return False


def is_hidden(root: Json, schema: Json, direction: Direction) -> bool:
    """Return whether a member is not for this direction (OpenAPI 3.0.3, 4.7.24.1; 3.1, JSON Schema 9.4)."""
    mark = _MARKS[direction]
    return any(part.get(mark) is True for part in parts(root, schema))


def hidden_names(root: Json, schema: Json, direction: Direction) -> frozenset[str]:
    """Return the members of a value that are not for this direction."""
    return frozenset(
        name
        for part in parts(root, schema)
        for name, candidate in members(part.get("properties")).items()
        if is_hidden(root, candidate, direction)
    )


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What members and items `unevaluatedProperties` and `unevaluatedItems` leave alone."""

    names: frozenset[str]
    patterns: frozenset[str]
    positions: int
    all_members: bool
    all_items: bool
    contains: tuple[Json, ...]
    """What `contains` asks for: items that match it are evaluated."""
    is_exact: bool
    """Not where a branch decides on it (JSON Schema 2020-12, 11)."""


def evaluated(root: Json, schema: Mapping[str, Json]) -> Evaluated:
    """Collect what a schema evaluates by itself and by whatever branch a value takes."""
    # Its own `unevaluated…` must not count as what has evaluated the rest.
    own = {k: v for k, v in schema.items() if not k.startswith("unevaluated")}
    reached = list(_branches(root, own))
    everything = [item for item, _ in reached]
    is_exact = all(fixed or not _evaluates(item) for item, fixed in reached)
    return Evaluated(
        names=frozenset(n for item in everything for n in members(item.get("properties"))),
        patterns=frozenset(n for e in everything for n in members(e.get("patternProperties"))),
        # The longest list: a position that one part describes is evaluated.
        positions=max((len(items(item.get("prefixItems"))) for item in everything), default=0),
        # Only what applies to every value makes sure that nothing is left unevaluated.
        all_members=any(
            "additionalProperties" in item or "unevaluatedProperties" in item
            for item, fixed in reached
            if fixed
        ),
        all_items=any(
            "items" in item or "unevaluatedItems" in item for item, fixed in reached if fixed
        ),
        contains=tuple(item["contains"] for item in everything if "contains" in item),
        is_exact=is_exact,
    )


_EVALUATING = (
    *("properties", "patternProperties", "additionalProperties", "unevaluatedProperties"),
    *("prefixItems", "items", "unevaluatedItems", "contains"),
)


def _evaluates(schema: Mapping[str, Json]) -> bool:
    return any(keyword in schema for keyword in _EVALUATING)


def _branches(root: Json, schema: Json) -> Iterator[tuple[Mapping[str, Json], bool]]:
    """Yield all parts, and whether each applies to every value."""
    waiting: list[tuple[Json, bool]] = [(schema, True)]
    seen: set[int] = set()
    while waiting:
        start, fixed = waiting.pop()
        for part in parts(root, start):
            if id(part) in seen:
                continue
            seen.add(id(part))
            yield part, fixed
            # A branch, a condition or a dependent schema applies to some values only.
            inner = [item for name in _BRANCHES for item in items(part.get(name))]
            inner += [part[name] for name in _CONDITIONS if name in part]
            inner += list(members(part.get("dependentSchemas")).values())
            waiting += [(item, False) for item in inner]
