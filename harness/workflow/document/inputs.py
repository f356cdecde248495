"""What a workflow's `inputs` schema (JSON Schema 2020-12) says about values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

import jsonschema
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from harness.jsonvalue import Json, escape, items, lookup, members, text
from harness.workflow.document.model import Book, Workflow
from harness.workflow.language import regexes
from harness.workflow.language.regex_syntax import PatternError

_URN = "urn:arazzo"
# References may form a circle; nobody nests them as deep as this.
_MAX_REFERENCES = 20
# Characters of a message: the library quotes whole schemas and values.
_MAX_SHOWN = 200
# The values of these keywords are data, in which `$ref` is a member like any other.
_DATA = ("const", "enum", "default", "examples", "example")
_UNUSABLE = (
    Unresolvable,
    RecursionError,
    jsonschema.SchemaError,
    jsonschema.exceptions.UnknownType,
    PatternError,
    # What jsonschema does where a schema is none, in a part that no meta-schema was held against.
    *(AttributeError, KeyError, TypeError, ValueError),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken rule: the input, the place within it, and what is wrong."""

    name: str
    pointer: str
    message: str
    keyword: str


# Books and workflows are hashed by identity, so the cache compares no documents.
@lru_cache(maxsize=1024)
def properties(book: Book, workflow: Workflow) -> Mapping[str, Json]:
    """Return the schemas of the inputs that a workflow declares, by name."""
    return dict(_properties(book, workflow, workflow.inputs, 0))


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
    return frozenset(_required(book, workflow, workflow.inputs, 0))


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
        # Sorted by place: the library reports them in the order of the schema's keywords.
        errors = sorted(found, key=lambda each: [str(token) for token in each.path])
        return tuple(map(_fault, errors))
    except _UNUSABLE as problem:
        return (Fault("", "", f"the schema cannot be used: {_unusable(problem)}", "$ref"),)


def _unusable(problem: Exception) -> str:
    """Say in one line why a schema cannot be used; the library's words hold whole documents."""
    match problem:
        case Unresolvable(ref=ref):
            return f"'{ref}' leads nowhere"
        case jsonschema.exceptions.UnknownType(type=kind):
            return f"there is no type '{kind}'"
        case jsonschema.SchemaError(message=message):
            return message[:_MAX_SHOWN]
        case RecursionError():
            return "it is nested too deeply"
        case AttributeError() | KeyError() | TypeError():
            return "it is no JSON Schema"
        case _:
            return str(problem).partition("\n")[0][:_MAX_SHOWN]


def schema_fault(book: Book, workflow: Workflow) -> str:
    """Return why `inputs` is no JSON Schema; empty where it is one."""
    schema = workflow.inputs
    if schema is None:
        return ""
    try:
        jsonschema.Draft202012Validator.check_schema(schema)  # type: ignore[arg-type]  # any JSON may come
    except jsonschema.SchemaError as problem:
        return f"{problem.json_path}: {problem.message}"[:_MAX_SHOWN]
    # The meta-schema takes any text as `$ref`; whether it leads anywhere the document alone shows.
    for reference in _references(schema):
        if reference.startswith("#") and _target(book, workflow, reference) is None:
            return f"'{reference}' leads nowhere"
    # Validating nothing shows the references that only the validator itself resolves.
    return next(
        (fault.message for fault in faults(book, workflow, {}) if fault.keyword == "$ref"), ""
    )


def _references(schema: Json) -> Iterator[str]:
    for item in items(schema):
        yield from _references(item)
    for key, value in members(schema).items():
        # The walk follows no reference, so it ends with the document.
        if key == "$ref" and isinstance(value, str):
            yield value
        elif key not in _DATA:
            yield from _references(value)


def _fault(error: jsonschema.ValidationError) -> Fault:
    path = [str(token) for token in error.absolute_path]
    name = path[0] if path else ""
    # The error of a missing member stands at the object that lacks it and names it in its message.
    if not name and error.validator == "required":
        missing = (
            item for item in items(error.validator_value) if item not in members(error.instance)
        )
        name = text(next(missing, ""))
    pointer = "".join(f"/{escape(token)}" for token in path)
    return Fault(name, pointer, _worded(error), str(error.validator))


def _worded(error: jsonschema.ValidationError) -> str:
    """Return the message of an error; a long value is cut, what is wrong with it is not."""
    message, shown = error.message, repr(error.instance)
    if len(message) > _MAX_SHOWN and message.startswith(shown):
        return f"{shown[:60]}…{message[len(shown) :][:_MAX_SHOWN]}"
    return message[:300]


@lru_cache(maxsize=1024)
def _anchors(book: Book, workflow: Workflow) -> Mapping[str, str]:
    """Return where each `$anchor` stands that the inputs of a workflow may refer to.

    Those of its own `inputs` come first, then those of `components`: an Arazzo document is no schema,
    so that no validator would look for them there (JSON Schema 2020-12, core, 8.2.2).
    """
    places = (f"{workflow.pointer}/inputs", "/components/inputs")
    found: dict[str, str] = {}
    for place in places:
        for name, pointer in _anchored(lookup(book.document.data, place), place):
            # The first one wins, as the docstring promises: those of `inputs` are searched first.
            found.setdefault(name, pointer)
    return found


def _anchored(schema: object, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(schema, list):
        for index, item in enumerate(schema):
            yield from _anchored(item, f"{pointer}/{index}")
    for key, value in members(schema).items():
        if key in ("$anchor", "$dynamicAnchor") and isinstance(value, str):
            yield value, pointer
        elif key not in _DATA:
            yield from _anchored(value, f"{pointer}/{escape(key)}")


def _without_anchors(value: Json, anchors: Mapping[str, str]) -> Json:
    """Return schemas whose references by anchor are references by pointer."""
    if isinstance(value, list):
        return [_without_anchors(item, anchors) for item in value]
    if not isinstance(value, Mapping):
        return value
    return {key: _member_without_anchors(key, member, anchors) for key, member in value.items()}


def _member_without_anchors(key: str, member: Json, anchors: Mapping[str, str]) -> Json:
    # A pointer contains "/" and is no anchor, so that it stays as it is.
    if key == "$ref" and (name := text(member)[1:]) in anchors:
        return f"#{anchors[name]}"
    return member if key in _DATA else _without_anchors(member, anchors)


@lru_cache(maxsize=1024)
def _validator(book: Book, workflow: Workflow) -> jsonschema.Draft202012Validator:
    data = book.document.data
    if anchors := _anchors(book, workflow):
        data = _without_anchors(data, anchors)
    # The whole document is the resource: a pointer like `#/components/inputs/x` starts at its root.
    resource = DRAFT202012.create_resource(data)
    registry = Registry().with_resource(_URN, resource)
    reference = {"$ref": f"{_URN}#{workflow.pointer}/inputs"}
    # The library's own `pattern` runs Python's engine, which a short pattern can hold up for years.
    return _Checker(reference, registry=registry)


def _pattern(
    _: object, pattern: str, instance: object, __: object
) -> Iterator[jsonschema.ValidationError]:
    # A pattern is not anchored (JSON Schema 2020-12, validation, 6.3.3).
    if isinstance(instance, str) and regexes.search(pattern, instance) is None:
        yield jsonschema.ValidationError(f"'{instance}' does not match {pattern}")


_Checker: type[jsonschema.Draft202012Validator] = jsonschema.validators.extend(  # type: ignore[no-untyped-call]  # has no types
    jsonschema.Draft202012Validator, {"pattern": _pattern}
)


def _properties(
    book: Book, workflow: Workflow, schema: Json, depth: int
) -> Iterator[tuple[str, Json]]:
    if depth > _MAX_REFERENCES:
        return
    schema_members = members(schema)
    if isinstance(reference := schema_members.get("$ref"), str):
        yield from _properties(book, workflow, _target(book, workflow, reference), depth + 1)
    # Only `allOf` adds up for certain; what `anyOf` or `if` would declare depends on the values.
    for part in items(schema_members.get("allOf")):
        yield from _properties(book, workflow, part, depth + 1)
    for name, value in members(schema_members.get("properties")).items():
        inner = members(value).get("$ref")
        yield name, _target(book, workflow, inner) if isinstance(inner, str) else value


def _required(book: Book, workflow: Workflow, schema: Json, depth: int) -> Iterator[str]:
    if depth > _MAX_REFERENCES:
        return
    schema_members = members(schema)
    if isinstance(reference := schema_members.get("$ref"), str):
        yield from _required(book, workflow, _target(book, workflow, reference), depth + 1)
    for part in items(schema_members.get("allOf")):
        yield from _required(book, workflow, part, depth + 1)
    yield from (text(name) for name in items(schema_members.get("required")))


def _target(book: Book, workflow: Workflow, reference: str) -> Json:
    pointer = reference.removeprefix("#")
    # An anchor stands for a pointer; what is no known anchor is a pointer itself.
    found = lookup(book.document.data, _anchors(book, workflow).get(pointer, pointer))
    if not isinstance(found, Mapping | bool):
        # A pointer may be percent-encoded, for it stands in a URI (RFC 6901, section 6).
        found = lookup(book.document.data, unquote(pointer))
    return found if isinstance(found, Mapping | bool) else None
