"""Validate a request by the document: every constraint that it breaks, with the place of each."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from harness.client.multipart import MalformedMultipart, parse
from harness.jsonvalue import Json, members
from harness.mock.document.wire import ABSENT, Sent, typed, unread, value_of
from harness.openapi.bodies import FORM, MULTIPART, MalformedBody, is_xml, readings
from harness.openapi.media_type import is_json, most_specific, parse_media_range
from harness.openapi.merged import merged
from harness.openapi.model import Api, MediaType, Operation, Parameter
from harness.openapi.validator import Fault, faults
from harness.openapi.xml_value import NotDecided


@dataclass(frozen=True, slots=True)
class Violation:
    """One constraint that a request breaks."""

    place: str
    """`query/limit`, `body`, `body/owner/name`: where, without positions in lists."""
    keyword: str
    """`required`, `maxLength`, `media-type`, …"""
    status: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Read:
    """A request as the document reads it."""

    values: Mapping[tuple[str, str], Json]
    body: Json
    violations: tuple[Violation, ...]


def read_request(api: Api, operation: Operation, sent: Sent, kind: str, raw: bytes) -> Read:
    """Read a request and return what it carries with every constraint that it breaks."""
    values: dict[tuple[str, str], Json] = {}
    violations: list[Violation] = []
    # The path first: of an object that cannot exist nothing else matters.
    for location in ("path", "query", "header", "cookie"):
        for parameter in unread(operation, location):
            value = value_of(api, parameter, sent)
            violations.extend(_on_parameter(api, parameter, value))
            if value is not ABSENT:
                values[location, parameter.name] = value  # type: ignore[assignment]  # a JSON value
    body, on_body = _body(api, operation, kind, raw)
    return Read(values, body, (*violations, *on_body))


def _on_parameter(api: Api, parameter: Parameter, value: object) -> Iterator[Violation]:
    place = f"{parameter.location}/{parameter.name}"
    # A malformed id names nothing: what is not found is 404 where a list would say 400.
    status = 404 if parameter.location == "path" else 400
    if value is ABSENT:
        if parameter.required:
            yield Violation(place, "required", status, f"{place} is required.")
        return
    if parameter.schema_pointer:
        for fault in faults(api, parameter.schema_pointer, value):
            yield _violation(place, fault, status)


_Body = tuple[Json, tuple[Violation, ...]]
"""What a body says, and what is wrong with it."""


def _body(api: Api, operation: Operation, kind: str, raw: bytes) -> _Body:
    if not operation.body:
        return None, ()
    if not raw and operation.body_required:
        return None, (Violation("body", "required", 400, "A body is required."),)
    # An announced type with no bytes is an empty text, which the schema may allow.
    if not raw and not kind:
        return None, ()
    # `application/json` before `application/*` before `*/*`.
    name = most_specific([each.name for each in operation.body], kind)
    media_type = next((each for each in operation.body if each.name == name), None)
    if media_type is None:
        what = f"The media type has to be {' or '.join(each.name for each in operation.body)}."
        return None, (Violation("body", "media-type", 415, what),)
    read = _xml_body if is_xml(kind) else _typed_body
    return read(api, media_type, kind, raw)


def _typed_body(api: Api, media_type: MediaType, kind: str, raw: bytes) -> _Body:
    """Read JSON, a form or a text by its schema."""
    try:
        body = _decoded(api, media_type, kind, raw)
    # RecursionError: nested deeper than the parser goes.
    except (ValueError, RecursionError, MalformedMultipart):
        return None, (Violation("body", "readable", 400, "The body cannot be read."),)
    broken = faults(api, media_type.schema_pointer, body) if media_type.schema_pointer else ()
    # Readable, but not as described: 422 (RFC 9110, 15.5.21).
    return body, tuple(_violation("body", each, 422) for each in broken)


def _xml_body(api: Api, media_type: MediaType, kind: str, raw: bytes) -> _Body:
    """Read XML by its schema; what cannot be decided is let through, and nothing is kept of it."""
    broken: list[_Body] = []
    try:
        for reading in readings(api, media_type, kind, raw):
            found = faults(api, media_type.schema_pointer, reading.value)
            names = tuple(
                Violation("body", "xml", 422, f"body: {each.rule}, got {each.actual}."[:300])
                for each in reading.faults
            )
            value: Json = reading.value  # type: ignore[assignment]  # a JSON value
            broken.append((value, (*names, *(_violation("body", each, 422) for each in found))))
    except MalformedBody:
        return None, (Violation("body", "readable", 400, "The body cannot be read."),)
    except NotDecided:
        return None, ()
    # XML can be read in several ways; one that breaks nothing is enough.
    return next((each for each in broken if not each[1]), broken[0])


def _decoded(api: Api, media_type: MediaType, kind: str, raw: bytes) -> Json:
    essence = parse_media_range(kind).essence
    if is_json(essence):
        value: Json = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
        return value
    merged_schema = merged(api, media_type.schema)
    if essence == FORM:
        return _form(api, media_type, parse_qsl(raw.decode("utf-8"), keep_blank_values=True))
    if essence == MULTIPART:
        parts = parse(raw, kind)
        return _form(
            api,
            media_type,
            # Files too: their content is text here, and only its presence is judged.
            [(each.name, each.content.decode("utf-8", "replace")) for each in parts],
        )
    text = raw.decode("utf-8")
    return typed(api, merged_schema, text)


def _form(api: Api, media_type: MediaType, pairs: list[tuple[str, str]]) -> Json:
    merged_schema = merged(api, media_type.schema)
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        # A repeated name is a list (OpenAPI 3.1, 4.8.15).
        grouped.setdefault(name, []).append(value)
    return {
        name: _field(api, media_type, name, listed, merged_schema.properties.get(name, True))
        for name, listed in grouped.items()
    }


def _field(api: Api, media_type: MediaType, name: str, listed: list[str], schema: Json) -> Json:
    merged_schema = merged(api, schema)
    declared = members(media_type.encoding.get(name)).get("contentType", "")
    if is_json(str(declared)) or (
        # Objects in a form are JSON by default (OpenAPI 3.1, 4.8.15).
        "object" in merged_schema.types and "string" not in merged_schema.types
    ):
        return _json_or_text(listed[0])
    if "array" not in merged_schema.types:
        return typed(api, merged_schema, listed[0])
    inner = merged(api, merged_schema.keywords.get("items", True))
    if "object" in inner.types:
        return [_json_or_text(each) for each in listed]
    return typed(api, merged_schema, listed)


def _json_or_text(text: str) -> Json:
    try:
        value: Json = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _violation(place: str, fault: Fault, status: int) -> Violation:
    # Without positions, so that the fault of an item's schema is known at any index.
    steps = [each for each in fault.pointer.split("/")[1:] if not each.isdigit()]
    keyword = fault.schema_pointer.rpartition("/")[2] or fault.rule.partition(" ")[0]
    names = fault.rule.partition(" ")[2]
    where = "/".join((place, *steps))
    if keyword == "required" and names.startswith('["'):
        # The member that is missing is the place, not the object that lacks it.
        where = f"{where}/{names[2:].partition(chr(34))[0]}"
    return Violation(where, keyword, status, f"{where}: {fault.rule}, got {fault.actual}."[:300])
