"""Decide whether a text is a billing tax id, and whether its campus prefix was ever given out."""

import re

_NINE_DIGITS = re.compile(r"[0-9]{9}")

_UNASSIGNED_DIGITS = (0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97)
UNASSIGNED_PREFIXES = frozenset(f"{prefix:02}" for prefix in _UNASSIGNED_DIGITS)
"""First two digits that no campus of the tax authority assigns to employers."""


def is_tax_id(text: str) -> bool:
    """Return whether a text is exactly nine ASCII digits, without a dash."""
    return _NINE_DIGITS.fullmatch(text) is not None


def has_campus_prefix(text: str) -> bool:
    """Return whether a tax id starts with a prefix that a campus assigns."""
    return is_tax_id(text) and text[:2] not in UNASSIGNED_PREFIXES
