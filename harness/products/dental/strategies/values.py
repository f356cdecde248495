"""Generate the values of dental attachments: ids, control numbers, procedure codes, teeth, and texts of each named format."""

from collections.abc import Callable
from types import MappingProxyType

from hypothesis import strategies as st

from harness.products.dental.codes.procedures import CATEGORIES
from harness.products.dental.codes.teeth import FDI_ONLY, SAFE_NUMERIC, UNIVERSAL
from harness.strategies.identifiers import check_sizes, npis

PREFIX = "CHC#"

MALFORMED_ATTACHMENT_ID_FORMS: dict[str, Callable[[str], str]] = {
    "eleven-characters": lambda digits: f"{PREFIX}{digits[:11]}",
    "thirteen-characters": lambda digits: f"{PREFIX}{digits}0",
    "bare-eleven-characters": lambda digits: digits[:11],
    "two-letter-prefix": lambda digits: f"CH#{digits}",
    "four-letter-prefix": lambda digits: f"CHCC#{digits}",
    "no-hash": lambda digits: f"CHC{digits}",
    "double-hash": lambda digits: f"CHC##{digits}",
    "letter-beyond-hexadecimal": lambda digits: f"{PREFIX}{digits[:11]}G",
    "inner-space": lambda digits: f"{PREFIX}{digits[:5]} {digits[6:]}",
    "trailing-newline": lambda digits: f"{PREFIX}{digits}\n",
}
"""Named ways to miss both documented forms, decimal or hexadecimal, with a prefix or without."""


def attachment_ids(*, prefixed: bool = True) -> st.SearchStrategy[str]:
    """Generate ids of twelve digits, after CHC# unless asked without."""
    # Through a number, so that shrinking leads to 000000000000.
    return st.integers(0, 10**12 - 1).map(("CHC#{:012}" if prefixed else "{:012}").format)


def control_numbers(*, prefixed: bool = True) -> st.SearchStrategy[str]:
    """Generate attachment control numbers of 24 hexadecimal digits."""
    return st.integers(0, 16**24 - 1).map(("CHC#{:024x}" if prefixed else "{:024x}").format)


def unknown_attachment_ids() -> st.SearchStrategy[str]:
    """Generate well-formed ids from the top of the range, which no service has reached."""
    return st.integers(0, 10**6 - 1).map("CHC#999999{:06}".format)


def malformed_attachment_ids() -> st.SearchStrategy[str]:
    """Generate texts that are neither an attachment id nor a control number."""
    forms = st.sampled_from(tuple(MALFORMED_ATTACHMENT_ID_FORMS))
    return st.builds(_malformed, attachment_ids(prefixed=False), forms)


def _malformed(digits: str, form: str) -> str:
    return MALFORMED_ATTACHMENT_ID_FORMS[form](digits)


_FIRST, _LAST = CATEGORIES[0].first, CATEGORIES[-1].last
_LONGEST_ITEM = 25
# No blank after a comma is among them: the documented samples have one (C32, D098).
_MALFORMED_LISTS = (
    "",
    "D0120,",
    ",D0120",
    "D0120,,D0150",
    "D0120;D0150",
    "D-120",
    "D0120\n",
    "D 120",
)


def procedure_codes() -> st.SearchStrategy[str]:
    """Generate D and four digits within the categories; the code need not be assigned."""
    return st.integers(_FIRST, _LAST).map("D{:04}".format)


def too_long_procedure_codes() -> st.SearchStrategy[str]:
    """Generate 26 to 60 letters and digits where 25 are allowed."""
    # From the first length that is wrong, where shrinking ends.
    return st.integers(_LONGEST_ITEM + 1, 60).map(_code_of_length)


def procedure_lists(*, min_size: int = 1, max_size: int = 10) -> st.SearchStrategy[str]:
    """Generate lists of procedure codes, without spaces."""
    # An empty list is no list of codes: it is among the malformed ones.
    check_sizes(min_size, max_size, least=1, most=2_000)
    return st.lists(procedure_codes(), min_size=min_size, max_size=max_size).map(",".join)


def malformed_procedure_lists() -> st.SearchStrategy[str]:
    """Generate lists with an empty or punctuated item or another separator."""
    return st.sampled_from(_MALFORMED_LISTS)


def _code_of_length(length: int) -> str:
    return "D0120".ljust(length, "0")


# Nor one digit alone: whether 3 stands for 03 is observed by a rule of its own.
_MALFORMED_TOOTH_LISTS = (
    "",
    "014",
    "14,",
    ",14",
    "14,,16",
    "14;16",
    "1#",
    "14,1601",
    "14 16",
    "14\n",
)


def tooth_numbers() -> st.SearchStrategy[str]:
    """Generate any of the 104 Universal designations, unpadded."""
    return st.sampled_from(UNIVERSAL)


def padded_tooth_numbers() -> st.SearchStrategy[str]:
    """Generate 01 to 32 and 51 to 82: what pattern and Image Intelligence both take."""
    return st.sampled_from(SAFE_NUMERIC)


def fdi_only_tooth_numbers() -> st.SearchStrategy[str]:
    """Generate FDI designations that mean nothing in the Universal system."""
    return st.sampled_from(FDI_ONLY)


def tooth_lists(*, min_size: int = 1, max_size: int = 10) -> st.SearchStrategy[str]:
    """Generate lists of different padded teeth, without spaces."""
    check_sizes(min_size, max_size, least=1, most=len(SAFE_NUMERIC))
    teeth = st.lists(padded_tooth_numbers(), min_size=min_size, max_size=max_size, unique=True)
    return teeth.map(",".join)


def malformed_tooth_lists() -> st.SearchStrategy[str]:
    """Generate lists with an empty, overlong or punctuated item or another separator."""
    return st.sampled_from(_MALFORMED_TOOTH_LISTS)


# By the names of the formats that the overlay of the document declares.
FORMATS = MappingProxyType[str, st.SearchStrategy[str]](
    {
        "npi": npis(),
        "tooth-numbers": tooth_lists(),
        "procedure-codes": procedure_lists(),
    }
)
