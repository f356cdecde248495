"""Hold the values that a document shows against their schemas."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from harness.errors import DocumentError
from harness.jsonvalue import Json, items, members
from harness.openapi.lint.rule import Hit
from harness.openapi.lint.subject import Subject
from harness.openapi.media_type import is_json
from harness.openapi.model import Api
from harness.openapi.soundness import unbounded_schema
from harness.openapi.structure import Kind
from harness.openapi.validator import Fault, faults
from harness.openapi.walk import Direction, Example, Node

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_CARRIERS = (Kind.PARAMETER, Kind.HEADER, Kind.MEDIA_TYPE)


class Broken(Enum):
    """What an example breaks, which decides on the rule that reports it."""

    RULE = auto()
    NULL = auto()
    PATTERN = auto()


@dataclass(frozen=True, slots=True)
class BrokenExample:
    """An example that does not keep its schema."""

    kind: Broken
    hit: Hit


@lru_cache(maxsize=4)
def api_of(subject: Subject) -> Api:
    """Return the document as far as a validator needs it; its operations may be unreadable."""
    return Api("", "", "", subject.document.path, "", (), (), subject.root, subject.document)


@lru_cache(maxsize=4)
def unbounded(subject: Subject) -> tuple[str, str] | None:
    """Return the first schema that no validator gets through, and why."""
    return unbounded_schema(api_of(subject))


def faults_of(subject: Subject, node: Node, value: Json) -> tuple[Fault, ...]:
    """Return what a value breaks in the schema at a node; nothing where the schema is unusable."""
    return faults_at(subject, node.pointer, value, node.direction)


def faults_at(
    subject: Subject, pointer: str, value: Json, direction: Direction
) -> tuple[Fault, ...]:
    """Return what a value breaks in a schema; the rules for schemas say why one is unusable."""
    if unbounded(subject) is not None:
        return ()
    try:
        return faults(api_of(subject), pointer, value, direction)
    except DocumentError:
        return ()


@lru_cache(maxsize=4)
def broken_examples(subject: Subject) -> tuple[BrokenExample, ...]:
    """Return all examples that do not keep their schema, each fault once."""
    found: dict[tuple[str, str], BrokenExample] = {}
    for example in examples(subject):
        place, schema = example.pointer, example.schema_pointer
        for fault in faults_at(subject, schema, example.value, example.direction):
            what = f"the example breaks {fault.rule} at {fault.pointer or 'its root'}"
            broken = BrokenExample(_kind(fault), Hit(place, what, fault.actual))
            found.setdefault((place, what), broken)
    return tuple(found.values())


def _kind(fault: Fault) -> Broken:
    if fault.actual == "null":
        return Broken.NULL
    return Broken.PATTERN if fault.rule.startswith("pattern ") else Broken.RULE


def examples(subject: Subject) -> Iterator[Example]:
    """Yield the examples that JSON Schema can judge, references to shared ones followed."""
    for node in subject.nodes.values():
        if node.kind is Kind.SCHEMA:
            yield from _inside(node)
        elif node.kind in _CARRIERS and "schema" in node.object:
            yield from _beside(subject, node)


def _inside(node: Node) -> Iterator[Example]:
    if "example" in node.object:
        yield Example(node.at("example"), node.pointer, node.object["example"], node.direction)
    for index, example in enumerate(items(node.object.get("examples"))):
        yield Example(f"{node.at('examples')}/{index}", node.pointer, example, node.direction)


def _beside(subject: Subject, node: Node) -> Iterator[Example]:
    given: list[tuple[str, Json]] = []
    if "example" in node.object:
        given.append((node.at("example"), node.object["example"]))
    for _, written in subject.children(node, "examples"):
        meant = subject.resolve(written)
        if meant is not None:
            keys = [key for key in ("value", "dataValue") if key in meant.object]
            given += [(meant.at(key), meant.object[key]) for key in keys]
    for pointer, value in given:
        if _is_judged(node, value):
            yield Example(pointer, node.at("schema"), value, node.direction)


def _is_judged(node: Node, value: Json) -> bool:
    """Decide whether a value is what the schema describes: XML and text are written as texts.

    A form is, where its example is an object (OpenAPI 3.1.1, 4.8.14.3 and 4.8.14.4).
    """
    if node.kind is not Kind.MEDIA_TYPE:
        return not isinstance(value, str) or not _holds_objects(node)
    return is_json(node.key) or (node.key.startswith(_FORMS) and isinstance(value, dict))


def _holds_objects(node: Node) -> bool:
    """Decide whether a parameter's example may be written as it is sent: `a,b` or `{"a":1}`."""
    return members(node.object.get("schema")).get("type") in ("array", "object")
