"""Generate the ids of payers, claims and members, within and beyond their limits."""

from collections.abc import Callable

from hypothesis import strategies as st

from harness.strategies.bounds import check_sizes
from harness.strategies.digits import arabic_indic

LONGEST_ID = 50
_CLAIM_MARK = "CLM-TEST-"
_BASE_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

MALFORMED_PAYER_ID_FORMS: dict[str, Callable[[str], str]] = {
    "four-characters": lambda payer_id: payer_id[:4],
    "six-characters": lambda payer_id: f"{payer_id}0",
    "symbol": lambda payer_id: f"{payer_id[:4]}#",
    "inner-space": lambda payer_id: f"{payer_id[:2]} {payer_id[3:]}",
    "blank": lambda payer_id: " " * len(payer_id),
    "accent": lambda payer_id: f"{payer_id[:4]}\u00e9",
    "arabic-indic-digits": lambda payer_id: f"{payer_id[:3]}{arabic_indic('12')}",
    "trailing-newline": lambda payer_id: f"{payer_id}\n",
}
"""Named ways to turn a payer id into something that is not five ASCII letters or digits."""


def payer_ids() -> st.SearchStrategy[str]:
    """Generate five upper-case letters or digits."""
    return st.integers(0, 36**5 - 1).map(_payer_id)


def malformed_payer_ids() -> st.SearchStrategy[str]:
    """Generate texts that are not five ASCII letters or digits; none is empty."""
    return st.builds(_malformed, payer_ids(), st.sampled_from(tuple(MALFORMED_PAYER_ID_FORMS)))


def claim_ids(*, min_size: int = 1, max_size: int = LONGEST_ID) -> st.SearchStrategy[str]:
    """Generate claim ids of up to 50 characters, marked as test data where the length allows."""
    check_sizes(min_size, max_size, least=1, most=LONGEST_ID)
    return st.builds(_claim_id, st.integers(min_size, max_size), st.integers(0, 999_999))


def too_long_claim_ids() -> st.SearchStrategy[str]:
    """Generate claim ids of 51 to 300 characters."""
    return st.builds(_claim_id, st.integers(LONGEST_ID + 1, 300), st.integers(0, 999_999))


def member_ids() -> st.SearchStrategy[str]:
    """Generate member ids that show at a glance that they are synthetic."""
    return st.integers(0, 99_999_999).map(_member_id)


def _payer_id(number: int) -> str:
    digits = ""
    for _ in range(5):
        number, digit = divmod(number, 36)
        digits = _BASE_36[digit] + digits
    return digits


def _malformed(payer_id: str, form: str) -> str:
    return MALFORMED_PAYER_ID_FORMS[form](payer_id)


def _claim_id(length: int, number: int) -> str:
    mark = _CLAIM_MARK if length > len(_CLAIM_MARK) else ""
    width = length - len(mark)
    return mark + f"{number:0{width}}"[-width:]


def _member_id(number: int) -> str:
    return f"SYN{number:08}"
