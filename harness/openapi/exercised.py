"""Say which constraints of a document requests were sent on both sides of: one value within, one beyond.

A rule that no request ever broke was not tested, and neither was one that every request broke.
Pure: it reads a document and exchanges, and keeps nothing.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl, unquote

import jsonschema

from harness.exchange import Request
from harness.hosts import split_url
from harness.jsonvalue import MISSING, Json, escape, items, lookup, members
from harness.openapi.dialect import as_2020_12
from harness.openapi.formats import format_checker
from harness.openapi.model import Api, Operation, Parameter
from harness.openapi.patterns import PatternError, matches
from harness.openapi.references import Index, index_of

_BOUNDS = (
    *("type", "enum", "const", "multipleOf", "minimum", "maximum", "exclusiveMinimum"),
    *("exclusiveMaximum", "minLength", "maxLength", "pattern", "format", "minItems", "maxItems"),
    *("uniqueItems", "minProperties", "maxProperties"),
)
"""Keywords that a value keeps or breaks by itself, whatever stands in it."""

_FOR: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(("minLength", "maxLength", "pattern", "format"), (str,)),
    **dict.fromkeys(
        ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), (int, float)
    ),
    **dict.fromkeys(("minItems", "maxItems", "uniqueItems"), (list,)),
    **dict.fromkeys(("minProperties", "maxProperties"), (dict,)),
}
_MAX_DEPTH = 40


class Side(StrEnum):
    """On which side of a constraint a value lies."""

    WITHIN = "within"
    BEYOND = "beyond"


@dataclass(frozen=True, slots=True)
class Constraint:
    """One rule of one operation's request."""

    operation: str
    """Its label, as in `POST /things`."""
    pointer: str
    """Of the keyword in the document; of the name in `required` that is meant."""
    keyword: str


Sides = Mapping[Constraint, frozenset[Side]]


def constraints(api: Api) -> tuple[Constraint, ...]:
    """Return every constraint on what an operation is sent, in the order of the document."""
    return tuple(exercised(api, ()))


def exercised(api: Api, requests: Iterable[Request]) -> Sides:
    """Return all constraints, each with the sides on which requests had a value."""
    found: dict[Constraint, set[Side]] = {}
    root = as_2020_12(api.root)
    observers = {operation.label: _Observer(root, operation, found) for operation in api.operations}
    for observer in observers.values():
        observer.list_constraints()
    for request in requests:
        if request.operation in observers:
            observers[request.operation].observe(request)
    return {constraint: frozenset(sides) for constraint, sides in found.items()}


def share(sides: Sides) -> float:
    """Return the share of constraints that were exercised from both sides; 1 where there are none."""
    return sum(len(side) == len(Side) for side in sides.values()) / len(sides) if sides else 1.0


@dataclass(frozen=True, slots=True)
class _Observer:
    """Notes the sides for one operation."""

    root: Json
    operation: Operation
    found: dict[Constraint, set[Side]]

    def list_constraints(self) -> None:
        for parameter in self.operation.parameters:
            if parameter.required and parameter.location != "path":
                self._note(f"{parameter.pointer}/required", "required", None)
        for pointer in self._schema_pointers():
            for each in _reachable(self.root, pointer):
                for place, keyword in _rules(self.root, each):
                    self._note(place, keyword, None)

    def observe(self, request: Request) -> None:
        values = dict(_parameter_values(self.operation, request))
        for parameter in self.operation.parameters:
            value = values.get((parameter.location, parameter.name), MISSING)
            if parameter.required and parameter.location != "path":
                side = Side.BEYOND if value is MISSING else Side.WITHIN
                self._note(f"{parameter.pointer}/required", "required", side)
            if value is not MISSING and parameter.schema_pointer:
                typed = _typed(str(value), lookup(self.root, parameter.schema_pointer))
                self._visit(parameter.schema_pointer, typed)
        body = _json_body(request)
        for media_type in self.operation.body:
            if body is not MISSING and media_type.is_json and media_type.schema_pointer:
                self._visit(media_type.schema_pointer, body)

    def _schema_pointers(self) -> list[str]:
        found = [parameter.schema_pointer for parameter in self.operation.parameters]
        found += [media_type.schema_pointer for media_type in self.operation.body]
        return [each for each in found if each]

    def _note(self, pointer: str, keyword: str, side: Side | None) -> None:
        sides = self.found.setdefault(Constraint(self.operation.label, pointer, keyword), set())
        if side is not None:
            sides.add(side)

    def _visit(self, pointer: str, value: object, depth: int = 0) -> None:
        schema = members(lookup(self.root, pointer))
        if depth > _MAX_DEPTH:
            return
        for place, keyword in _rules(self.root, pointer):
            side = _side(keyword, place, schema, value)
            if side is not None:
                self._note(place, keyword, side)
        for inner, part in _inside(index_of(self.root), pointer, schema, value):
            self._visit(inner, part, depth + 1)


def _rules(root: Json, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield the place and the keyword of each rule of a schema itself."""
    schema = members(lookup(root, pointer))
    for keyword in _BOUNDS:
        if keyword in schema:
            yield f"{pointer}/{keyword}", keyword
    for index in range(len(items(schema.get("required")))):
        yield f"{pointer}/required/{index}", "required"
    if schema.get("additionalProperties") is False:
        yield f"{pointer}/additionalProperties", "additionalProperties"


def _side(keyword: str, place: str, schema: Mapping[str, Json], value: object) -> Side | None:
    """Return the side of a value; None where the rule says nothing about such a value."""
    if keyword == "required":
        name = items(schema["required"])[int(place.rpartition("/")[2])]
        return _chosen(name in value) if isinstance(value, dict) else None
    if keyword == "additionalProperties":
        known = members(schema.get("properties"))
        return _chosen(all(item in known for item in value)) if isinstance(value, dict) else None
    wanted = _FOR.get(keyword)
    if wanted is not None and (not isinstance(value, wanted) or isinstance(value, bool)):
        return None
    if keyword == "pattern":
        try:
            return _chosen(matches(str(schema["pattern"]), str(value)))
        except PatternError:
            return None
    rule = jsonschema.Draft202012Validator(
        {keyword: schema[keyword]}, format_checker=format_checker()
    )
    return _chosen(rule.is_valid(value))


def _chosen(is_kept: bool) -> Side:  # noqa: FBT001  # the answer of a comparison, named by its use
    return Side.WITHIN if is_kept else Side.BEYOND


def _inside(
    index: Index, pointer: str, schema: Mapping[str, Json], value: object
) -> Iterator[tuple[str, object]]:
    """Yield the schemas that apply to a value and to what is in it."""
    reference = schema.get("$ref")
    target = index.resolve(str(reference), index.base_at(pointer)) if reference else None
    if target is not None:
        yield target, value
    for key in ("allOf", "anyOf", "oneOf"):
        yield from ((f"{pointer}/{key}/{i}", value) for i in range(len(items(schema.get(key)))))
    if isinstance(value, dict):
        known = [name for name in members(schema.get("properties")) if name in value]
        yield from ((f"{pointer}/properties/{escape(name)}", value[name]) for name in known)
    if isinstance(value, list) and "items" in schema:
        yield from ((f"{pointer}/items", item) for item in value)


def _reachable(root: Json, start: str) -> list[str]:
    """Return the pointers of the schemas that a request's value may meet, each once."""
    index = index_of(root)
    found = [start]
    for pointer in found:  # which grows meanwhile
        schema = members(lookup(root, pointer))
        named = dict.fromkeys(members(schema.get("properties")))
        inner = [*_inside(index, pointer, schema, named), *_inside(index, pointer, schema, [None])]
        found += dict.fromkeys(each for each, _ in inner if each not in found)
    return found


def _parameter_values(
    operation: Operation, request: Request
) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield what parameters were given, as text; those of styles with several parts are left out."""
    parts = split_url(request.url)
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        yield ("query", name), value
    named: Sequence[Parameter] = operation.parameters
    sent = {name.lower(): value for name, value in request.headers}
    for parameter in named:
        if parameter.location == "header" and parameter.name.lower() in sent:
            yield ("header", parameter.name), sent[parameter.name.lower()]
    template, actual = operation.path.split("/"), parts.path.split("/")
    for expected, segment in zip(reversed(template), reversed(actual), strict=False):
        if expected.startswith("{") and expected.endswith("}"):
            yield ("path", expected[1:-1]), unquote(segment)


def _typed(text: str, schema: object) -> object:
    """Read a parameter's text as the type that its schema names, else leave it a text."""
    wanted = members(schema).get("type")
    kinds = list(items(wanted)) or [wanted]
    if any(kind in ("integer", "number", "boolean") for kind in kinds):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def _json_body(request: Request) -> object:
    try:
        return json.loads(request.body) if request.body else MISSING
    except ValueError:
        return MISSING
