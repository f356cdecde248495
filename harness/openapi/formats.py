"""Check values by their `format`: which formats assert is a choice, and what only annotates is a warning.

OpenAPI defines data types of its own (2.0 and 3.0.4, "Data Types"): int32, int64, byte, date and
date-time bound the value, so they assert. JSON Schema 2020-12, validation 7.2.1, makes every format an
annotation unless asserting was asked for. `standard` therefore asserts OpenAPI's own, and of JSON
Schema's those whose texts leave no room for opinion (date, date-time, uuid, ipv4, ipv6); of the others
(email, uri, hostname …) it warns. `all` asserts every one, `none` not one.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

import idna
from jsonschema import FormatChecker

from harness.codes.dates import is_iso_date
from harness.codes.identifiers import is_npi
from harness.openapi.numbers import is_multiple
from harness.openapi.patterns import pattern_fault


class Formats(StrEnum):
    """Which formats make a value invalid."""

    STANDARD = "standard"
    ALL = "all"
    NONE = "none"


# RFC 3339, 5.6, where T and Z may be lower case; section 5.7 allows second 60.
_CLOCK = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(?:\.[0-9]+)?"
_OFFSET = r"(?:[Zz]|(?P<sign>[+-])(?P<ahead>[01][0-9]|2[0-3]):(?P<minutes>[0-5][0-9]))"
_TIME = re.compile(_CLOCK + _OFFSET, re.ASCII)
_DATE_TIME = re.compile(
    rf"(?P<date>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})[Tt]{_CLOCK}{_OFFSET}", re.ASCII
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", re.ASCII)
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_QUOTED = r'"(?:[ !#-\[\]-~]|\\[ -~])*"'
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*|{_QUOTED}")
_BEYOND_ASCII = "\x80-\ud7ff\ue000-\U0010ffff"
_IDN_ATOM = _ATOM.replace("[", f"[{_BEYOND_ASCII}", 1)
_IDN_QUOTED = rf'"(?:[ !#-\[\]-~{_BEYOND_ASCII}]|\\[ -~])*"'
_IDN_LOCAL = re.compile(rf"{_IDN_ATOM}(?:\.{_IDN_ATOM})*|{_IDN_QUOTED}")
_ESCAPES = r"%[0-9A-Fa-f]{2}"
# Unreserved and reserved signs of RFC 3986, 2.2 and 2.3, without those that end a part.
_URI_SIGNS = r"A-Za-z0-9._~:/?@!$&'()*+,;=\-"
_NAME = rf"(?:[A-Za-z0-9._~!$&'()*+,;=\-]|{_ESCAPES})*"
_HOSTS = (
    rf"(?://(?:(?:{_NAME}:)*{_NAME}@)?(?:\[[0-9A-Fa-f:.v]+\]|{_NAME})(?::[0-9]*)?(?=[/?#]|\Z))?"
)
_URI_REST = rf"{_HOSTS}(?:[{_URI_SIGNS}]|{_ESCAPES})*(?:#(?:[{_URI_SIGNS}]|{_ESCAPES})*)?"
_SCHEME = r"[A-Za-z][A-Za-z0-9+.\-]*:"
_URI = re.compile(_SCHEME + _URI_REST, re.ASCII)
_URI_REFERENCE = re.compile(rf"(?:{_SCHEME})?{_URI_REST}", re.ASCII)
_IRI_REST = _URI_REST.replace(
    "A-Za-z0-9._~", "A-Za-z0-9._~\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U000efffd"
)
_IRI = re.compile(_SCHEME + _IRI_REST)
_IRI_REFERENCE = re.compile(rf"(?:{_SCHEME})?{_IRI_REST}")
_VARIABLE = r"(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2})(?:\.?(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2}))*(?::[1-9][0-9]{0,3}|\*)?"
# Literals, expressions with an operator, and variables with modifiers (RFC 6570, 2.1 to 2.4).
_URI_TEMPLATE = re.compile(
    rf"(?:[^\x00-\x20\"'%<>\\^`{{|}}\x7f]|{_ESCAPES}|\{{[+#./;?&=,!@|]?{_VARIABLE}(?:,{_VARIABLE})*\}})*"
)
# RFC 6901, 3: within a name `~` is written ~0 and `/` is written ~1.
_POINTER = r"(?:/(?:[^~/]|~[01])*)*"
_JSON_POINTER = re.compile(_POINTER)
_RELATIVE_POINTER = re.compile(rf"(?:0|[1-9][0-9]*)(?:[+-][1-9][0-9]*)?(?:#|{_POINTER})")
# Weeks stand alone, and no unit between two others is left out: P1Y1D is none.
_DURATION = re.compile(
    r"P(?:[0-9]+W|(?=[0-9T])(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)?"
    r"(?:T(?=[0-9])(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S)?)?)",
    re.ASCII,
)


def is_time(text: str) -> bool:
    """Return whether a text is a time with an offset (RFC 3339, 5.6)."""
    match = _TIME.fullmatch(text)
    return match is not None and _is_clock(match)


def is_date_time(text: str) -> bool:
    """Return whether a text is a date with a time and an offset (RFC 3339, 5.6)."""
    match = _DATE_TIME.fullmatch(text)
    return match is not None and is_iso_date(match["date"]) and _is_clock(match)


def _is_clock(match: re.Match[str]) -> bool:
    hour, minute, second = (int(match[name]) for name in ("hour", "minute", "second"))
    if second == 60:  # a leap second ends a day of UTC (RFC 3339, 5.7)
        return hour < 24 and minute < 60 and (hour * 60 + minute - _offset(match)) % 1440 == 1439
    return hour < 24 and minute < 60 and second < 60


def _offset(match: re.Match[str]) -> int:
    """Return the minutes by which a time is ahead of UTC."""
    sign = {"+": 1, "-": -1}.get(match["sign"] or "", 0)
    return sign * (int(match["ahead"] or 0) * 60 + int(match["minutes"] or 0))


def is_uuid(text: str) -> bool:
    """Return whether a text is a UUID in the usual form (RFC 9562, 4)."""
    return _UUID.fullmatch(text) is not None


_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOSTNAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.ASCII)
_DOTS = ".\u3002\uff0e\uff61"
"""What ends a label (RFC 3490, 3.1); the later RFCs leave it to whoever reads the name."""
# Characters: of 255 bytes on the wire, one is a length and one the root (RFC 1035, 2.3.4).
_MOST = 253


def is_hostname(text: str) -> bool:
    """Return whether a text is the name of a host (RFC 1123, 2.1; RFC 1035, 2.3.4).

    A label that begins as Punycode does has to be such a label (RFC 5891, 4.4).
    """
    if len(text) > _MOST or _HOSTNAME.fullmatch(text) is None:
        return False
    labels = text.lower().split(".")
    return all(_is_a_label(label) for label in labels if label.startswith("xn--"))


def _is_a_label(label: str) -> bool:
    try:
        # Only a label that decodes, and encodes to itself again, is one.
        return idna.alabel(idna.ulabel(label)) == label.encode()
    except (idna.IDNAError, UnicodeError):
        return False


def is_idn_hostname(text: str) -> bool:
    """Return whether a text is a name as for `hostname`, or an internationalized one (RFC 5890, 2.3.2.3)."""
    if is_hostname(text):
        return True
    # ASCII has been refused above; a dot at the end is the root, which a host name omits.
    if text.isascii() or len(text) > _MOST or text[-1] in _DOTS:
        return False
    try:
        idna.encode(text)
    except (idna.IDNAError, UnicodeError):
        return False
    return True


def is_email(text: str, local_part: re.Pattern[str], is_domain: Callable[[str], bool]) -> bool:
    """Return whether a text is a mailbox: a local part, and a domain or an address in brackets."""
    local, _, domain = text.rpartition("@")
    if local_part.fullmatch(local) is None:
        return False
    if not domain.startswith("["):
        return is_domain(domain)
    return domain.endswith("]") and _is_literal(domain[1:-1])


def _is_literal(text: str) -> bool:
    """Return whether a text is an address as a mailbox names it (RFC 5321, 4.1.3)."""
    tag, colon, address = text.partition(":")
    if not colon:
        return _is_address(text, ipaddress.IPv4Address)
    if tag.lower() == "ipv6":
        return _is_address(address, ipaddress.IPv6Address)
    # Any other tag, with `dcontent` behind it: all printable signs but brackets and backslash.
    return re.fullmatch(r"[A-Za-z0-9-]*[A-Za-z0-9]:[!-Z^-~]+", text) is not None


def _is_address(text: str, kind: type[ipaddress.IPv4Address] | type[ipaddress.IPv6Address]) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return "%" not in text  # a zone is no part of the address (RFC 4291, 2.2)


def _matching(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None


FORMATS: Mapping[str, Callable[[str], bool]] = {
    "date": is_iso_date,
    "date-time": is_date_time,
    "uuid": is_uuid,
    "npi": is_npi,
    "byte": _matching(_BASE64),  # RFC 4648, 4
    "ipv4": lambda text: _is_address(text, ipaddress.IPv4Address),
    "ipv6": lambda text: _is_address(text, ipaddress.IPv6Address),
}
"""The formats of strings that assert by themselves."""
OPEN_FORMATS: Mapping[str, Callable[[str], bool]] = {
    "time": is_time,
    "duration": _matching(_DURATION),  # RFC 3339, appendix A
    "email": lambda text: is_email(text, _LOCAL, is_hostname),  # RFC 5321, 4.1.2
    "idn-email": lambda text: is_email(text, _IDN_LOCAL, is_idn_hostname),  # RFC 6531, 3.3
    "hostname": is_hostname,
    "idn-hostname": is_idn_hostname,
    "uri": _matching(_URI),  # RFC 3986
    "uri-reference": _matching(_URI_REFERENCE),
    "iri": _matching(_IRI),  # RFC 3987
    "iri-reference": _matching(_IRI_REFERENCE),
    "uri-template": _matching(_URI_TEMPLATE),  # RFC 6570, 2
    "json-pointer": _matching(_JSON_POINTER),  # RFC 6901, 5
    "relative-json-pointer": _matching(_RELATIVE_POINTER),
    "regex": lambda text: not pattern_fault(text).startswith("cannot"),
}
"""The formats of strings whose breach is a warning, unless all are asked for."""
BITS: Mapping[str, int] = {"int32": 32, "int64": 64}
"""The formats of integers; they assert by themselves."""


@lru_cache(maxsize=4)
def format_checker(formats: Formats = Formats.STANDARD) -> FormatChecker:
    """Return a checker of what asserts; every other format says nothing."""
    checker = FormatChecker(formats=())
    known = {} if formats is Formats.NONE else dict(FORMATS)
    if formats is Formats.ALL:
        known.update(OPEN_FORMATS)
    for name, accepts in known.items():
        checker.checks(name)(_strings_only(accepts))
    for name, bits in BITS.items() if formats is not Formats.NONE else ():
        checker.checks(name)(_integers_only(bits))
    return checker


def _strings_only(accepts: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or accepts(value)


def _integers_only(bits: int) -> Callable[[object], bool]:
    """Check the range of whole numbers; what is none breaks `type`, where that is asked for."""
    # The range of a signed integer in two's complement.
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1

    def accepts(value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            return True
        # `1.0` is a whole number, so it can be within an int32.
        return low <= value <= high and is_multiple(value, 1)

    return accepts
