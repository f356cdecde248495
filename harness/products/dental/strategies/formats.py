"""Map the string formats of the project's OpenAPI documents to the strategies that fill them."""

from types import MappingProxyType

from hypothesis import strategies as st

from harness.products.dental.strategies.procedures import procedure_lists
from harness.products.dental.strategies.teeth import tooth_lists
from harness.strategies.npis import npis

FORMATS = MappingProxyType[str, st.SearchStrategy[str]](
    {
        "npi": npis(),
        "tooth-numbers": tooth_lists(),
        "procedure-codes": procedure_lists(),
    }
)
