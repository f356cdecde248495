"""Break or stretch one thing at a time in a valid JSON value, as its schema's keywords suggest."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from harness.jsonvalue import MISSING, Json, compact, exact_number, items, members, number, text
from harness.openapi.formats import Formats
from harness.openapi.instances import json_type
from harness.openapi.merged import resolved
from harness.openapi.model import Api, Root
from harness.openapi.validator import faults
from harness.openapi.walk import Direction
from harness.rules.document.draft import put
from harness.strategies.dates import MALFORMED_DATE_FORMS
from harness.strategies.identifiers import MALFORMED_NPI_FORMS, arabic_indic

Path = tuple[str | int, ...]

_NUMERIC = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
# Keywords that say where valid ends, so that a value on the edge has a counterpart beyond it.
_BOUNDS = ("minLength", "maxLength", "minItems", "maxItems", "enum", *_NUMERIC)


@dataclass(frozen=True, slots=True)
class SchemaMutation:
    """A whole value with one place changed, and the keyword at whose edge it was changed."""

    path: Path
    keyword: str
    detail: str
    value: Json

    @property
    def name(self) -> str:
        """A stable name such as `claimId-maxLength-51`; list positions are left out."""
        # It is part of a case id, which stays when a sample gets another number of items.
        names = [each for each in self.path if isinstance(each, str)]
        item = ["item"] if self.path and isinstance(self.path[-1], int) else []
        return "-".join((*names, *item, self.keyword, *filter(None, (self.detail,))))


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in the valid value, with the schema that binds it."""

    path: Path
    schema: Mapping[str, Json]
    value: Json


def single_faults(api: Api, pointer: str, valid: Json) -> tuple[SchemaMutation, ...]:
    """Return every change that breaks the schema at a pointer of a document."""
    return tuple(mutation for mutation, breaks in _judged(api, pointer, valid) if breaks)


def inner_limits(api: Api, pointer: str, valid: Json) -> tuple[SchemaMutation, ...]:
    """Return the changes that go to a bound and stay within the schema: the faults' counterparts."""
    return tuple(
        mutation
        for mutation, breaks in _judged(api, pointer, valid)
        if mutation.keyword in _BOUNDS and not breaks
    )


def _judged(api: Api, pointer: str, valid: Json) -> tuple[tuple[SchemaMutation, bool], ...]:
    # An Api and a JSON value have no hash; the text of the value and the root stand for them.
    return _judge(_MutationKey(Root(api.root), api.formats, pointer, compact(valid), api, valid))


@dataclass(frozen=True, slots=True)
class _MutationKey:
    """What the mutations of a value depend on; the last two are what the others stand for."""

    root: Root
    formats: Formats
    pointer: str
    written: str
    api: Api = field(compare=False)
    valid: Json = field(compare=False)


# A run makes its rules twice: to refuse a selection of nothing before it writes, and to run them.
@lru_cache(maxsize=64)
def _judge(key: _MutationKey) -> tuple[tuple[SchemaMutation, bool], ...]:
    api, pointer = key.api, key.pointer
    return tuple(
        # The validator decides, not the intention: a longer text may still match a pattern.
        (mutation, bool(faults(api, pointer, mutation.value, Direction.REQUEST)))
        for mutation in _mutations(api, pointer, key.valid)
    )


def _mutations(api: Api, pointer: str, valid: Json) -> Iterator[SchemaMutation]:
    # Two keywords often lead to one value (an empty text, by length and by pattern).
    seen = {compact(valid)}
    for place in _places(api, resolved(api, {"$ref": f"#{pointer}"}), valid, ()):
        for keyword, detail, value in _changes(place):
            changed = put(valid, place.path, value)
            if compact(changed) not in seen:
                seen.add(compact(changed))
                yield SchemaMutation(place.path, keyword, detail, changed)
        for name in items(place.schema.get("required")):
            # Leaving out what the sample does not have changes nothing.
            if text(name) in members(place.value):
                path = (*place.path, text(name))
                yield SchemaMutation(path, "missing", "", put(valid, path, MISSING))


def _places(api: Api, schema: Mapping[str, Json], value: Json, path: Path) -> Iterator[_Place]:
    yield _Place(path, schema, value)
    for name, inner in members(schema.get("properties")).items():
        # Only what the sample holds is walked, so the recursion ends though schemas may recur.
        if name in members(value):
            yield from _places(api, resolved(api, inner), members(value)[name], (*path, name))
    # One item stands for all: they share a schema, and each would give the same mutations.
    if items(value) and schema.get("items"):
        yield from _places(api, resolved(api, schema["items"]), items(value)[0], (*path, 0))


_Change = tuple[str, str, Json]


def _changes(place: _Place) -> Iterator[_Change]:
    yield from _types(place)
    yield from _members_of_enum(place)
    if isinstance(place.value, str):
        yield from _lengths(place.schema, place.value)
        yield from _forms(place.schema, place.value)
    elif isinstance(place.value, list | tuple):
        yield from _sizes(place.schema, place.value)
    # A boolean is an int in Python, but has no bounds: `number` gives it the default.
    elif number(place.value, -1.0) == place.value:
        yield from _bounds(place.schema)


def _types(place: _Place) -> Iterator[_Change]:
    value = place.value
    # "0042" as 42 is the mistake that clients make: a code written as a number.
    digits = isinstance(value, str) and value.isascii() and value.isdigit()
    examples: dict[str, Json] = {
        "null": None,
        "boolean": True,
        "integer": int(text(value)) if digits else 7,
        "number": 1.5,
        "string": compact(value),
        "array": [value],
        "object": {"value": value},
    }
    if "type" in place.schema:
        own = json_type(value)
        yield from (("type", name, example) for name, example in examples.items() if name != own)


def _members_of_enum(place: _Place) -> Iterator[_Change]:
    allowed = items(place.schema.get("enum"))
    # Each allowed value is tried as well: it is within the schema and becomes a rule of acceptance.
    yield from (("enum", text(item) or compact(item), item) for item in allowed)
    if allowed and isinstance(place.value, str):
        yield from (("enum", "stranger", "HARNESS"), ("enum", "case", place.value.swapcase()))


def _lengths(schema: Mapping[str, Json], value: str) -> Iterator[_Change]:
    for keyword in ("minLength", "maxLength"):
        limit = int(number(schema.get(keyword), -1.0))
        if limit >= 0:
            # One below, the limit, one beyond: mistakes at a bound are off by one.
            for length in range(max(limit - 1, 0), limit + 2):
                # Repeats the valid text, so that its length changes and no character is new.
                filled = (value * (length // len(value) + 1))[:length]
                yield keyword, str(length), filled


def _forms(schema: Mapping[str, Json], value: str) -> Iterator[_Change]:
    if "pattern" in schema:
        yield from _edges(value)
    by_format = {"date": MALFORMED_DATE_FORMS, "npi": MALFORMED_NPI_FORMS}
    for name, form in by_format.get(text(schema.get("format")), {}).items():
        yield "format", name, form(value)


def _edges(value: str) -> Iterator[_Change]:
    ways = {
        "before": f"#{value}",
        "after": f"{value}#",
        "space-before": f" {value}",
        "space-after": f"{value} ",
        # Python's `$` matches before a last line end, so that a careless check lets it through.
        "newline-after": f"{value}\n",
        "line-after": f"{value}\n{value}",
        "twice": f"{value}{value}",
        "shorter": value[:-1],
        "empty": "",
        # `\d` and str.isdigit take digits of any script, where a code wants ASCII.
        "other-digits": arabic_indic(value),
        "accent": f"{value[:-1]}\u00e9",
    }
    yield from (("pattern", name, changed) for name, changed in ways.items())


def _sizes(schema: Mapping[str, Json], value: Json) -> Iterator[_Change]:
    listed = [*items(value)]
    for keyword in ("minItems", "maxItems"):
        limit = int(number(schema.get(keyword), -1.0))
        if limit >= 0 and listed:
            for size in range(max(limit - 1, 0), limit + 2):
                yield keyword, str(size), (listed * (size + 1))[:size]


def _bounds(schema: Mapping[str, Json]) -> Iterator[_Change]:
    for keyword in _NUMERIC:
        if keyword in schema:
            limit = exact_number(schema[keyword])
            for moved in (limit - 1, limit, limit + 1):
                # 3.0 is an integer in JSON Schema; written as 3 it looks like one to every parser.
                is_whole = isinstance(moved, int) or moved.is_integer()
                whole = int(moved) if is_whole else moved
                yield keyword, str(whole), whole
