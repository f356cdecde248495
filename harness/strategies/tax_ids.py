"""Generate billing tax ids, valid and malformed."""

from collections.abc import Callable

from hypothesis import strategies as st

from harness.codes.tax_id import has_campus_prefix
from harness.strategies.digits import arabic_indic, full_width

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
    forms = tuple(form for form in MALFORMED_TAX_ID_FORMS if form != _PRINTED)
    return st.builds(_malformed, tax_ids(), st.sampled_from(forms))


def _tax_id(prefix: str, number: int) -> str:
    return f"{prefix}{number:07}"


def _malformed(tax_id: str, form: str) -> str:
    return MALFORMED_TAX_ID_FORMS[form](tax_id)
