"""Check a document's structure against the table of shapes, and correct what is misspelt for later checks."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType

from harness.document import Document
from harness.errors import suggestion
from harness.jsonvalue import Json, compact, escape, members, number
from harness.workflow.document.model import Finding, Severity
from harness.workflow.document.shapes import EXTENSIONS, REUSABLE, SHAPES, Field, Shape
from harness.workflow.document.structure_rules import extra_rules

Parts = dict[str, tuple[Document, str]]


# The patch number is of no concern to tooling (Arazzo, "Versions").
VERSION = re.compile(r"1\.([01])\.\d+(?:-.+)?", re.ASCII)
_KEY = re.compile(r"[a-zA-Z0-9._\-]+", re.ASCII)
# Reserved for the OpenAPI Initiative (Arazzo, "Specification Extensions").
_RESERVED = ("x-oai-", "x-oas-", "x-arazzo")


def minor_version(document: Document) -> int | None:
    """Return the minor version that a document announces, or None where we know none such."""
    announced = members(document.data).get("arazzo")
    found = VERSION.fullmatch(announced) if isinstance(announced, str) else None
    return int(found[1]) if found else None


def violations(document: Document, minor: int) -> tuple[Finding, ...]:
    """Return all that the specification's tables forbid, in the order of the document."""
    return tuple(_object(document, document.data, "", "root", minor))


def finding(
    document: Document,
    pointer: str,
    rule: str,
    title: str,
    *,
    key: bool = False,
    severity: Severity = Severity.ERROR,
    **texts: str,
) -> Finding:
    """Make a finding at a pointer, with the line's text."""
    source = document.key_source(pointer) if key else document.source(pointer)
    return Finding(rule, title, source, severity, line=document.line(source.line), **texts)


def _object(
    document: Document, value: Json, pointer: str, name: str, minor: int
) -> Iterator[Finding]:
    shape = SHAPES[name]
    if not isinstance(value, Mapping):
        yield _type(document, pointer, f"{shape.title} must be an object", value)
        return
    misspellings = misspelt(value, shape)
    for key in value:
        yield from _key(document, f"{pointer}/{escape(key)}", key, shape, minor)
    for key, field in shape.fields.items():
        # A misspelt key is reported once, as unknown, and not a second time as missing.
        if field.required and key not in value and key not in misspellings.values():
            title = f"the {shape.title} lacks '{key}'"
            yield finding(document, pointer, "missing-key", title, advice=f"Add '{key}'.")
        if key in value:
            yield from _value(document, value[key], f"{pointer}/{escape(key)}", field, minor)
    # The rules read the object as it was meant, so that one misspelling causes one finding.
    meant = {misspellings.get(key, key): member for key, member in value.items()}
    for problem in extra_rules(name, meant, pointer, minor):
        other = f"; the other stands at {document.source(problem.other)}" if problem.other else ""
        yield finding(
            document, problem.pointer, "schema", problem.title + other,
            advice=problem.advice, actual=problem.actual,
        )  # fmt: skip


def _key(document: Document, pointer: str, key: str, shape: Shape, minor: int) -> Iterator[Finding]:
    if key in shape.fields:
        if shape.fields[key].since > minor:
            title = f"'{key}' exists since Arazzo 1.1"
            advice = "Write 'arazzo: 1.1.0' at the top, or remove it."
            yield finding(document, pointer, "version", title, key=True, advice=advice)
    elif not key.startswith("x-"):
        title = f"a {shape.title} has no '{key}'"
        advice = suggestion(key, tuple(shape.fields) + shape.extensions)
        yield finding(document, pointer, "unknown-key", title, key=True, advice=advice)
    # A warning: nothing is wrong yet, but a later version may give the key a meaning.
    elif key.startswith(_RESERVED):
        title = f"'{key}' has a prefix that the OpenAPI Initiative reserves"
        yield finding(document, pointer, "reserved", title, key=True, severity=Severity.WARNING)
    # Keys of other tools are allowed; only what comes near one of ours is reported.
    elif key not in shape.extensions:
        yield from _extension(document, pointer, key, shape)


def _extension(document: Document, pointer: str, key: str, shape: Shape) -> Iterator[Finding]:
    if key in EXTENSIONS:
        place = next(
            candidate.title for candidate in SHAPES.values() if key in candidate.extensions
        )
        title = f"'{key}' has no meaning on a {shape.title}"
        yield finding(
            document, pointer, "unknown-key", title, key=True, advice=f"It belongs on a {place}."
        )
    elif close := get_close_matches(key, shape.extensions, n=1, cutoff=0.8):
        title = f"'{key}' is not an extension that is known here"
        advice = f"Did you mean '{close[0]}'?"
        yield finding(document, pointer, "unknown-key", title, key=True, advice=advice)


def _value(
    document: Document, value: Json, pointer: str, field: Field, minor: int
) -> Iterator[Finding]:
    kind, _, shape = field.kind.partition(" ")
    match kind:
        case "object":
            yield from _object(document, value, pointer, shape, minor)
        case "list" | "list?":
            yield from _list(document, value, pointer, shape, minor, empty=kind == "list?")
        case "map":
            yield from _map(document, value, pointer, shape, minor)
        case "strings":
            yield from _strings(document, value, pointer)
        case _:
            yield from _scalar(document, value, pointer, kind)


def _list(
    document: Document, value: Json, pointer: str, shape: str, minor: int, *, empty: bool
) -> Iterator[Finding]:
    if not isinstance(value, list):
        yield _type(document, pointer, "this must be an array", value)
        return
    if not value and not empty:
        yield finding(document, pointer, "schema", "this array must not be empty")
    for index, item in enumerate(value):
        place = f"{pointer}/{index}"
        if isinstance(item, Mapping) and _is_reference(item, shape):
            # Further members of a Reusable Object MUST be ignored.
            yield from _scalar(document, item["reference"], f"{place}/reference", "string")
        else:
            yield from _object(document, item, place, shape, minor)
    yield from _repeated(document, value, pointer)


def _repeated(document: Document, value: list[Json], pointer: str) -> Iterator[Finding]:
    # JSON text as the key: arrays and objects cannot be hashed.
    seen = Counter(compact(item) for item in value)
    for index, item in enumerate(value):
        if seen[compact(item)] > 1:
            # With zero the further copies of an item are not reported again.
            seen[compact(item)] = 0
            yield finding(document, f"{pointer}/{index}", "schema", "this item stands there twice")


def _map(
    document: Document, value: Json, pointer: str, shape: str, minor: int
) -> Iterator[Finding]:
    if not isinstance(value, Mapping):
        yield _type(document, pointer, "this must be an object", value)
        return
    for key, item in value.items():
        place = f"{pointer}/{escape(key)}"
        if not _KEY.fullmatch(key):
            title = f"'{key}' cannot be a name here"
            yield finding(document, place, "schema", title, key=True, expected=_KEY.pattern)
        if shape in ("output", "x-output"):
            yield from _output(document, item, place, minor, is_ours=shape == "x-output")
        elif shape == "schema":
            yield from _scalar(document, item, place, "schema")
        else:
            yield from _object(document, item, place, shape, minor)


def _output(
    document: Document, value: Json, pointer: str, minor: int, *, is_ours: bool
) -> Iterator[Finding]:
    if isinstance(value, str):
        return
    if not isinstance(value, Mapping) or not {"context", "selector", "type"} <= value.keys():
        title = "an output must be an expression or a Selector Object"
        yield _type(document, pointer, title, value)
    # Selector Objects came with 1.1; the members are checked only where they may be used at all.
    elif minor < 1:
        advice = "Write 'arazzo: 1.1.0' at the top."
        title = "Selector Objects exist since Arazzo 1.1"
        yield finding(document, pointer, "version", title, advice=advice)
    elif unknown := [key for key in value if key not in ("context", "selector", "type")]:
        title = f"a selector has no '{unknown[0]}'"
        yield finding(document, f"{pointer}/{unknown[0]}", "unknown-key", title, key=True)
    else:
        yield from _scalar(document, value["type"], f"{pointer}/type", "language")
        kind = value["type"]
        name = kind.get("type") if isinstance(kind, Mapping) else kind
        # `regex` as a selector is ours alone, so it may stand under `x-outputs` only.
        if name == "simple" or (name == "regex" and not is_ours):
            title = f"a selector cannot be of type '{name}'"
            advice = "Put it under x-outputs, which others leave out." if name == "regex" else ""
            yield finding(document, f"{pointer}/type", "schema", title, advice=advice)


def _strings(document: Document, value: Json, pointer: str) -> Iterator[Finding]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        yield _type(document, pointer, "this must be an array of strings", value)
    else:
        yield from _repeated(document, value, pointer)


def _scalar(document: Document, value: Json, pointer: str, kind: str) -> Iterator[Finding]:
    expected, fits = expectation(kind)
    if fits(value):
        return
    found = finding(
        document, pointer, "schema", "this value is of another kind", expected=expected,
        actual=kind_of(value), advice=_near(value, kind),
    )  # fmt: skip
    yield found


def _near(value: Json, kind: str) -> str:
    words = LANGUAGES if kind == "language" else tuple(kind.split("|"))
    return suggestion(value, words) if isinstance(value, str) and len(words) > 1 else ""


def _type(document: Document, pointer: str, title: str, value: Json) -> Finding:
    return finding(document, pointer, "schema", title, actual=kind_of(value))


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


# `number` counts no boolean as a number, which Python does.
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


def mended(document: Document) -> Document:
    """Return the document with misspelt keys and words as they were meant, each at its own place."""
    parts: Parts = {}
    data = _mended_object(document, document.data, ("", ""), "root", parts)
    return document.with_parts(data, parts) if data != document.data else document


def misspelt(value: Mapping[str, Json], shape: Shape) -> dict[str, str]:
    """Return the unknown keys of an object, each with the one that it probably stands for."""
    known = (*shape.fields, *shape.extensions)
    # A key that is there already cannot be what a misspelling stands for.
    missing = [key for key in known if key not in value]
    found: dict[str, str] = {}
    for key in value:
        if key in known:
            continue
        # Extensions share their `x-`, so they must resemble each other more.
        close = get_close_matches(key, missing, n=1, cutoff=0.8 if key.startswith("x-") else 0.6)
        # Two misspellings cannot both stand for one key: the first one takes it.
        if close and close[0] not in found.values():
            found[key] = close[0]
    return found


def _mended_object(
    document: Document, value: Json, place: tuple[str, str], name: str, parts: Parts
) -> Json:
    """Mend an object; `place` is its pointer in the mended document, and in the file."""
    if not isinstance(value, Mapping):
        return value
    shape = SHAPES[name]
    misspellings = misspelt(value, shape)
    found: dict[str, Json] = {}
    for key, member in value.items():
        meant = misspellings.get(key, key)
        pair = (f"{place[0]}/{escape(meant)}", f"{place[1]}/{escape(key)}")
        # The value moves to the right key, but its errors must still name its line in the file.
        if meant != key:
            parts[pair[0]] = (document, pair[1])
        kind = shape.fields[meant].kind if meant in shape.fields else "any"
        found[meant] = _mended_value(document, member, pair, kind, parts)
    return found


def _mended_value(
    document: Document, value: Json, place: tuple[str, str], kind: str, parts: Parts
) -> Json:
    form, _, shape = kind.partition(" ")

    def below(token: str, member: Json) -> Json:
        inner = (f"{place[0]}/{token}", f"{place[1]}/{token}")
        return _mended_object(document, member, inner, shape, parts)

    if form == "object":
        return _mended_object(document, value, place, shape, parts)
    if form in ("list", "list?") and isinstance(value, list):
        return [
            item if _is_reference(item, shape) else below(str(index), item)
            for index, item in enumerate(value)
        ]
    if form == "map" and shape in SHAPES and isinstance(value, Mapping):
        return {key: below(escape(key), member) for key, member in value.items()}
    # A kind with `|` lists the words allowed; any other kind is one word and no list.
    words = form.split("|")
    if isinstance(value, str) and len(words) > 1 and value not in words:
        return next(iter(get_close_matches(value, words, n=1)), value)
    return value


def _is_reference(item: Json, shape: str) -> bool:
    """Return whether a Reusable Object stands in an item's place; its further members are ignored."""
    return shape in REUSABLE and isinstance(item, Mapping) and "reference" in item
