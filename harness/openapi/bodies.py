"""Read bodies that are not JSON as the values that their schemas describe: XML, forms, multipart."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import parse_qsl

from multipart import MultipartError, MultipartParser

from harness.jsonvalue import Json, members, parsed, text
from harness.openapi.media_type import is_json, parse_media_range
from harness.openapi.merged import Merged, merged
from harness.openapi.model import Api, MediaType
from harness.openapi.numbers import exact
from harness.openapi.readings import scalar
from harness.openapi.xml_value import (
    Element,
    MalformedXml,
    NameFault,
    NotDecided,
    UnreadXml,
    XmlReader,
    read_xml,
)

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
# How many fields and bytes of one body are read: a larger one would hold up the run.
MAX_PAIRS = 1000
MAX_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reading:
    """A value that a body may mean, and what is wrong with names in it."""

    value: object
    faults: tuple[NameFault, ...] = ()


class MalformedBody(ValueError):
    """The body is not what its media type says; in words."""


def is_readable(content_type: str) -> bool:
    """Return whether bodies of a media type are read here."""
    essence = parse_media_range(content_type).essence
    return essence in (FORM, MULTIPART) or is_xml(content_type)


def is_xml(content_type: str) -> bool:
    """Return whether a media type is XML or built on it (RFC 7303, 4.2 and 8)."""
    essence = parse_media_range(content_type).essence
    return essence in ("application/xml", "text/xml") or essence.endswith("+xml")


def readings(api: Api, media_type: MediaType, content_type: str, raw: bytes) -> Iterator[Reading]:
    """Yield what a body may mean by its schema, the likeliest first.

    Raises MalformedBody where it is not what its media type says, NotDecided where that cannot be decided.
    """
    if is_xml(content_type):
        element = _element(content_type, raw)
        # XML does not say whether white space around a value is layout or content: both are tried.
        for is_stripped in (False, True):
            reader = XmlReader(api, is_stripped)
            value = reader.root(element, media_type.schema)
            yield Reading(value, tuple(reader.faults))
        return
    fields = _Fields(api, media_type, parse_media_range(content_type).essence == MULTIPART)
    sent = _parts(content_type, raw) if fields.is_multipart else _pairs(raw)
    yield Reading(fields.value(sent))


def _element(content_type: str, raw: bytes) -> Element:
    charset = dict(parse_media_range(content_type).parameters).get("charset", "")
    try:
        return read_xml(raw, charset)
    except MalformedXml as problem:
        raise MalformedBody(f"not XML: {problem}") from None
    except UnreadXml as problem:
        raise NotDecided(f"it is XML {problem}") from None


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of a form: what was sent, and what its part says of it."""

    name: str
    content: bytes
    content_type: str = ""
    is_file: bool = False


def _pairs(raw: bytes) -> list[_Field]:
    if len(raw) > MAX_BYTES:
        raise NotDecided(f"it is larger than {MAX_BYTES:,} bytes")
    try:
        # What a form sends is ASCII; other characters are percent-encoded bytes of UTF-8.
        written = raw.decode("ascii")
        pairs = parse_qsl(
            written, keep_blank_values=True, max_num_fields=MAX_PAIRS, errors="strict"
        )
    except ValueError:  # beyond ASCII, beyond UTF-8 or beyond the number: others may read it
        raise NotDecided("it is no form of ASCII that can be read") from None
    return [_Field(name, value.encode()) for name, value in pairs]


def _parts(content_type: str, raw: bytes) -> list[_Field]:
    boundary = dict(parse_media_range(content_type).parameters).get("boundary", "")
    if not boundary:
        raise MalformedBody("the Content-Type names no boundary")
    if len(raw) > MAX_BYTES:
        raise NotDecided(f"it is larger than {MAX_BYTES:,} bytes")
    # Bounded throughout, and nothing goes to disk: a spool as large as the memory never spills.
    parser = MultipartParser(
        BytesIO(raw),
        boundary,
        content_length=len(raw),
        part_limit=MAX_PAIRS,
        memory_limit=MAX_BYTES,
        spool_limit=MAX_BYTES,
    )
    try:
        return [
            _Field(
                part.name or "", part.raw, part.headers.get("Content-Type", ""), bool(part.filename)
            )
            for part in parser
        ]
    except (MultipartError, UnicodeDecodeError) as problem:
        raise MalformedBody(f"not multipart: {problem}") from None


@dataclass(frozen=True, slots=True)
class _Fields:
    """Reads the fields of a form by the properties of its schema (OpenAPI 3.0.4, 4.7.15; 3.1.1, 4.8.15)."""

    api: Api
    media_type: MediaType
    is_multipart: bool

    def value(self, sent: Sequence[_Field]) -> dict[str, object]:
        found = self._clear(self.media_type.schema)
        if set(found.types) - {"object"}:
            raise NotDecided("the schema of a form is no object")
        # Fields of one name are the items of one list, wherever they stand among the others.
        grouped: dict[str, list[_Field]] = {}
        for each in sent:
            grouped.setdefault(each.name, []).append(each)
        result: dict[str, object] = {}
        further = found.keywords.get("additionalProperties", True)
        for name, fields in grouped.items():
            # A field's name alone does not say how such a schema is written in a form.
            if name not in found.properties and isinstance(further, Mapping):
                raise NotDecided(f"the field {name[:60]} is described by additionalProperties")
            result[name] = self._member(name, fields, found.properties.get(name, True))
        return result

    def _member(self, name: str, fields: Sequence[_Field], schema: Json) -> object:
        if schema is True or schema == {}:
            return ""  # anything may stand there
        encoding = members(self.media_type.encoding.get(name))
        found = self._clear(schema)
        if "array" in found.types:
            return self._list(name, fields, found, encoding)
        if len(fields) > 1:
            raise NotDecided(f"the field {name[:60]} was sent more than once")
        return self._scalar(fields[0], found, encoding)

    def _list(
        self, name: str, fields: Sequence[_Field], found: Merged, encoding: Mapping[str, Json]
    ) -> list[object]:
        """Return the items that the fields of one name are."""
        if set(found.types) - {"array", "null"}:
            raise NotDecided(f"the field {name[:60]} may have several types")
        items = self._clear(found.keywords.get("items", True))
        # Only `form` with explode sends a field for each item; other styles join them in one text.
        is_exploded = encoding.get("explode") is not False
        is_form = text(encoding.get("style")) in ("", "form")
        if not (is_exploded and is_form) or is_json(text(encoding.get("contentType"))):
            raise NotDecided(f"the field {name[:60]} is written in a style of its own")
        return [self._scalar(field, items, encoding) for field in fields]

    def _scalar(self, field: _Field, found: Merged, encoding: Mapping[str, Json]) -> object:
        kinds = set(found.types)
        declared = field.content_type or text(encoding.get("contentType"))
        # By default an object is written as JSON (Encoding Object, contentType).
        is_json_text = is_json(declared) if declared else "object" in kinds
        if is_json_text:
            return self._json(field, is_declared=bool(field.content_type))
        if kinds & {"object", "array"}:
            raise NotDecided(f"the field {field.name[:60]} is written in a way of its own")
        if not kinds or len(kinds) > 1:
            raise NotDecided(f"the field {field.name[:60]} may have several types")
        if kinds == {"string"}:
            return self._text(field, found)
        return scalar(field.content.decode("utf-8", "replace"))

    def _text(self, field: _Field, found: Merged) -> str:
        is_binary = field.is_file or text(found.keywords.get("format")) == "binary"
        try:
            # One character for each byte keeps lengths; nothing else is asked of what is no text.
            return field.content.decode("latin-1" if is_binary else "utf-8")
        except UnicodeDecodeError:
            raise NotDecided(f"the field {field.name[:60]} is not UTF-8") from None

    def _json(self, field: _Field, *, is_declared: bool) -> object:
        try:
            return parsed(field.content.decode("utf-8"), number=exact)
        except ValueError as problem:
            # A part that calls itself JSON has to be JSON; any other may be written otherwise.
            if is_declared:
                raise MalformedBody(f"the part {field.name[:60]} is not JSON: {problem}") from None
            raise NotDecided(f"the field {field.name[:60]} is not JSON") from None

    def _clear(self, schema: Json) -> Merged:
        found = merged(self.api, schema)
        # Which alternative applies depends on the values, and how they are read depends on it.
        if found.alternatives:
            raise NotDecided("the schema has oneOf or anyOf")
        return found
