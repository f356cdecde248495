"""Generate tooth surfaces and areas of the oral cavity."""

from hypothesis import strategies as st

from harness.products.dental.codes.oral_cavity import AREAS
from harness.products.dental.codes.surfaces import MOST_PER_TOOTH, SURFACES


def surfaces() -> st.SearchStrategy[str]:
    """Generate one to five different surface letters, such as MOD."""
    letters = st.lists(
        st.sampled_from(tuple(SURFACES)), min_size=1, max_size=MOST_PER_TOOTH, unique=True
    )
    return letters.map("".join)


def oral_cavity_areas() -> st.SearchStrategy[str]:
    """Generate designations of the whole mouth, an arch or a quadrant."""
    return st.sampled_from(tuple(AREAS))
