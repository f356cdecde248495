"""Validate a value by a schema of an OpenAPI document, and say which rule it breaks where."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TypeAlias

import jsonschema
from jsonschema.exceptions import best_match
from referencing.exceptions import Unresolvable

from harness.errors import DocumentError
from harness.jsonvalue import MISSING, Json, compact, escape, items, lookup, members
from harness.openapi.dialect import as_2020_12
from harness.openapi.formats import format_checker
from harness.openapi.model import Api
from harness.openapi.patterns import matches, pattern_fault
from harness.openapi.references import follow, index_of
from harness.openapi.structure import Kind
from harness.openapi.walk import Node, walk_below
from harness.source import Source

MAX_FAULTS = 5
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


def faults(api: Api, schema_pointer: str, value: object) -> tuple[Fault, ...]:
    """Return the first few rules that a value breaks. Raises DocumentError where a rule is unusable."""
    validator = _validator(_Place(api, schema_pointer))
    try:
        errors = list(islice(validator.iter_errors(value), MAX_FAULTS))
    except RecursionError:
        what = "is a schema whose references never come to an end."
        raise DocumentError(what, source=source_of(api, schema_pointer)) from None
    except Unresolvable as problem:
        what = f"is a schema with a reference that leads nowhere ({clipped(problem.ref)})."
        raise DocumentError(what, source=source_of(api, schema_pointer)) from None
    return tuple(dict.fromkeys(_fault(api, schema_pointer, error) for error in errors))


def source_of(api: Api, pointer: str) -> Source:
    """Return the line at which a pointer into an Api's document stands."""
    return api.document.source(pointer) if api.document else Source(api.path)


def clipped(value: object) -> str:
    """Write a value in at most 120 characters."""
    written = value if isinstance(value, str) else compact(value)
    return written if len(written) <= MAX_CHARACTERS else f"{written[: MAX_CHARACTERS - 1]}…"


def _fault(api: Api, start: str, error: jsonschema.ValidationError) -> Fault:
    deepest = _closest(error)
    return Fault(
        pointer="".join(f"/{escape(str(token))}" for token in deepest.absolute_path),
        rule=clipped(f"{deepest.validator} {compact(_limit(deepest))}"),
        actual=_actual(deepest),
        schema_pointer=_place_of(api, start, deepest.absolute_schema_path),
    )


def _closest(error: jsonschema.ValidationError) -> jsonschema.ValidationError:
    """Descend from a failed choice to the branch that came closest: that says what to mend."""
    while error.context:
        branches: dict[object, list[jsonschema.ValidationError]] = {}
        for inner in error.context:
            branches.setdefault(inner.schema_path[0], []).append(inner)
        error = max(branches.values(), key=_closeness)[0]
    return error


def _closeness(found: list[jsonschema.ValidationError]) -> tuple[int, bool, int]:
    """Rank a branch: it got far into the value, it wants the value's type, it found few faults."""
    depth = min(len(each.path) for each in found)
    has_type = all(each.path or each.validator != "type" for each in found)
    return depth, has_type, -len(found)


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


def _place_of(api: Api, start: str, tokens: Iterable[object]) -> str:
    """Walk a schema path, which does not tell where it passes references, to the rule's own place."""
    pointer = start
    for token in islice(tokens, 2, None):  # the first two lead into our own wrapper
        step = f"/{escape(str(token))}"
        reference = members(lookup(api.root, pointer)).get("$ref")
        if isinstance(reference, str) and lookup(api.root, pointer + step) is MISSING:
            pointer = follow(api.root, reference)[1]
        pointer += step
    return pointer


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """A schema in a loaded document; documents are told apart by identity, for they do not hash."""

    api: Api
    pointer: str

    def __hash__(self) -> int:
        return hash((id(self.api.root), self.pointer))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Place)
            and self.api.root is other.api.root
            and self.pointer == other.pointer
        )


def _pattern(_: object, pattern: str, instance: object, _schema: object) -> Errors:
    if isinstance(instance, str) and not matches(pattern, instance):
        yield jsonschema.ValidationError(f"does not match {pattern}")


_Validator: type[jsonschema.Draft202012Validator] = jsonschema.validators.extend(  # type: ignore[no-untyped-call]  # its stub says nothing
    jsonschema.Draft202012Validator, {"pattern": _pattern}
)


@lru_cache(maxsize=64)
def _root(place: _Place) -> Json:
    """Translate a document once; `place` has the empty pointer."""
    return as_2020_12(place.api.root)


@lru_cache(maxsize=1024)
def _validator(place: _Place) -> jsonschema.Draft202012Validator:
    """Compile once. References resolve because the whole document stands around the schema."""
    root = members(_root(_Place(place.api, "")))
    for pointer in _reachable(root, place.pointer):
        _check(_Place(place.api, pointer))
    around = {key: root[key] for key in ("components", "paths") if key in root}
    whole = {"$id": "urn:document", **around, "allOf": [lookup(root, place.pointer)]}
    return _Validator(whole, format_checker=format_checker())


def _reachable(root: Json, start: str) -> list[str]:
    """Return the pointers of a schema and of every schema it refers to, each once."""
    index = index_of(root)
    found = [start]
    for pointer in found:  # grows while it is walked
        schema = Node(Kind.SCHEMA, pointer, lookup(root, pointer))  # type: ignore[arg-type]  # a document holds JSON only
        for node in walk_below(index.version, schema):
            target = index.target(node) if node.reference else None
            if target is not None and target not in found:
                found.append(target)
    return found


def check_schema(api: Api, pointer: str) -> None:
    """Raise DocumentError where what stands at a pointer is no schema."""
    _check(_Place(api, pointer))


@lru_cache(maxsize=4096)
def _check(place: _Place) -> None:
    """Refuse a schema that is none, with the place of the fault in it."""
    schema = lookup(_root(_Place(place.api, "")), place.pointer)
    problem = best_match(_META.iter_errors(schema))
    if problem is not None:
        inner = "".join(f"/{escape(str(token))}" for token in problem.absolute_path)
        source = source_of(place.api, place.pointer + inner)
        raise DocumentError(f"is not a schema: {clipped(problem.message)}.", source=source)


def _meta_validator() -> jsonschema.Draft202012Validator:
    checker = jsonschema.FormatChecker(formats=())
    checker.checks("regex")(lambda value: not isinstance(value, str) or not pattern_fault(value))
    return jsonschema.Draft202012Validator(
        jsonschema.Draft202012Validator.META_SCHEMA, format_checker=checker
    )


_META = _meta_validator()
