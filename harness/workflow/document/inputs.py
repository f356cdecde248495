"""What a workflow's `inputs` schema (JSON Schema 2020-12) says about values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import jsonschema
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from harness.jsonvalue import Json, escape, items, lookup, members, text
from harness.workflow.document.model import Book, Workflow
from harness.workflow.language import regexes
from harness.workflow.language.regex_syntax import PatternError

_URN = "urn:arazzo"
_MAX_REFERENCES = 20
_UNUSABLE = (
    Unresolvable,
    RecursionError,
    jsonschema.SchemaError,
    jsonschema.exceptions.UnknownType,
    PatternError,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken rule: the input, the place within it, and what is wrong."""

    name: str
    pointer: str
    message: str
    keyword: str


@lru_cache(maxsize=1024)
def properties(book: Book, workflow: Workflow) -> Mapping[str, Json]:
    """Return the schemas of the inputs that a workflow declares, by name."""
    return dict(_properties(book, workflow.inputs, 0))


@lru_cache(maxsize=1024)
def defaults(book: Book, workflow: Workflow) -> Mapping[str, Json]:
    """Return the inputs that have a default."""
    found = properties(book, workflow)
    return {
        name: members(schema)["default"]
        for name, schema in found.items()
        if "default" in members(schema)
    }


@lru_cache(maxsize=1024)
def required(book: Book, workflow: Workflow) -> frozenset[str]:
    """Return the inputs that must be given."""
    return frozenset(_required(book, workflow.inputs, 0))


@lru_cache(maxsize=1024)
def undeclared(book: Book, workflow: Workflow) -> frozenset[str]:
    """Return the inputs that must be given and of which nothing else is said: a misspelt name."""
    return required(book, workflow) - frozenset(properties(book, workflow))


@lru_cache(maxsize=1024)
def optional(book: Book, workflow: Workflow) -> frozenset[str]:
    """Return the inputs that are declared and may be left out."""
    return frozenset(properties(book, workflow)) - required(book, workflow)


@lru_cache(maxsize=1024)
def secret(book: Book, workflow: Workflow) -> frozenset[str]:
    """Return the inputs whose format is `password`."""
    found = properties(book, workflow)
    return frozenset(
        name for name, schema in found.items() if members(schema).get("format") == "password"
    )


def faults(book: Book, workflow: Workflow, values: Mapping[str, object]) -> tuple[Fault, ...]:
    """Return what is wrong with the values of a workflow's inputs."""
    if workflow.inputs is None:
        return ()
    validator = _validator(book, workflow)
    try:
        found = validator.iter_errors(dict(values))
        errors = sorted(found, key=lambda each: [str(token) for token in each.path])
        return tuple(map(_fault, errors))
    except _UNUSABLE as problem:
        what = str(problem).partition("\n")[0]
        return (Fault("", "", f"the schema cannot be used: {what}", "$ref"),)


def schema_fault(book: Book, workflow: Workflow) -> str:
    """Return why `inputs` is no JSON Schema; empty where it is one."""
    schema = workflow.inputs
    if schema is None:
        return ""
    try:
        jsonschema.Draft202012Validator.check_schema(schema)  # type: ignore[arg-type]  # any JSON may come
    except jsonschema.SchemaError as problem:
        return f"{problem.json_path}: {problem.message}"[:200]
    return next((each.message for each in faults(book, workflow, {}) if each.keyword == "$ref"), "")


def _fault(error: jsonschema.ValidationError) -> Fault:
    path = [str(token) for token in error.absolute_path]
    name = path[0] if path else ""
    if not name and error.validator == "required":
        missing = (
            each for each in items(error.validator_value) if each not in members(error.instance)
        )
        name = text(next(missing, ""))
    pointer = "".join(f"/{escape(token)}" for token in path)
    return Fault(name, pointer, error.message[:300], str(error.validator))


@lru_cache(maxsize=1024)
def _validator(book: Book, workflow: Workflow) -> jsonschema.Draft202012Validator:
    resource = DRAFT202012.create_resource(book.document.data)
    registry = Registry().with_resource(_URN, resource)
    reference = {"$ref": f"{_URN}#{workflow.pointer}/inputs"}
    return _Checker(reference, registry=registry)


def _pattern(
    _: object, pattern: str, instance: object, __: object
) -> Iterator[jsonschema.ValidationError]:
    if isinstance(instance, str) and regexes.search(pattern, instance) is None:
        yield jsonschema.ValidationError(f"'{instance}' does not match {pattern}")


_Checker: type[jsonschema.Draft202012Validator] = jsonschema.validators.extend(  # type: ignore[no-untyped-call]  # has no types
    jsonschema.Draft202012Validator, {"pattern": _pattern}
)


def _properties(book: Book, schema: Json, depth: int) -> Iterator[tuple[str, Json]]:
    if depth > _MAX_REFERENCES:
        return
    found = members(schema)
    if isinstance(reference := found.get("$ref"), str):
        yield from _properties(book, _target(book, reference), depth + 1)
    for part in items(found.get("allOf")):
        yield from _properties(book, part, depth + 1)
    for name, each in members(found.get("properties")).items():
        inner = members(each).get("$ref")
        yield name, _target(book, inner) if isinstance(inner, str) else each


def _required(book: Book, schema: Json, depth: int) -> Iterator[str]:
    if depth > _MAX_REFERENCES:
        return
    found = members(schema)
    if isinstance(reference := found.get("$ref"), str):
        yield from _required(book, _target(book, reference), depth + 1)
    for part in items(found.get("allOf")):
        yield from _required(book, part, depth + 1)
    yield from (text(name) for name in items(found.get("required")))


def _target(book: Book, reference: str) -> Json:
    found = lookup(book.document.data, reference.removeprefix("#"))
    return found if isinstance(found, Mapping | bool) else None
