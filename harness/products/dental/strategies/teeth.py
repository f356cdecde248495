"""Generate tooth designations and comma-separated lists of them."""

from hypothesis import strategies as st

from harness.products.dental.codes.teeth import FDI_ONLY, SAFE_NUMERIC, UNIVERSAL
from harness.strategies.bounds import check_sizes

_MALFORMED_LISTS = ("", "014", "14,", ",14", "14,,16", "14;16", "1#", "14,1601", "14 16", "14\n")


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
    return st.sampled_from(_MALFORMED_LISTS)
