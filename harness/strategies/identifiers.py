"""Generate the ids of payers, claims and members, within and beyond their limits."""

from collections.abc import Callable

from hypothesis import strategies as st

from harness.codes.identifiers import completed, has_campus_prefix
from harness.errors import InvalidArgument


def check_sizes(min_size: int, max_size: int, *, least: int = 0, most: int) -> None:
    """Raise unless least <= min_size <= max_size <= most."""
    if not least <= min_size <= max_size <= most:
        raise InvalidArgument(
            f"sizes {min_size} to {max_size} are impossible: choose within {least} to {most}."
        )


_ASCII = "0123456789"
# Digits that `str.isdigit` and many patterns take for ASCII ones.
_ARABIC_INDIC = str.maketrans(_ASCII, "".join(chr(0x0660 + digit) for digit in range(10)))
_FULL_WIDTH = str.maketrans(_ASCII, "".join(chr(0xFF10 + digit) for digit in range(10)))


def arabic_indic(text: str) -> str:
    """Return a text with Arabic-Indic digits, which `str.isdigit` accepts."""
    return text.translate(_ARABIC_INDIC)


def full_width(text: str) -> str:
    """Return a text with full-width digits, which look like ASCII ones."""
    return text.translate(_FULL_WIDTH)


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
    # Through a number, since it shrinks towards zero and every number is an id.
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
    # A mark would leave no room for anything that differs.
    mark = _CLAIM_MARK if length > len(_CLAIM_MARK) else ""
    width = length - len(mark)
    return mark + f"{number:0{width}}"[-width:]


def _member_id(number: int) -> str:
    return f"SYN{number:08}"


# Nine digits that begin with 1 or 2, before the check digit is added.
_FIRST_ISSUABLE, _LAST_ISSUABLE = 100_000_000, 299_999_999

MALFORMED_NPI_FORMS: dict[str, Callable[[str], str]] = {
    "nine-digits": lambda npi: npi[:9],
    "eleven-digits": lambda npi: f"{npi}0",
    "letter": lambda npi: f"{npi[:9]}X",
    "inner-space": lambda npi: f"{npi[:5]} {npi[5:]}",
    "leading-space": lambda npi: f" {npi}",
    "hyphens": lambda npi: f"{npi[:3]}-{npi[3:6]}-{npi[6:]}",
    "issuer-prefix": lambda npi: f"80840{npi}",
    "arabic-indic-digits": arabic_indic,
    "full-width-digits": full_width,
    "trailing-newline": lambda npi: f"{npi}\n",
}
"""Named ways to turn an NPI into something that is not ten ASCII digits."""


def npis() -> st.SearchStrategy[str]:
    """Generate valid NPIs as CMS would issue them: first digit 1 or 2."""
    return st.integers(_FIRST_ISSUABLE, _LAST_ISSUABLE).map(_completed)


def wrong_checksum_npis() -> st.SearchStrategy[str]:
    """Generate ten digits of which the last is wrong."""
    # A shift of ten would bring back the right digit.
    return st.builds(with_wrong_check_digit, npis(), st.integers(1, 9))


def malformed_npis() -> st.SearchStrategy[str]:
    """Generate texts that are not ten ASCII digits, each close to a valid NPI."""
    return st.builds(_malformed_npis, npis(), st.sampled_from(tuple(MALFORMED_NPI_FORMS)))


def with_wrong_check_digit(npi: str, shift: int) -> str:
    """Return an NPI whose last digit is moved on by 1 to 9."""
    return npi[:9] + str((int(npi[9]) + shift) % 10)


def _completed(body: int) -> str:
    return completed(str(body))


def _malformed_npis(npi: str, form: str) -> str:
    return MALFORMED_NPI_FORMS[form](npi)


# Worked out from the rule, so that the two lists cannot differ.
_PREFIXES = tuple(
    prefix
    for prefix in (f"{number:02}" for number in range(100))
    if has_campus_prefix(prefix + "0" * 7)
)

MALFORMED_TAX_ID_FORMS: dict[str, Callable[[str], str]] = {
    "eight-digits": lambda tax_id: tax_id[:8],
    "ten-digits": lambda tax_id: f"{tax_id}0",
    "letter": lambda tax_id: f"{tax_id[:8]}A",
    "dash": lambda tax_id: f"{tax_id[:2]}-{tax_id[2:]}",
    "arabic-indic-digits": arabic_indic,
    "full-width-digits": full_width,
    "trailing-newline": lambda tax_id: f"{tax_id}\n",
}
"""Named ways to turn a tax id into something that is not nine ASCII digits."""

_PRINTED = "dash"
"""How forms print a tax id. The required format is published nowhere, so it may be taken for the same."""


def tax_ids() -> st.SearchStrategy[str]:
    """Generate nine digits with a prefix that a campus assigns."""
    return st.builds(_tax_id, st.sampled_from(_PREFIXES), st.integers(0, 9_999_999))


def malformed_tax_ids() -> st.SearchStrategy[str]:
    """Generate texts that are no tax id in any writing, each close to one."""
    # The form that is printed may be accepted, so refusing it is not asked for.
    forms = tuple(form for form in MALFORMED_TAX_ID_FORMS if form != _PRINTED)
    return st.builds(_malformed_tax_ids, tax_ids(), st.sampled_from(forms))


def _tax_id(prefix: str, number: int) -> str:
    return f"{prefix}{number:07}"


def _malformed_tax_ids(tax_id: str, form: str) -> str:
    return MALFORMED_TAX_ID_FORMS[form](tax_id)
