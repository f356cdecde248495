"""What a JSON document can hold, and how to look into it without guessing its shape."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from math import copysign, inf, isnan
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

_SURROGATE = re.compile("[\ud800-\udfff]")
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")

MISSING = object()
"""What `lookup` returns where a pointer leads nowhere; JSON null is a value, this is not."""


def members(value: object) -> Mapping[str, Json]:
    """Return an object's members; anything else has none."""
    if isinstance(value, dict):
        return value
    # To ask whether something is a Mapping costs ten times as much, and this is asked millions of times.
    if value is None or isinstance(value, str | list):
        return {}
    return value if isinstance(value, Mapping) else {}


def items(value: object) -> Sequence[Json]:
    """Return an array's items; anything else, a string included, has none."""
    return value if isinstance(value, list | tuple) else ()


def text(value: object) -> str:
    """Return a string as it is and anything else as an empty string."""
    return value if isinstance(value, str) else ""


def exact_number(value: object, default: int = 0) -> int | float:
    """Return an int or float (a bool is neither) as it is: a float holds no int beyond 2**53 exactly."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else default


def number(value: object, default: float = 0.0) -> float:
    """Return an int or float (a bool is neither) as a float, else the default."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return default
    try:
        return float(value)
    except OverflowError:  # JSON bounds no number (RFC 8259, section 6)
        # Infinity with its sign: whoever compares finds it beyond every bound.
        return copysign(inf, value > 0 or -1)


_MOST = 10.0**18


def whole_number(value: object, default: float = 0.0) -> int:
    """Return a number without its fraction; what is no number, or has no end, as far as an int is of use."""
    found = number(value, default)
    return round(default) if isnan(found) else int(max(-_MOST, min(found, _MOST)))


def parsed(
    written: str,
    *,
    constant: Callable[[str], Json] | None = None,
    number: Callable[[str], object] | None = None,
) -> Json:
    """Read JSON that came from outside, as values that every file can hold. Raises ValueError.

    `constant` reads NaN and Infinity, `number` what has a fraction or an exponent.
    """
    try:
        value: Json = json.loads(written, parse_constant=constant, parse_float=number)
        # Only an escape can bring half a pair into text that was decoded from UTF-8.
        if _SURROGATE_ESCAPE.search(written):
            value = _whole_characters(value)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def _whole_characters(value: Json) -> Json:
    if isinstance(value, str):
        return without_surrogates(value)
    if isinstance(value, Mapping):
        return {without_surrogates(key): _whole_characters(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_whole_characters(each) for each in value]
    return value


def without_surrogates(written: str) -> str:
    """Return text whose halves of surrogate pairs are U+FFFD: no encoding has bytes for them."""
    if _SURROGATE.search(written) is None:
        return written
    # Through UTF-16 two halves that belong together become one character again.
    return written.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def compact(value: object) -> str:
    """Write a value as one line of JSON, members in their own order."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def as_text(value: object) -> str:
    """Write a value as part of a string: text as it is, anything else as JSON."""
    return value if isinstance(value, str) else compact(value)


def unescape(token: str) -> str:
    """Decode one RFC 6901 reference token."""
    # In this order (RFC 6901, 4): the other way round, ~01 would become / and not ~1.
    return token.replace("~1", "/").replace("~0", "~")


def escape(token: str) -> str:
    """Encode one RFC 6901 reference token."""
    # The reverse order, so that the ~ of an escape is not escaped itself.
    return token.replace("~", "~0").replace("/", "~1")


def lookup(value: object, pointer: str) -> object:
    """Return what an RFC 6901 pointer ('' is the whole) leads to, or MISSING."""
    if not pointer:
        return value
    if not pointer.startswith("/"):
        return MISSING
    for token in pointer[1:].split("/"):
        value = _step(value, unescape(token))
        if value is MISSING:
            return MISSING
    return value


def _step(value: object, token: str) -> object:
    if isinstance(value, Mapping):
        return value.get(token, MISSING)
    if isinstance(value, list | tuple) and _is_index(token) and int(token) < len(value):
        return value[int(token)]
    return MISSING


def _is_index(token: str) -> bool:
    # No leading zeros (RFC 6901, 4), and no index that would be slow to convert.
    return re.fullmatch("0|[1-9][0-9]{0,8}", token) is not None
