"""Find out from an ISA segment which four characters delimit its interchange."""

from dataclasses import dataclass
from itertools import accumulate

WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
"""Characters of ISA01 to ISA16: the one segment whose elements have a fixed width."""
ISA_LENGTH = 106
"""With the letters ISA, sixteen separators and the segment terminator."""

_SEPARATORS = tuple(accumulate((width + 1 for width in WIDTHS[:-1]), initial=3))
# An ISA with wrong widths is looked for this far, so that a long text of no X12 is not scanned
# whole.
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
    return len(text) >= ISA_LENGTH and all(text[at] == text[3] for at in _SEPARATORS)


def delimiters_of(text: str) -> Delimiters | None:
    """Read the delimiters at positions 3, 82, 104 and 105; None where no ISA with them begins.

    Where a width is off the sixteen separators are counted instead, so that the rest can be read.
    """
    if not text.startswith("ISA") or len(text) < 4:
        return None
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
