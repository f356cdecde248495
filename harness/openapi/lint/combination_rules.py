"""Check what the parts of an allOf say together: that one value can keep them all."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce

from harness.jsonvalue import Json, compact, items, members, number
from harness.openapi.lint.rule import Hit, Rule, Severity
from harness.openapi.lint.schema_facts import conjuncts, types_of
from harness.openapi.lint.subject import Subject
from harness.openapi.structure import Kind
from harness.openapi.walk import Node

_BOUNDS = (
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
)


def _closed_parts(subject: Subject, node: Node) -> Iterator[Hit]:
    """Find members of one part of an `allOf` that another part, which is closed, refuses."""
    if "allOf" not in node.object:
        return
    parts = list(conjuncts(subject, node))
    named = {name for part in parts for name in members(part.object.get("properties"))}
    for part in parts:
        if part.object.get("additionalProperties") is not False or part.object.get(
            "patternProperties"
        ):
            continue
        refused = sorted(named - set(members(part.object.get("properties"))))
        if refused:
            what = f"a closed part of 'allOf' refuses what another part describes: {', '.join(refused[:5])}"
            yield Hit(node.at("allOf"), what)
            return


def _impossible(subject: Subject, node: Node) -> Iterator[Hit]:
    """Find an `allOf` whose parts leave no value: of types, of values that are listed, within bounds."""
    if "allOf" not in node.object:
        return
    parts = list(conjuncts(subject, node))
    for find in (_types, _values, _bounds):
        what = find(parts)
        if what:
            yield Hit(node.at("allOf"), what)
            return


def _types(parts: Sequence[Node]) -> str:
    named = [types for part in parts if (types := types_of(part)) is not None]
    if _shared(named, _with_integers):
        return ""
    return f"no value is {' and '.join(dict.fromkeys(' or '.join(sorted(each)) for each in named))}"


def _with_integers(types: frozenset[str]) -> frozenset[str]:
    return types | {"integer"} if "number" in types else types


def _values(parts: Sequence[Node]) -> str:
    listed = [
        frozenset(compact(value) for value in values)
        for part in parts
        for values in (items(part.object.get("enum")), _constant(part))
        if values
    ]
    return "" if _shared(listed) else "no value is in all the lists of values of its parts"


def _constant(part: Node) -> Sequence[Json]:
    return [part.object["const"]] if "const" in part.object else []


def _shared(
    sets: Iterable[frozenset[str]],
    widened: Callable[[frozenset[str]], frozenset[str]] = frozenset,
) -> bool:
    """Decide whether some text is in all of the sets; where there is no set, everything is."""
    every = [widened(each) for each in sets]
    return not every or bool(reduce(frozenset.intersection, every))


def _bounds(parts: Sequence[Node]) -> str:
    for low, high in _BOUNDS:
        least = max(number(part.object.get(low), float("-inf")) for part in parts)
        most = min(number(part.object.get(high), float("inf")) for part in parts)
        if least > most:
            return f"one part has {low} {least:g}, another {high} {most:g}"
    return ""


RULES = (
    Rule(
        "allof-closed",
        Severity.WARNING,
        (Kind.SCHEMA,),
        _closed_parts,
        "No closed part of an allOf refuses properties that another part describes.",
        "JSON Schema 2020-12 Core, 10.3.2.3",
        "The property can never be sent; use unevaluatedProperties around the whole.",
    ),
    Rule(
        "allof-impossible",
        Severity.ERROR,
        (Kind.SCHEMA,),
        _impossible,
        "Some value keeps all parts of an allOf.",
        "JSON Schema 2020-12 Core, 10.2.1.1",
        "No value is valid; use oneOf or anyOf where one of them is meant.",
    ),
)
