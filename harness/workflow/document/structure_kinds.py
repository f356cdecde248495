"""The kinds of scalar that a fixed field can ask for, each with its wording."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from harness.jsonvalue import Json, compact, number

LANGUAGES = ("simple", "regex", "jsonpath", "xpath", "jsonpointer")


def expectation(kind: str) -> tuple[str, Callable[[Json], bool]]:
    """Return the wording and the test of a kind; any other text lists the words allowed."""
    if kind in _KINDS:
        return _KINDS[kind]
    words = kind.split("|")
    return f"one of {', '.join(words)}", lambda value: value in words


def kind_of(value: Json) -> str:
    """Name the JSON type of a value for a message."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return f"a number ({compact(value)})"
        case str():
            return f"a string ('{value[:60]}')"
        case Mapping():
            return "an object"
        case _:
            return "an array"


def _is_whole(value: Json) -> bool:
    return isinstance(value, int) and number(value, -1) >= 0


def _is_language(value: Json) -> bool:
    if isinstance(value, Mapping):
        return value.get("type") in LANGUAGES
    return value in LANGUAGES


_KINDS: Mapping[str, tuple[str, Callable[[Json], bool]]] = MappingProxyType(
    {
        "any": ("anything", lambda _: True),
        "string": (
            "a string that is not empty",
            lambda value: isinstance(value, str) and value != "",
        ),
        "text": ("a string", lambda value: isinstance(value, str)),
        "schema": ("a JSON Schema", lambda value: isinstance(value, Mapping | bool)),
        "integer": ("a whole number, 0 or more", _is_whole),
        "number": ("a number, 0 or more", lambda value: number(value, -1) >= 0),
        "language": (f"one of {', '.join(LANGUAGES)}", _is_language),
    }
)
