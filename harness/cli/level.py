"""How much a command prints while it runs."""

from enum import Enum


class Level(Enum):
    """How much is printed."""

    QUIET = "quiet"
    """The verdict alone."""
    NORMAL = "normal"
    FULL = "full"
    """Every case that does not pass, with its whole message."""
