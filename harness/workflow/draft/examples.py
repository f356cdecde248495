"""Find an example of a value in an OpenAPI document, or make one that its schema allows."""

import re
from collections.abc import Callable, Mapping, Sequence
from math import ceil
from re import _constants as op
from re import _parser as sre
from typing import Any

from harness.jsonvalue import Json, items, lookup, members, text
from harness.openapi.model import Api, MediaType, Operation, Parameter
from harness.openapi.references import follow

Node = tuple[Any, Any]

_CATEGORIES: dict[Any, str] = {
    op.CATEGORY_DIGIT: "0",
    op.CATEGORY_WORD: "a",
    op.CATEGORY_SPACE: " ",
    op.CATEGORY_NOT_DIGIT: "a",
    op.CATEGORY_NOT_WORD: "-",
    op.CATEGORY_NOT_SPACE: "a",
}
# Characters; a pattern may ask for millions.
_LONGEST = 10_000
# From "0" on, so that digits and letters come before signs.
_PRINTABLE = [chr(code) for code in range(ord("0"), 127)] + [chr(code) for code in range(33, 48)]


def pattern_example(pattern: str) -> str:
    """Return a text that matches; empty where none is found in this simple way."""
    try:
        example = _sequence(list(sre.parse(pattern, re.ASCII)))
    except (re.error, RecursionError, OverflowError, KeyError, TypeError):
        return ""
    # Only tried texts are returned: lookarounds and anchors are not followed while writing.
    return example if len(example) <= _LONGEST and re.search(pattern, example) else ""


def _sequence(nodes: Sequence[Node]) -> str:
    return "".join(_node(kind, value) for kind, value in nodes)


def _node(kind: Any, value: Any) -> str:
    return _WRITERS[kind](value) if kind in _WRITERS else ""


def _repeated(value: Any) -> str:
    least, most, inner = value
    # A class that may stand there often stands once, lest nothing is left to be sent.
    count = least or (1 if len(inner) == 1 and most > 1 else 0)
    return _sequence(list(inner)) * min(count, _LONGEST)


def _one_of(entries: Sequence[Node]) -> str:
    """Return a sign of a class; of one that excludes signs, the first that it does not."""
    kind, value = entries[0]
    if kind is op.NEGATE:
        excluded = set("".join(_span(*entry) for entry in entries[1:]))
        return next((sign for sign in _PRINTABLE if sign not in excluded), "")
    return _span(kind, value)[:1]


def _span(kind: Any, value: Any) -> str:
    match kind:
        case op.LITERAL:
            return chr(value)
        case op.RANGE:
            # Up to 200 signs: a range may cover all of Unicode.
            return "".join(map(chr, range(value[0], min(value[1], value[0] + 200) + 1)))
        case op.CATEGORY:
            return _CATEGORIES[value]
        case _:
            return ""


_WRITERS: dict[Any, Callable[[Any], str]] = {
    op.LITERAL: chr,
    op.NOT_LITERAL: lambda value: "a" if value != ord("a") else "b",
    op.ANY: lambda _: "a",
    op.IN: _one_of,
    op.MAX_REPEAT: _repeated,
    op.MIN_REPEAT: _repeated,
    op.POSSESSIVE_REPEAT: _repeated,
    op.SUBPATTERN: lambda value: _sequence(list(value[3])),
    op.ATOMIC_GROUP: lambda value: _sequence(list(value)),
    op.BRANCH: lambda value: _sequence(list(value[1][0])),
}


# Levels and items: schemas refer to themselves, and an example shall be read by people.
_MAX_DEPTH = 12
_MOST_ITEMS = 100
_MOST_CHARACTERS = 10_000

_FORMATS: Mapping[str, str] = {
    "date": "2026-01-15",
    "date-time": "2026-01-15T10:00:00Z",
    "uuid": "00000000-0000-4000-8000-000000000001",
    "email": "sam@example.org",
    "uri": "https://example.org/",
    "url": "https://example.org/",
    "time": "10:00:00Z",
    "duration": "P1D",
    "hostname": "example.org",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "byte": "c2FtcGxl",
    "npi": "1234567893",
}


def body_example(api: Api, media_type: MediaType) -> Json:
    """Return the document's own example of a body, else one made from its schema."""
    entry = members(lookup(api.root, media_type.pointer))
    found = _written(api, entry)
    return found if found is not None else schema_example(api, media_type.schema)


def parameter_example(api: Api, operation: Operation, parameter: Parameter) -> Json:
    """Return the document's own example of a parameter, else one made from its schema."""
    # Parameters of the operation override those of its path (OpenAPI 3.1, Operation Object).
    for base in (operation.pointer, operation.pointer.rpartition("/")[0]):
        for raw in items(members(lookup(api.root, base)).get("parameters")):
            given = resolved(api, raw)
            if given.get("name") == parameter.name and given.get("in") == parameter.location:
                found = _written(api, given)
                if found is not None:
                    return found
    return schema_example(api, parameter.schema)


def schema_example(api: Api, schema: Json, depth: int = 0) -> Json:
    """Return a value that a schema allows, as far as its plain keywords say."""
    given = resolved(api, schema)
    # What the author wrote as an example comes first, then what the schema itself names.
    for value in (given.get("example"), *items(given.get("examples"))[:1], given.get("const")):
        if value is not None:
            return value
    for value in (given.get("default"), *items(given.get("enum"))[:1]):
        if value is not None:
            return value
    if depth > _MAX_DEPTH:
        return None
    # Any one of the choices is valid; the first is usually the plainest.
    for part in (*items(given.get("oneOf"))[:1], *items(given.get("anyOf"))[:1]):
        return schema_example(api, part, depth + 1)
    return _typed(api, given, depth)


def is_limited(schema: Json) -> bool:
    """Return whether a schema names all values there are, so that any of them can be sent."""
    given = members(schema)
    return "enum" in given or "const" in given or given.get("type") == "boolean"


def resolved(api: Api, value: Json) -> Mapping[str, Json]:
    """Return an object, or the one that its reference leads to; anything else has no members."""
    reference = members(value).get("$ref")
    if isinstance(reference, str):
        return members(follow(api.root, reference)[0])
    return members(value)


def _typed(api: Api, given: Mapping[str, Json], depth: int) -> Json:
    kind = given.get("type")
    name = text(kind) or next((text(item) for item in items(kind) if item != "null"), "")
    match name:
        case "array":
            # One item where none is required: an empty array shows nothing.
            least = given.get("minItems", 1)
            count = least if isinstance(least, int) and 1 <= least <= _MOST_ITEMS else 1
            return [schema_example(api, given.get("items"), depth + 1)] * count
        case "integer" | "number":
            return _number(given, is_whole=name == "integer")
        case "boolean":
            return True
        case "string":
            return _string(given)
        case _:
            return _object(api, given, depth)


def _number(given: Mapping[str, Json], *, is_whole: bool) -> int | float:
    """Return the least number that the bounds allow, a multiple where one is asked for."""
    lowest = given.get("minimum", given.get("exclusiveMinimum"))
    highest = given.get("maximum", given.get("exclusiveMaximum"))
    step = given.get("multipleOf")
    value: int | float = 1
    if isinstance(lowest, int | float) and not isinstance(lowest, bool):
        value = lowest
        if "exclusiveMinimum" in given:
            # A whole step above an exclusive bound fits integers and most numbers.
            value = lowest + 1
    elif isinstance(highest, int | float) and not isinstance(highest, bool) and highest < value:
        value = highest - 1
    if isinstance(step, int | float) and step > 0:
        value = ceil(value / step) * step
    return ceil(value) if is_whole else value


def _string(given: Mapping[str, Json]) -> str:
    """Return a text by its format or its pattern, as long as it must be."""
    value = _FORMATS.get(text(given.get("format")), "sample")
    if isinstance(pattern := given.get("pattern"), str):
        value = pattern_example(pattern) or value
    shortest, longest = given.get("minLength"), given.get("maxLength")
    if isinstance(shortest, int) and len(value) < shortest <= _MOST_CHARACTERS:
        value += "x" * (shortest - len(value))
    return value[:longest] if isinstance(longest, int) else value


def _object(api: Api, given: Mapping[str, Json], depth: int) -> Json:
    example: dict[str, Json] = {}
    for part in items(given.get("allOf")):
        example.update(members(schema_example(api, part, depth + 1)))
    declared = members(given.get("properties"))
    # Required members only: a first request should be short and still valid.
    for name in items(given.get("required")):
        if isinstance(name, str) and name not in example:
            example[name] = schema_example(api, declared.get(name), depth + 1)
    return example


def _written(api: Api, entry: Mapping[str, Json]) -> Json:
    if "example" in entry:
        return entry["example"]
    for named in members(entry.get("examples")).values():
        return resolved(api, named).get("value")
    return None
