"""Write ASCII digits in ways that careless validators take for the same."""

_ASCII = "0123456789"
_ARABIC_INDIC = str.maketrans(_ASCII, "".join(chr(0x0660 + digit) for digit in range(10)))
_FULL_WIDTH = str.maketrans(_ASCII, "".join(chr(0xFF10 + digit) for digit in range(10)))


def arabic_indic(text: str) -> str:
    """Return a text with Arabic-Indic digits, which `str.isdigit` accepts."""
    return text.translate(_ARABIC_INDIC)


def full_width(text: str) -> str:
    """Return a text with full-width digits, which look like ASCII ones."""
    return text.translate(_FULL_WIDTH)
