"""Build the values of a document piece by piece, within bounds, and remember where each one stood."""

from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

from harness import limits
from harness.errors import DocumentError
from harness.jsonvalue import unescape
from harness.source import Source

# Without a bound a file of brackets alone would end the program with a RecursionError.
MAX_DEPTH = 100
"""How deep values may lie in each other; all that walks them is recursive."""

Mark: TypeAlias = tuple[int, int]
"""Line and column, counted from 1."""

Places: TypeAlias = "int | tuple[int, list[Places] | dict[str, Places]]"
"""Where a value and its key stand, packed; for an array or object with the places of what is in it.

Half a million pointers with their marks would take more memory than the document itself.
"""


def pack(mark: Mark, key: Mark = (0, 0)) -> int:
    """Pack the mark of a value and of its key into one number; a column may exceed a million."""
    # 32 bits each, lowest first: column and line of the value, then column and line of its key.
    return ((key[0] << 32 | key[1]) << 64) | mark[0] << 32 | mark[1]


def mark_at(places: Places, pointer: str) -> tuple[int, bool]:
    """Return the packed marks at an RFC 6901 pointer, else its nearest parent's, and whether it is there."""
    for token in pointer[1:].split("/") if pointer else ():
        inner = places[1] if isinstance(places, tuple) else None
        name = unescape(token)
        if isinstance(inner, dict) and name in inner:
            places = inner[name]
        elif isinstance(inner, list) and token.isdecimal() and int(token) < len(inner):
            places = inner[int(token)]
        else:
            # The nearest parent that has a place is still the best hint for whoever reads the
            # message.
            return _own(places), False
    return _own(places), True


def _own(places: Places) -> int:
    return places[0] if isinstance(places, tuple) else places


def value_mark(packed: int) -> Mark:
    """Return where a value stands."""
    return packed >> 32 & 0xFFFFFFFF, packed & 0xFFFFFFFF


def key_mark(packed: int) -> Mark:
    """Return where the key of a value stands; (0, 0) where it has none."""
    return packed >> 96, packed >> 64 & 0xFFFFFFFF


@dataclass(slots=True)
class Frame:
    """An array or object being built; `key` is the member whose value comes next."""

    value: Any
    places: Any
    anchor: str | None = None
    key: str | None = None
    key_mark: Mark = (0, 0)
    merge_mark: Mark | None = None
    """Where it holds YAML's merge key."""
    size: int = 1
    """How many values it holds, those behind aliases counted each time."""
    height: int = 0

    def hold(self, size: int, height: int) -> None:
        self.size += size
        self.height = max(self.height, height + 1)


class Builder:
    """Put values together without recursion, so that depth and size are ours to bound."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.limits = limits.current()
        self.root: Any = None
        self.places: Any = pack((1, 1))
        self.count = 0
        self.stack: list[Frame] = []
        self.repeated: list[tuple[Mark, str]] = []
        """The keys that an object has already; whoever asked for the values decides on them."""

    @property
    def awaits_key(self) -> bool:
        """Whether the next piece has to be the key of a member."""
        return (
            bool(self.stack) and self.stack[-1].key is None and type(self.stack[-1].value) is dict
        )

    def open(self, value: Any, mark: Mark, anchor: str | None = None) -> None:
        """Begin an array or object, which must be empty."""
        # Looked at before the value is made, so that nothing deeper than the bound ever exists.
        if len(self.stack) >= MAX_DEPTH:
            self.refuse(mark, f"is nested more than {MAX_DEPTH} deep.", "")
        places: Any = {} if type(value) is dict else []
        self.add(value, mark, places)
        self.stack.append(Frame(value, places, anchor))

    def close(self) -> Frame:
        """End the array or object begun last, and return what it became."""
        frame = self.stack.pop()
        if self.stack:
            # What lies behind aliases counts in full, or a few lines could stand for millions of
            # values.
            self.stack[-1].hold(frame.size, frame.height)
        return frame

    def take_key(self, key: str, mark: Mark) -> None:
        """Take the key of the next member."""
        frame = self.stack[-1]
        if key in frame.value:
            self.repeated.append((mark, key))
        if len(frame.value) >= self.limits.members:
            self.refuse_members(mark)
        frame.key = key
        frame.key_mark = mark

    def add(self, value: Any, mark: Mark, places: Any = None) -> None:
        """Add a value where it belongs: to the array, as the member whose key came last, as the whole."""
        self.count += 1
        if self.count > self.limits.values:
            # Counted as they come: a document that is too large is refused before it has filled the
            # memory.
            self.refuse_values(mark)
        if not self.stack:
            self.root = value
            self.places = pack(mark) if places is None else (pack(mark), places)
            return
        frame = self.stack[-1]
        packed = pack(mark, frame.key_mark)
        entry = packed if places is None else (packed, places)
        # A frame without a pending key is an array: `awaits_key` lets no value into an object
        # without one.
        if frame.key is None:
            frame.value.append(value)
            frame.places.append(entry)
        else:
            frame.value[frame.key] = value
            frame.places[frame.key] = entry
            frame.key = None

    def refuse(self, mark: Mark, what: str, advice: str) -> NoReturn:
        """Raise a DocumentError with its place."""
        raise DocumentError(what, source=Source(self.path, *mark), advice=advice)

    def refuse_values(self, mark: Mark) -> NoReturn:
        """Refuse what holds too many values: more are refused long before they fill the memory."""
        self.refuse(mark, f"holds more than {self.limits.values:,} values.", limits.ADVICE)

    def refuse_members(self, mark: Mark) -> NoReturn:
        """Refuse an object of too many members."""
        what = f"is an object of more than {self.limits.members:,} members."
        self.refuse(mark, what, limits.ADVICE)
