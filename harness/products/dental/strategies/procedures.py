"""Generate dental procedure codes and comma-separated lists of them."""

from hypothesis import strategies as st

from harness.products.dental.codes.procedures import CATEGORIES
from harness.strategies.bounds import check_sizes

_FIRST, _LAST = CATEGORIES[0].first, CATEGORIES[-1].last
_LONGEST_ITEM = 25
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
    return st.integers(_LONGEST_ITEM + 1, 60).map(_code_of_length)


def procedure_lists(*, min_size: int = 1, max_size: int = 10) -> st.SearchStrategy[str]:
    """Generate lists of procedure codes, without spaces."""
    check_sizes(min_size, max_size, least=1, most=2_000)
    return st.lists(procedure_codes(), min_size=min_size, max_size=max_size).map(",".join)


def malformed_procedure_lists() -> st.SearchStrategy[str]:
    """Generate lists with an empty or punctuated item or another separator."""
    return st.sampled_from(_MALFORMED_LISTS)


def _code_of_length(length: int) -> str:
    return "D0120".ljust(length, "0")
