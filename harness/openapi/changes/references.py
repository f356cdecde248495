"""Leave schemas that are written alike to what they refer to."""

from collections.abc import Iterator, Mapping

from harness.jsonvalue import Json
from harness.openapi.changes.comparison import Certainty, Comparison, Unit
from harness.openapi.changes.spots import Spot

_MASKING = frozenset(
    {"anyOf", "oneOf", "not", "if", "contains", "dependentSchemas", "propertyNames", "$id"}
)
"""Keywords under which a change of what is referred to may mean something else than by itself."""


def left_to_references(
    comparison: Comparison, unit: Unit, old: Spot, new: Spot, known: Certainty
) -> bool:
    """Compare what two schemas refer to, if nothing else can differ; return whether that was all."""
    if len(old.schemas) != 1 or len(new.schemas) != 1:
        return False
    before, after = old.schemas[0], new.schemas[0]
    if not comparison.sameness.is_written_alike(before, after):
        return False
    pairs = list(_references(before, after))
    if None in pairs:
        return False
    for pair in pairs:
        if pair is not None:
            one, other = Spot(old.builder, (pair[0],)), Spot(new.builder, (pair[1],))
            if not comparison.is_same(one, other):
                comparison.shared(unit, one, other, known)
    return True


def _references(old: Json, new: Json) -> Iterator[tuple[Json, Json] | None]:
    """Yield objects that hold a reference, in both; None where they cannot be looked at by themselves."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        if "$ref" in old:
            yield (old, new) if len(old) == 1 else None
        elif _MASKING & old.keys():
            yield None
        else:
            for name in old.keys() & new.keys():
                yield from _references(old[name], new[name])
    elif isinstance(old, list) and isinstance(new, list):
        for one, other in zip(old, new, strict=False):
            yield from _references(one, other)
