"""A place in a file, as every message that names one prints it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """A file and, where known, its line and column, both counted from 1 (0: unknown)."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.path
        return f"{self.path}:{self.line}:{self.column}"
