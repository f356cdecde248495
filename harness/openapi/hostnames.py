"""Tell names of hosts, in ASCII and internationalized (JSON Schema 2020-12, validation 7.3.3)."""

import re

import idna

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOSTNAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.ASCII)
_DOTS = ".\u3002\uff0e\uff61"
"""What ends a label (RFC 3490, 3.1); the later RFCs leave it to whoever reads the name."""
_MOST = 253


def is_hostname(text: str) -> bool:
    """Tell whether a text is the name of a host (RFC 1123, 2.1; RFC 1035, 2.3.4).

    A label that begins as Punycode does has to be such a label (RFC 5891, 4.4).
    """
    if len(text) > _MOST or _HOSTNAME.fullmatch(text) is None:
        return False
    labels = text.lower().split(".")
    return all(_is_a_label(label) for label in labels if label.startswith("xn--"))


def _is_a_label(label: str) -> bool:
    try:
        return idna.alabel(idna.ulabel(label)) == label.encode()
    except (idna.IDNAError, UnicodeError):
        return False


def is_idn_hostname(text: str) -> bool:
    """Tell whether a text is a name as for `hostname`, or an internationalized one (RFC 5890, 2.3.2.3)."""
    if is_hostname(text):
        return True
    if text.isascii() or len(text) > _MOST or text[-1] in _DOTS:
        return False
    try:
        idna.encode(text)
    except (idna.IDNAError, UnicodeError):
        return False
    return True
