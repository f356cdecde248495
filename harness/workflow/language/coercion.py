"""Convert a text from a command line or a CSV file to the type that its schema asks for."""

import re
from collections.abc import Callable, Mapping

from harness.jsonvalue import Json, members, parsed, text

# 19 digits hold every 64-bit integer; int() takes time that grows with the square of the digits.
_INTEGER = re.compile(r"-?[0-9]{1,19}", re.ASCII)
# The numbers of JSON (RFC 8259, section 6); three digits of an exponent cover every float.
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


def coerced(value: Json, schema: Json) -> Json:
    """Return a text as the value it stands for; one that stands for none is left to the schema."""
    read = _READERS.get(text(members(schema).get("type")))
    return read(value) if read is not None and isinstance(value, str) else value


def _integer(value: str) -> Json:
    return int(value) if _INTEGER.fullmatch(value) else value


def _number(value: str) -> Json:
    return parsed(value) if _NUMBER.fullmatch(value) else value


def _structure(value: str) -> Json:
    try:
        found = parsed(value)
    except ValueError:
        return value
    # `[1]` for an object, or `5` for an array: the schema shall report the text as it was given.
    return found if isinstance(found, list | dict) else value


_READERS: Mapping[str, Callable[[str], Json]] = {
    "integer": _integer,
    "number": _number,
    "boolean": lambda value: _BOOLEANS.get(value, value),
    # An empty cell is the only way in which CSV can write null.
    "null": lambda value: None if value == "" else value,
    "array": _structure,
    "object": _structure,
}
