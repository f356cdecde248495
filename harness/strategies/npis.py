"""Generate provider identifiers: valid, with a wrong sum, malformed, and validly transposed."""

from collections.abc import Callable

from hypothesis import strategies as st

from harness.codes.npi import completed
from harness.strategies.digits import arabic_indic, full_width

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
    return st.builds(with_wrong_check_digit, npis(), st.integers(1, 9))


def malformed_npis() -> st.SearchStrategy[str]:
    """Generate texts that are not ten ASCII digits, each close to a valid NPI."""
    return st.builds(_malformed, npis(), st.sampled_from(tuple(MALFORMED_NPI_FORMS)))


def with_wrong_check_digit(npi: str, shift: int) -> str:
    """Return an NPI whose last digit is moved on by 1 to 9."""
    return npi[:9] + str((int(npi[9]) + shift) % 10)


def _completed(body: int) -> str:
    return completed(str(body))


def _malformed(npi: str, form: str) -> str:
    return MALFORMED_NPI_FORMS[form](npi)
