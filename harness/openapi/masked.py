"""Find what changed in a document at places that an overlay replaces, where no run sees it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.jsonvalue import MISSING, Json, compact, escape
from harness.openapi.overlay import Origin, Overlay, replaced

LONGEST = 120
_WORDS = frozenset({"description", "title", "summary", "example", "examples", "externalDocs"})


@dataclass(frozen=True, slots=True)
class Masked:
    """One value that changed where the overlay replaces it."""

    pointer: str
    text: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.text}"


def masked_changes(
    old: Json, new: Json, overlay: Overlay, *, origin: Origin = Origin.VENDOR
) -> tuple[Masked, ...]:
    """Compare what two versions of a document have where the overlay replaces it."""
    before, after = (
        {_place(other.pointer, other.value): other.value for other in found}
        for found in (replaced(data, overlay, origin=origin) for data in (old, new))
    )
    found = [
        change
        for pointer in dict.fromkeys((*before, *after))
        for change in _differences(
            pointer, before.get(pointer, MISSING), after.get(pointer, MISSING)
        )
    ]
    return tuple(dict.fromkeys(found))


def _place(pointer: str, value: object) -> str:
    """Return where a value stands; an item of a list by what it is, for what stands before it may go."""
    holder, _, last = pointer.rpartition("/")
    is_plain_item = last.isdecimal() and not isinstance(value, Mapping | list)
    return f"{holder}/{compact(value)}" if is_plain_item else pointer


def _differences(pointer: str, old: object, new: object) -> Iterator[Masked]:
    if old == new and type(old) is type(new):
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys((*old, *new)):
            if key not in _WORDS:
                below = f"{pointer}/{escape(key)}"
                yield from _differences(below, old.get(key, MISSING), new.get(key, MISSING))
        return
    if isinstance(old, list) and isinstance(new, list):
        gone = [item for item in old if item not in new]
        come = [item for item in new if item not in old]
        words = [f"without {_shown(item)}" for item in gone] + [f"with {_shown(e)}" for e in come]
        yield Masked(pointer, ", ".join(words) or "in another order")
        return
    yield Masked(pointer, f"{_shown(old)} -> {_shown(new)}")


def _shown(value: object) -> str:
    written = "nothing" if value is MISSING else compact(value)
    return written if len(written) <= LONGEST else f"{written[:LONGEST]}…"
