"""Make ready each keyword that a single value keeps or breaks by itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import jsonschema

from harness.jsonvalue import Json, compact, items, number, text
from harness.openapi.formats import format_checker
from harness.openapi.instances import json_type
from harness.openapi.patterns import PatternError, matches

_FORMATS = format_checker()

Holds = Callable[[object], bool]
"""Whether a value keeps a constraint; called for values that the keyword speaks of."""
_Check = tuple[tuple[str, ...], Holds] | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One keyword of a schema."""

    pointer: str
    kinds: tuple[str, ...]
    """The JSON types that it speaks of; empty for all."""
    holds: Holds


_SIZES: Mapping[str, tuple[tuple[str, ...], Callable[[float, float], bool]]] = {
    "minLength": (("string",), lambda size, limit: size >= limit),
    "maxLength": (("string",), lambda size, limit: size <= limit),
    "minItems": (("array",), lambda size, limit: size >= limit),
    "maxItems": (("array",), lambda size, limit: size <= limit),
    "minProperties": (("object",), lambda size, limit: size >= limit),
    "maxProperties": (("object",), lambda size, limit: size <= limit),
}
_NUMBERS: Mapping[str, Callable[[float, float], bool]] = {
    "minimum": lambda value, limit: value >= limit,
    "maximum": lambda value, limit: value <= limit,
    "exclusiveMinimum": lambda value, limit: value > limit,
    "exclusiveMaximum": lambda value, limit: value < limit,
}
_NUMERIC = ("integer", "number")


def rule_of(
    schema: Mapping[str, Json], keyword: str, pointer: str, *, is_text: bool
) -> Rule | None:
    """Return how a keyword is checked; None where it is no constraint, or none that can be broken."""
    if (
        is_text
        and keyword == "type"
        and {"string", "array", "object"} & set(_kinds(schema["type"]))
    ):
        return None  # without a type on the wire whatever is sent is a text
    make = _MAKERS.get(keyword)
    check = make(keyword, schema[keyword]) if make else None
    return Rule(f"{pointer}/{keyword}", *check) if check else None


def _kinds(wanted: Json) -> tuple[str, ...]:
    return (wanted,) if isinstance(wanted, str) else tuple(text(each) for each in items(wanted))


def _size(keyword: str, wanted: Json) -> _Check:
    kinds, compares = _SIZES[keyword]
    limit = number(wanted, -1.0)
    if limit < 0 or (keyword.startswith("min") and limit == 0):
        return None  # at least none: nothing is less
    return kinds, lambda value: compares(len(value), limit)


def _bound(keyword: str, wanted: Json) -> _Check:
    compare = _NUMBERS[keyword]
    # To Python a boolean is an int; here it is OpenAPI 3.0's switch beside the bound.
    if isinstance(wanted, bool) or not isinstance(wanted, int | float):
        return None
    return _NUMERIC, lambda value: compare(value, wanted)


def _type(_: str, wanted: Json) -> _Check:
    kinds = _kinds(wanted)
    return (), lambda value: _is_of(value, kinds)


def _is_of(value: object, kinds: tuple[str, ...]) -> bool:
    kind = json_type(value)  # type: ignore[arg-type]  # a JSON value
    if kind in kinds or (kind == "integer" and "number" in kinds):
        return True
    # 1.0 is an integer (JSON Schema 2020-12, validation 6.1.1).
    return "integer" in kinds and isinstance(value, float) and value.is_integer()


def _enum(_: str, wanted: Json) -> _Check:
    # Lists and objects cannot be members of a set, so they are compared as their JSON.
    texts = {each for each in items(wanted) if isinstance(each, str)}
    others = {compact(each) for each in items(wanted) if not isinstance(each, str)}
    return (), lambda value: value in texts if isinstance(value, str) else compact(value) in others


def _const(_: str, wanted: Json) -> _Check:
    return (), lambda value: compact(value) == compact(wanted)


def _pattern(_: str, wanted: Json) -> _Check:
    pattern = text(wanted)
    try:
        # Tried on an empty text: a pattern that cannot be evaluated is neither kept nor broken.
        matches(pattern, "")
    except PatternError:
        return None
    return ("string",), lambda value: matches(pattern, str(value))


def _format(_: str, wanted: Json) -> _Check:
    name = text(wanted)
    # What only annotates is no constraint (formats.py says which formats assert).
    known = name in _FORMATS.checkers
    return (("string",), lambda value: _FORMATS.conforms(value, name)) if known else None


def _other(keyword: str, wanted: Json) -> _Check:
    # `uniqueItems: false` allows everything, so nothing can break it.
    if wanted is False:
        return None
    kinds = _NUMERIC if keyword == "multipleOf" else ("array",)
    return kinds, jsonschema.Draft202012Validator({keyword: wanted}).is_valid


_MAKERS: Mapping[str, Callable[[str, Json], _Check]] = {
    **dict.fromkeys(_SIZES, _size),
    **dict.fromkeys(_NUMBERS, _bound),
    "type": _type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "format": _format,
    "multipleOf": _other,
    "uniqueItems": _other,
}
