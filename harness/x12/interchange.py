"""An interchange as frozen values: segments of elements, elements of repetitions and components."""

from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import TypeAlias

WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
"""Characters of ISA01 to ISA16: the one segment whose elements have a fixed width."""
ISA_LENGTH = 106
"""With the letters ISA, sixteen separators and the segment terminator."""

_SEPARATORS = tuple(accumulate((width + 1 for width in WIDTHS[:-1]), initial=3))
# An ISA with wrong widths is looked for this far,
# so that a long text of no X12 is not scanned whole.
_SEARCHED = 4 * ISA_LENGTH


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The separator of elements, repetitions and components, and the terminator of segments."""

    element: str = "*"
    repetition: str = "^"
    component: str = ":"
    segment: str = "~"

    @property
    def are_usable(self) -> bool:
        """Whether all four differ and none is a letter, a digit or a blank."""
        characters = f"{self.element}{self.repetition}{self.component}{self.segment}"
        return len(set(characters)) == 4 and not any(
            character.isalnum() or character == " " for character in characters
        )


USUAL = Delimiters()
"""The ones of every published example."""


def has_fixed_width(text: str) -> bool:
    """Return whether the separators of an ISA stand where its fixed widths put them."""
    # What separates the letters ISA from the first element separates all others.
    return len(text) >= ISA_LENGTH and all(text[at] == text[3] for at in _SEPARATORS)


def delimiters_of(text: str) -> Delimiters | None:
    """Read the delimiters at positions 3, 82, 104 and 105; None where no ISA with them begins.

    Where a width is off the sixteen separators are counted instead, so that the rest can be read.
    """
    if not text.startswith("ISA") or len(text) < 4:
        return None
    # The third position is the first separator, so counting from there finds all sixteen.
    places = _SEPARATORS if has_fixed_width(text) else _counted(text)
    if len(places) < 16 or len(text) < places[15] + 3:
        return None
    last = places[15]
    # ISA11 is the repetition separator from version 00402 on; before, it named a standard.
    repetition = text[places[10] + 1 : places[11]][:1]
    # ISA16 is the component separator; whatever character follows it terminates every segment.
    return Delimiters(text[3], repetition, text[last + 1], text[last + 2])


def _counted(text: str) -> tuple[int, ...]:
    head = text[:_SEARCHED]
    return tuple(at for at, character in enumerate(head) if character == text[3])[:16]


Value: TypeAlias = "str | tuple[str, ...]"
"""What an element is made from: one text, or its components."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element; most have a single repetition of a single component."""

    repetitions: tuple[tuple[str, ...], ...] = (("",),)

    @property
    def value(self) -> str:
        """The first component of the first repetition."""
        return self.repetitions[0][0]

    @property
    def components(self) -> tuple[str, ...]:
        """The components of the first repetition."""
        return self.repetitions[0]

    @property
    def is_empty(self) -> bool:
        """Whether no component holds a character."""
        return not any(component for repetition in self.repetitions for component in repetition)

    @property
    def width(self) -> int:
        """How many characters it takes, its separators included."""
        # One separator stands between any two parts.
        return sum(len(part) + 1 for repetition in self.repetitions for part in repetition) - 1

    def written(self, delimiters: Delimiters) -> str:
        """Return its text."""
        return delimiters.repetition.join(
            delimiters.component.join(components) for components in self.repetitions
        )


EMPTY = Element()


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment and where it stood; two segments are equal wherever they stood."""

    id: str
    elements: tuple[Element, ...] = ()
    index: int = field(default=0, compare=False)
    """Counted from 1 in its interchange; 0 where it was not read from one."""
    offset: int = field(default=0, compare=False)
    """Where its first character stood in the text."""

    def element(self, position: int) -> Element:
        """Return an element by its position from 1; an empty one beyond the end."""
        return self.elements[position - 1] if 0 < position <= len(self.elements) else EMPTY

    def value(self, position: int, component: int = 1) -> str:
        """Return the text of an element, or of one of its components."""
        components = self.element(position).components
        return components[component - 1] if component <= len(components) else ""

    def offset_of(self, position: int) -> int:
        """Return where an element began in the text; position 0 is the segment itself."""
        if position == 0:
            return self.offset
        # From the widths, since segments keep their text only as elements.
        before = sum(element.width + 1 for element in self.elements[: position - 1])
        return self.offset + len(self.id) + 1 + before

    def with_value(self, position: int, value: Value) -> "Segment":
        """Return the segment with another element at a position, filled up to there if need be."""
        missing = (EMPTY,) * (position - len(self.elements))
        elements = list(self.elements + missing)
        elements[position - 1] = element(value)
        return replace(self, elements=tuple(elements))

    def written(self, delimiters: Delimiters) -> str:
        """Return its text without the terminator."""
        parts = (self.id, *(element.written(delimiters) for element in self.elements))
        return delimiters.element.join(parts)


@dataclass(frozen=True, slots=True)
class Interchange:
    """All segments from ISA to IEA with the delimiters that they were, or will be, written with."""

    segments: tuple[Segment, ...] = ()
    delimiters: Delimiters = USUAL

    def first(self, segment_id: str) -> Segment | None:
        """Return the first segment with an id, or None."""
        return next((segment for segment in self.segments if segment.id == segment_id), None)


def element(value: Value) -> Element:
    """Return an element of one text, or of several components."""
    return Element(((value,),)) if isinstance(value, str) else Element((value,))


def segment(segment_id: str, *values: Value) -> Segment:
    """Return a segment of these elements; empty ones at its end are left out."""
    elements = [element(value) for value in values]
    # X12.6 has no separators after the last element that is used.
    while elements and elements[-1].is_empty:
        elements.pop()
    return Segment(segment_id, tuple(elements))
