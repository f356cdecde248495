"""Validate a value by a schema of an OpenAPI document, and say which rule it breaks where."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from threading import RLock
from typing import Any, TypeAlias

import jsonschema
from jsonschema.exceptions import best_match

from harness.errors import DocumentError
from harness.jsonvalue import MISSING, Json, as_text, compact, escape, items, lookup, members
from harness.openapi.directed import BROKEN, Broken, Directed
from harness.openapi.formats import OPEN_FORMATS, Formats, format_checker
from harness.openapi.model import Api, Root
from harness.openapi.numbers import is_multiple
from harness.openapi.patterns import PatternError, matches
from harness.openapi.structure import Kind, Member, Shape, Version, member, version_of
from harness.openapi.walk import Direction
from harness.shortening import shortened
from harness.source import Source

_BOUNDS = (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum"))


MAX_FAULTS = 5
_INVERTING = ("not", "if", "oneOf", "maxContains")
"""Keywords that may refuse a value because another schema takes it: with fewer formats, more is refused."""
_DEFINITIONS = "#/$defs/"
MAX_CHARACTERS = 120

Errors: TypeAlias = Iterator[jsonschema.ValidationError]


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken rule: where in the value, which rule, what was found."""

    pointer: str
    """Into the value; empty for the whole."""
    rule: str
    """The keyword with its value, as in `maxLength 50`."""
    actual: str
    schema_pointer: str
    """Into the document, at the keyword."""


def faults(
    api: Api, schema_pointer: str, value: object, direction: Direction = Direction.EITHER
) -> tuple[Fault, ...]:
    """Return the first few rules that a value breaks, as the direction that it is sent in has them.

    Raises DocumentError where none is broken, but one that the value comes under cannot be evaluated.
    """
    return _as_faults(api, _evaluated(api, schema_pointer, value, direction, api.formats))


def all_faults(
    api: Api, schema_pointer: str, value: object, direction: Direction = Direction.EITHER
) -> tuple[tuple[Fault, ...], tuple[Fault, ...]]:
    """Return what `faults` does and, of a valid value, the formats that it breaks but that do not assert.

    Raises DocumentError as `faults` does.
    """
    schema = _directed(Root(api.root), direction)
    with _WRITING:
        schema.key(schema_pointer)
    # Where no format could warn, one validation is enough.
    if api.formats is not Formats.STANDARD or schema.formats.isdisjoint(OPEN_FORMATS):
        return faults(api, schema_pointer, value, direction), ()
    # Strictest first: nearly every value keeps its formats, and needs no second validation.
    strictest = _evaluated(api, schema_pointer, value, direction, Formats.ALL)
    # With `not` and the like, a value can be valid only because a format is checked.
    if not strictest[0] and schema.keywords.isdisjoint(_INVERTING):
        return _as_faults(api, strictest), ()
    found = faults(api, schema_pointer, value, direction)
    return found, () if found else _of_formats(strictest)


def _as_faults(api: Api, evaluated: "_Evaluated") -> tuple[Fault, ...]:
    errors, reached, places = evaluated
    # A value that breaks a rule which can be evaluated is wrong whatever the others say.
    if reached and not errors:
        first = reached[0]
        advice = "Correct it in the document."
        raise DocumentError(f"{first.why}.", source=source_of(api, first.pointer), advice=advice)
    return tuple(dict.fromkeys(_fault(places, error) for error in errors))


def _of_formats(evaluated: "_Evaluated") -> tuple[Fault, ...]:
    errors, _, places = evaluated
    # Only broken formats: the value is valid, so all else followed from formats that do not assert.
    found = (_fault(places, error) for error in errors)
    return tuple(dict.fromkeys(fault for fault in found if fault.rule.startswith("format ")))


def _evaluated(
    api: Api, schema_pointer: str, value: object, direction: Direction, formats: Formats
) -> "_Evaluated":
    schema = _directed(Root(api.root), direction)
    validator = _validator(schema, schema_pointer, formats)
    reached: list[Broken] = []
    # jsonschema hands its keywords nothing of ours, and threads validate beside each other.
    token = _REACHED.set(_Reached(schema.broken, reached, schema.definitions))
    try:
        # The first few are enough for a report; a long array of wrong items has as many errors.
        errors = list(islice(validator.iter_errors(value), MAX_FAULTS))
    except RecursionError:
        what = "is a schema whose references never come to an end."
        raise DocumentError(what, source=source_of(api, schema_pointer)) from None
    finally:
        _REACHED.reset(token)
    return errors, reached, _Places(api, schema, schema_pointer)


def source_of(api: Api, pointer: str) -> Source:
    """Return the line at which a pointer into an Api's document stands."""
    return api.document.source(pointer) if api.document else Source(api.path)


def clipped(value: object) -> str:
    """Write a value in at most 120 characters."""
    return shortened(as_text(value), MAX_CHARACTERS)


def _fault(places: "_Places", error: jsonschema.ValidationError) -> Fault:
    deepest = _closest(error)
    # The path of a value from its root, across the branches that were followed.
    return Fault(
        pointer="".join(f"/{escape(str(token))}" for token in deepest.absolute_path),
        rule=clipped(f"{deepest.validator} {compact(_limit(deepest))}"),
        actual=_actual(deepest),
        schema_pointer=places.pointer(deepest),
    )


def _closest(error: jsonschema.ValidationError) -> jsonschema.ValidationError:
    """Descend from a failed choice to the branch that came closest: that says what to mend."""
    # Each step goes one level into the schema, so it ends at a rule without alternatives.
    while error.context:
        branches: dict[object, list[jsonschema.ValidationError]] = {}
        for inner in error.context:
            branch = inner.schema_path[0] if inner.schema_path else id(inner)  # `false` has no path
            branches.setdefault(branch, []).append(inner)
        error = max(branches.values(), key=_closeness)[0]
    return error


def _closeness(errors: list[jsonschema.ValidationError]) -> tuple[int, bool, int]:
    """Rank a branch: it got far into the value, it wants the value's type, it found few faults."""
    # The least depth of its errors: a branch is as far off as its worst error.
    depth = min(len(each.path) for each in errors)
    has_type = all(each.path or each.validator != "type" for each in errors)
    return depth, has_type, -len(errors)


def _limit(error: jsonschema.ValidationError) -> object:
    """Return a rule's value; of the required members those that are missing."""
    if error.validator == "required":
        return [
            name for name in items(error.validator_value) if name not in members(error.instance)
        ]
    return error.validator_value


def _actual(error: jsonschema.ValidationError) -> str:
    if error.validator == "required" and isinstance(error.instance, dict):
        return clipped(f"only {', '.join(error.instance)}" if error.instance else "an empty object")
    return clipped(compact(error.instance))


@dataclass(frozen=True, slots=True)
class _Places:
    """Finds the place in the document that a path through the validator's schemas comes from."""

    api: Api
    schema: Directed
    start: str

    def pointer(self, error: jsonschema.ValidationError) -> str:
        """Return where the rule stands that an error speaks of."""
        # By identity, as schemas are written once for each place.
        holder = self.schema.places.get(id(error.schema))
        if holder is not None:
            return f"{holder}/{escape(str(error.validator))}"
        return self._walked(error.absolute_schema_path)  # `false` in place of a schema

    def _walked(self, tokens: Iterable[object]) -> str:
        pointer, index = self.start, self.schema.index
        # The path does not mention the references it passes, so each step may need one.
        for token in tokens:  # which do not say where they pass references
            step = f"/{escape(self.schema.patterns.get(str(token), str(token)))}"
            reference = members(lookup(self.schema.root, pointer)).get("$ref")
            is_here = lookup(self.schema.root, pointer + step) is not MISSING
            if isinstance(reference, str) and not is_here:
                pointer = index.resolve(reference, index.base_at(pointer)) or pointer
            pointer += step
        return pointer


@dataclass(frozen=True, slots=True)
class _Reached:
    """The rules that nobody can evaluate, and those of them that the value being validated comes under."""

    known: Sequence[Broken]
    found: list[Broken]
    definitions: Mapping[str, Json]
    """What references lead to."""


_Evaluated: TypeAlias = tuple[list[jsonschema.ValidationError], list[Broken], _Places]

_REACHED: ContextVar[_Reached] = ContextVar("reached")


def _broken(_: object, numbers: Json, instance: object, _schema: object) -> Errors:
    reached = _REACHED.get()
    # Noted, and no error: whether it matters depends on what else the value breaks.
    for number in items(numbers):
        rule = reached.known[int(number)]  # type: ignore[arg-type]  # the numbers are ours
        if isinstance(instance, str) or not rule.concerns_text:
            reached.found.append(rule)
    yield from ()


def _reference(validator: Any, reference: str, instance: object, _schema: object) -> Errors:
    # All references are to our own keys and no schema has an identifier (see `directed`), so that
    # nothing has to be resolved.
    target = _REACHED.get().definitions[reference.removeprefix(_DEFINITIONS)]
    return validator.descend(instance, target, resolver=validator._resolver)  # type: ignore[no-any-return]


def _pattern(_: object, pattern: str, instance: object, _schema: object) -> Errors:
    if not isinstance(instance, str):
        return
    try:
        # Found anywhere in the text:
        # patterns are not anchored (JSON Schema 2020-12, validation 6.3.3).
        found = matches(pattern, instance)
    except PatternError as problem:
        why = f"is under the pattern {clipped(pattern)}, which {problem}"
        _REACHED.get().found.append(Broken("", why))
        return
    if not found:
        yield jsonschema.ValidationError(f"does not match {pattern}")


def _multiple_of(_: object, divisor: float, instance: object, _schema: object) -> Errors:
    # By decimals: in binary, 0.3 is no multiple of 0.1.
    is_number = isinstance(instance, int | float | Decimal) and not isinstance(instance, bool)
    if is_number and not is_multiple(instance, divisor):  # type: ignore[arg-type]  # a number, as just seen
        yield jsonschema.ValidationError(f"is no multiple of {divisor}")


def _is_integer(_: object, instance: object) -> bool:
    """Recognise integers by their value: 1.0 is one (JSON Schema 2020-12, core 4.2.3)."""
    if isinstance(instance, bool):
        return False
    if isinstance(instance, float):
        return instance.is_integer()
    return isinstance(instance, int) or (isinstance(instance, Decimal) and is_multiple(instance, 1))


# Four keywords and the type integer are our own; all others are as the library has them.
_Validator: Any = jsonschema.validators.extend(  # type: ignore[no-untyped-call]  # its stub says nothing
    jsonschema.Draft202012Validator,
    {"$ref": _reference, "pattern": _pattern, "multipleOf": _multiple_of, BROKEN: _broken},
    type_checker=jsonschema.Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer),
)


def is_3_0(root: Json) -> bool:
    """Return whether a document is OpenAPI 3.0."""
    return version_of(root) is Version.V3_0


def as_2020_12(root: Json) -> Json:
    """Return the document with every schema in JSON Schema 2020-12; one of 3.1 is that already."""
    return _translated_value(root, Kind.DOCUMENT) if is_3_0(root) else root


def _translated_value(value: Json, kind: Kind) -> Json:
    if not isinstance(value, Mapping):
        return value
    if isinstance(value.get("$ref"), str) and kind is not Kind.PATH_ITEM:
        return {"$ref": value["$ref"]}  # OpenAPI 3.0.3, 4.7.23: siblings are ignored
    # The inner schemas first: bounds and null are then added to keywords that are final.
    inner = {key: _member(each, member(Version.V3_0, kind, key)) for key, each in value.items()}
    return _nullable(_bounded(inner)) if kind is Kind.SCHEMA else inner


def _member(value: Json, found: Member) -> Json:
    if found.kind in (Kind.VALUE, Kind.DATA):
        return value
    if isinstance(value, list):
        return [_translated_value(item, found.kind) for item in value]
    if found.shape is Shape.MAP:
        return {
            name: _translated_value(member, found.kind) for name, member in members(value).items()
        }
    return _translated_value(value, found.kind)


def _bounded(schema: dict[str, Json]) -> dict[str, Json]:
    """Write `exclusiveMinimum: true` beside `minimum: 5` as `exclusiveMinimum: 5`."""
    for exclusive, plain in _BOUNDS:
        flag = schema.get(exclusive)
        if isinstance(flag, bool):
            # A switch without its bound, or switched off, says nothing.
            del schema[exclusive]
            if flag and plain in schema:
                schema[exclusive] = schema.pop(plain)
    return schema


def _nullable(schema: dict[str, Json]) -> dict[str, Json]:
    """Add null to what a nullable schema allows; without a type the word says nothing (OpenAPI 3.0.3)."""
    kind = schema.get("type")
    if schema.get("nullable") is not True or not isinstance(kind, str):
        return schema
    del schema["nullable"]
    schema["type"] = [kind, "null"]
    # The author's enum seldom lists the null that `nullable` allows, so it is added.
    if "enum" in schema:
        schema["enum"] = [*items(schema["enum"]), None]
    return schema


@lru_cache(maxsize=32)
def _translated(root: Root) -> Json:
    """Translate a document once."""
    return as_2020_12(root.value)


@lru_cache(maxsize=64)
def _directed(root: Root, direction: Direction) -> Directed:
    return Directed(_translated(root), direction, _schema_problems)


@lru_cache(maxsize=4096)
def _validator(schema: Directed, pointer: str, formats: Formats) -> Any:
    """Compile once."""
    # Definitions grow while they are written: no thread may refer to one that another has half done.
    with _WRITING:
        key = schema.key(pointer)
    # The identifier is a stand-in for a base, which the library wants to have.
    whole = {
        "$id": "urn:document",
        "$ref": f"{_DEFINITIONS}{key}",
        "$defs": schema.definitions,
    }
    return _Validator(whole, format_checker=format_checker(formats))


_WRITING = RLock()


# Against the metaschema, one schema at a time, as each is first used.
def _schema_problems(schema: object) -> Iterator[tuple[Sequence[object], str]]:
    for error in _META.iter_errors(schema):
        yield tuple(error.absolute_path), f"is not a schema: {clipped(error.message)}"


def check_schema(api: Api, pointer: str) -> None:
    """Raise DocumentError where what stands at a pointer is no schema, with the place of the fault in it."""
    schema = lookup(_translated(Root(api.root)), pointer)
    problem = best_match(_META.iter_errors(schema))
    if problem is not None:
        inner = "".join(f"/{escape(str(token))}" for token in problem.absolute_path)
        source = source_of(api, pointer + inner)
        raise DocumentError(f"is not a schema: {clipped(problem.message)}.", source=source)


_META = jsonschema.Draft202012Validator(jsonschema.Draft202012Validator.META_SCHEMA)
