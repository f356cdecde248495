"""Generate people's names from a list that nobody takes for real patients."""

from hypothesis import strategies as st

from harness.strategies.identifiers import check_sizes

PLAIN_NAMES = (
    "Atreides",
    "Paul",
    "Doe-Test",
    "O'Sample",
    "Sample",
    "Testperson",
    "Example-Synthetic",
    "McTest",
    "D'Example",
    "X",
    "Q",
)
"""ASCII letters, apostrophes and hyphens."""

ACCENTED_NAMES = (
    "Jos\u00e9-Test",
    "M\u00fcller-Test",
    "\u00d1and\u00fa-Sample",
    "Zo\u00eb-Example",
    "\u0141\u00f3d\u017a-Test",
    "\u00d8",
)

# Longer than any limit on names, and short enough to send.
_LONGEST = 1_000


def names(*, max_size: int, plain: bool = False) -> st.SearchStrategy[str]:
    """Generate names of 1 to max_size characters; plain ones have no diacritics."""
    check_sizes(1, max_size, least=1, most=_LONGEST)
    listed = PLAIN_NAMES if plain else PLAIN_NAMES + ACCENTED_NAMES
    fitting = tuple(name for name in listed if len(name) <= max_size)
    # Also of every length, since limits are found at their edges.
    return st.sampled_from(fitting) | st.integers(1, max_size).map(name_of_length)


def name_of_length(length: int) -> str:
    """Return a name of exactly so many letters."""
    return ("Test" + "sample" * (length // 6 + 1))[:length]
