"""One difference between two versions of a document."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Direction(StrEnum):
    """Who writes the value: what narrows a request breaks its sender, what widens a response its reader."""

    REQUEST = "request"
    RESPONSE = "response"


class Shift(StrEnum):
    """Whether the set of valid values shrank, grew, or cannot be compared."""

    NARROWED = "narrowed"
    WIDENED = "widened"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """A difference, told in a way that stays the same from run to run."""

    id: str
    operation: str
    """`POST /claims/…`; empty for the whole document."""
    path: str
    """Where in the operation: `body multipart/form-data /files`."""
    text: str
    """Old and new value: `maxItems 10 -> 5`."""
    is_breaking: bool

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits that name the change, for lists of known ones."""
        content = f"{self.id}:{self.operation}:{self.path}:{self.text}"
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    def __str__(self) -> str:
        kind = "breaking" if self.is_breaking else "harmless"
        place = " ".join(each for each in (self.operation, self.path) if each)
        return f"{kind} {self.id} {place}: {self.text} [{self.fingerprint}]"


def breaks(direction: Direction, shift: Shift) -> bool:
    """Tell whether a shift can make what worked fail."""
    harmless = {Direction.REQUEST: Shift.WIDENED, Direction.RESPONSE: Shift.NARROWED}
    return shift is not harmless[direction]
