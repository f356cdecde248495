"""Find what the reference of a schema leads to, the identifiers around it considered."""

from collections import OrderedDict
from collections.abc import Mapping

from harness.jsonvalue import MISSING, Json, members, text
from harness.openapi.references import Index, index_of

_MOST = 16


class _Bases:
    """Knows the base URI of objects that stand in a schema with an `$id`, by their identity."""

    def __init__(self) -> None:
        self.kept: OrderedDict[int, tuple[Index, dict[int, str]]] = OrderedDict()

    def of(self, index: Index) -> Mapping[int, str]:
        known = self.kept.get(id(index))
        if known is None or known[0] is not index:
            bases: dict[int, str] = {}
            if len(index.identifiers.resources) > 1:
                nodes = index.nodes
                bases = {id(node.value): node.base for node in nodes if node.base}
            known = self.kept[id(index)] = (index, bases)
            while len(self.kept) > _MOST:
                self.kept.popitem(last=False)
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
