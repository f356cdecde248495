"""Shorten a text for a report or a message."""

CUT = "…"
"""What stands at the end of a text that was shortened: the redactor knows by it that a secret may be cut there."""


def shortened(value: str, most: int) -> str:
    """Return at most so many characters of a text; what is cut off begins with the mark."""
    return value if len(value) <= most else value[: most - 1] + CUT
