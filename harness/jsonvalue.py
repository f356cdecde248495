"""What a JSON document can hold, and how to look into it without guessing its shape."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

MISSING = object()
"""What `lookup` returns where a pointer leads nowhere; JSON null is a value, this is not."""


def members(value: object) -> Mapping[str, Json]:
    """Return an object's members; anything else has none."""
    return value if isinstance(value, Mapping) else {}


def items(value: object) -> Sequence[Json]:
    """Return an array's items; anything else, a string included, has none."""
    return value if isinstance(value, list | tuple) else ()


def text(value: object) -> str:
    """Return a string as it is and anything else as an empty string."""
    return value if isinstance(value, str) else ""


def number(value: object, default: float = 0.0) -> float:
    """Return an int or float (a bool is neither) as a float, else the default."""
    return (
        float(value) if isinstance(value, int | float) and not isinstance(value, bool) else default
    )


def compact(value: object) -> str:
    """Write a value as one line of JSON, members in their own order."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def unescape(token: str) -> str:
    """Decode one RFC 6901 reference token."""
    return token.replace("~1", "/").replace("~0", "~")


def escape(token: str) -> str:
    """Encode one RFC 6901 reference token."""
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
    return re.fullmatch("0|[1-9][0-9]{0,8}", token) is not None
