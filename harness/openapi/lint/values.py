"""Hold the values that a document shows against their schemas."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from harness.errors import DocumentError
from harness.jsonvalue import Json, items, members
from harness.openapi.bodies import MalformedBody, Reading, is_xml, readings
from harness.openapi.lint.rule import Hit, Subject
from harness.openapi.media_type import is_json
from harness.openapi.model import Api, MediaType
from harness.openapi.readings import types_of
from harness.openapi.soundness import unbounded_schema
from harness.openapi.structure import Kind
from harness.openapi.validator import Fault, faults
from harness.openapi.walk import Direction, Example, Node
from harness.openapi.xml_value import NotDecided

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
# An invalid operation must not keep examples from being checked.
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
    # An endless schema would keep the validator busy for ever, and is a finding itself.
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
            # By place and text: an example reached by several references is one finding.
            found.setdefault((place, what), broken)
    for hit in _broken_xml(subject):
        found.setdefault((hit.pointer, hit.what), BrokenExample(Broken.RULE, hit))
    return tuple(found.values())


def _broken_xml(subject: Subject) -> Iterator[Hit]:
    """Yield what is wrong with examples that are XML, written as they are sent."""
    for node in subject.nodes.values():
        if node.kind is Kind.MEDIA_TYPE and is_xml(node.key) and "schema" in node.object:
            for pointer, value in _shown(subject, node):
                if isinstance(value, str):
                    yield from (Hit(pointer, *each) for each in _xml_faults(subject, node, value))


def _xml_faults(subject: Subject, node: Node, value: str) -> Iterator[tuple[str, str]]:
    """Yield each fault and the value it speaks of; none where one of the readings keeps the schema."""
    media_type = MediaType(node.key, node.object["schema"], pointer=node.pointer)
    # A schema of a string takes the document as it comes.
    if types_of(api_of(subject), media_type.schema_pointer) == {"string"}:
        return
    try:
        raw = value.strip().encode()
        found = [
            _faults_of_reading(subject, node, reading)
            for reading in readings(api_of(subject), media_type, node.key, raw)
        ]
    except MalformedBody as problem:
        yield f"the example is {problem}", ""
        return
    # What cannot be read for sure is not called wrong.
    except (NotDecided, UnicodeEncodeError):
        return
    # One reading without faults settles it; otherwise the likeliest one is reported.
    yield from found[0] if all(found) else ()


def _faults_of_reading(subject: Subject, node: Node, reading: Reading) -> list[tuple[str, str]]:
    """Return the faults of one meaning of an XML example: those of its names, then of its value."""
    value: Json = reading.value  # type: ignore[assignment]  # a JSON value
    names = [(f"the example breaks {fault.rule}", fault.actual) for fault in reading.faults]
    return names + [
        (f"the example breaks {fault.rule} at {fault.pointer or 'its root'}", fault.actual)
        for fault in faults_at(subject, node.at("schema"), value, node.direction)
    ]


def _kind(fault: Fault) -> Broken:
    # Null is so often only a missing `nullable` that it has a rule of its own.
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
    for pointer, value in _shown(subject, node):
        if _is_judged(node, value):
            yield Example(pointer, node.at("schema"), value, node.direction)


def _shown(subject: Subject, node: Node) -> list[tuple[str, Json]]:
    """Return the examples beside a schema, with the pointer of each."""
    given: list[tuple[str, Json]] = []
    if "example" in node.object:
        given.append((node.at("example"), node.object["example"]))
    for _, written in subject.children(node, "examples"):
        meant = subject.resolve(written)
        if meant is not None:
            keys = [key for key in ("value", "dataValue") if key in meant.object]
            # `serializedValue` and `externalValue` show texts as sent, or none at all.
            given += [(meant.at(key), meant.object[key]) for key in keys]
    return given


def _is_judged(node: Node, value: Json) -> bool:
    """Decide whether a value is what the schema describes: XML and text are written as texts.

    A form is, where its example is an object (OpenAPI 3.1.1, 4.8.14.3 and 4.8.14.4).
    """
    if node.kind is not Kind.MEDIA_TYPE:
        # A text may be a list or object in the parameter's style, which no schema describes.
        return not isinstance(value, str) or not _holds_objects(node)
    return is_json(node.key) or (node.key.startswith(_FORMS) and isinstance(value, dict))


def _holds_objects(node: Node) -> bool:
    """Decide whether a parameter's example may be written as it is sent: `a,b` or `{"a":1}`."""
    return members(node.object.get("schema")).get("type") in ("array", "object")
