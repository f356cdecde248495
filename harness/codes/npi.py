"""Decide whether a text is a National Provider Identifier, and complete one from nine digits."""

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
    return is_npi(text) and text[0] in "12"


def check_digit(first_nine: str) -> str:
    """Return the tenth digit that makes nine digits an NPI."""
    if not _NINE_DIGITS.fullmatch(first_nine):
        raise InvalidArgument(f"an NPI is completed from nine ASCII digits, not {first_nine!r}.")
    doubled = (2 * int(digit) for digit in first_nine[::2])
    total = _PREFIX_SUM + sum(value // 10 + value % 10 for value in doubled)
    total += sum(int(digit) for digit in first_nine[1::2])
    return str(-total % 10)


def completed(first_nine: str) -> str:
    """Return nine digits followed by their check digit."""
    return first_nine + check_digit(first_nine)
