"""Generate attachment ids and control numbers, known in form, unknown in fact, or malformed."""

from collections.abc import Callable

from hypothesis import strategies as st

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
