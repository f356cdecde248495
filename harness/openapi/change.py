"""One difference between two versions of a document, and how much it weighs."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Direction(StrEnum):
    """Who writes the value: what narrows a request breaks its sender, what widens a response its reader."""

    REQUEST = "request"
    RESPONSE = "response"


class Shift(StrEnum):
    """Whether the set of valid values shrank, grew, or lost some and gained others."""

    NARROWED = "narrowed"
    WIDENED = "widened"
    CHANGED = "changed"


class Level(StrEnum):
    """What a difference means for a caller, the heaviest first."""

    BREAKING = "breaking"
    """Something that worked can fail."""
    WARNING = "warning"
    """It may fail or come to mean something else; the documents alone do not decide it."""
    HARMLESS = "harmless"
    """Whatever worked still works."""
    INFORMATIONAL = "informational"
    """Nothing on the wire changes."""


LEVELS = tuple(Level)


@dataclass(frozen=True, slots=True)
class Change:
    """A difference, worded so that it stays the same from run to run."""

    id: str
    operation: str
    """`POST /claims/…`; empty where it is about the whole document or a shared schema."""
    path: str
    """Where: `body multipart/form-data /files`, or `schema Claim /npi` for what operations share."""
    text: str
    """Old and new value: `maxItems 10 -> 5`."""
    level: Level
    reason: str = ""
    """Why it has this level, in one sentence."""
    operations: tuple[str, ...] = ()
    """Every operation that it touches."""
    example: str = ""
    """A value, as JSON, that was or is valid on one side only."""

    @property
    def is_breaking(self) -> bool:
        return self.level is Level.BREAKING

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits that name the change, for lists of known ones."""
        # Without level and reason: a known change keeps its name when those are reworded.
        content = f"{self.id}:{self.operation}:{self.path}:{self.text}"
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    @property
    def place(self) -> str:
        return " ".join(each for each in (self.operation, self.path) if each)

    def __str__(self) -> str:
        return f"{self.level} {self.id} {self.place}: {self.text} [{self.fingerprint}]"
