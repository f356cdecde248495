"""Decide whether a text is a National Provider Identifier or a billing tax id, and complete one from nine digits."""

import re

from harness.errors import InvalidArgument

_TEN_DIGITS = re.compile(r"[0-9]{10}")
_NINE_DIGITS = re.compile(r"[0-9]{9}")
# 8+0+8+4+0 with every second digit doubled: what the card-issuer prefix 80840 adds to the Luhn sum.
_PREFIX_SUM = 24


def is_ten_digits(text: str) -> bool:
    """Return whether a text has an NPI's form: ten ASCII digits, whatever their sum."""
    return _TEN_DIGITS.fullmatch(text) is not None


def is_npi(text: str) -> bool:
    """Return whether ten ASCII digits pass the Luhn check over 80840 (CMS NPI check-digit note)."""
    return is_ten_digits(text) and check_digit(text[:9]) == text[9]


def is_issuable(text: str) -> bool:
    """Return whether an NPI could have been given out: CMS issues only first digits 1 and 2."""
    # Other first digits pass the check as well, and stand for nobody.
    return is_npi(text) and text[0] in "12"


def check_digit(first_nine: str) -> str:
    """Return the tenth digit that makes nine digits an NPI."""
    if not _NINE_DIGITS.fullmatch(first_nine):
        raise InvalidArgument(f"an NPI is completed from nine ASCII digits, not {first_nine!r}.")
    # From the right every second digit is doubled; the check digit itself is the first from there.
    doubled = (2 * int(digit) for digit in first_nine[::2])
    total = _PREFIX_SUM + sum(value // 10 + value % 10 for value in doubled)
    total += sum(int(digit) for digit in first_nine[1::2])
    # What is lacking to the next multiple of ten.
    return str(-total % 10)


def completed(first_nine: str) -> str:
    """Return nine digits followed by their check digit."""
    return first_nine + check_digit(first_nine)


_UNASSIGNED_DIGITS = (0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97)
UNASSIGNED_PREFIXES = frozenset(f"{prefix:02}" for prefix in _UNASSIGNED_DIGITS)
"""First two digits that no campus of the tax authority assigns to employers."""


def is_tax_id(text: str) -> bool:
    """Return whether a text is exactly nine ASCII digits, without a dash."""
    return _NINE_DIGITS.fullmatch(text) is not None


def has_campus_prefix(text: str) -> bool:
    """Return whether a tax id starts with a prefix that a campus assigns."""
    return is_tax_id(text) and text[:2] not in UNASSIGNED_PREFIXES
