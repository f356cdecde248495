"""An interchange as frozen values: segments of elements, elements of repetitions and components."""

from dataclasses import dataclass, field, replace
from typing import TypeAlias

from harness.x12.delimiters import USUAL, Delimiters

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
