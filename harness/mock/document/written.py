"""Write the bodies of answers that are not JSON: XML and forms."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from urllib.parse import urlencode

from harness.client.multipart import Part, encode
from harness.jsonvalue import Json, compact
from harness.openapi.bodies import FORM, MULTIPART, is_xml
from harness.openapi.media_type import parse_media_range
from harness.openapi.model import Api, MediaType
from harness.openapi.xml_writer import xml_text

BOUNDARY = "harness-mock-boundary"


def essence_of(name: str) -> str:
    """Return a media type without its parameters."""
    return parse_media_range(name).essence


def writer_of(
    api: Api, media_type: MediaType, name: str, body: Json
) -> Callable[[Json], bytes] | None:
    """Return how bodies of a media type are written; None where JSON or the text itself will do."""
    if is_xml(name) and isinstance(body, Mapping | list):
        return partial(_xml, api, media_type.schema)
    if not isinstance(body, Mapping):
        return None
    return {FORM: _form, MULTIPART: _multipart}.get(essence_of(name))


def _xml(api: Api, schema: Json, body: Json) -> bytes:
    return xml_text(api, schema, body).encode("utf-8", "replace")


def _form(body: Json) -> bytes:
    return urlencode(list(_fields(body))).encode()


def _multipart(body: Json) -> bytes:
    parts = [
        Part(name, value.encode("utf-8", "replace"), content_type=_kind(value))
        for name, value in _fields(body)
    ]
    return encode(parts, boundary=BOUNDARY)


def _kind(value: str) -> str | None:
    return "application/json" if value.startswith("{") else None


def _fields(body: Json) -> Iterator[tuple[str, str]]:
    """Yield the fields of a form: a list as one field an item, an object as JSON."""
    for name, value in body.items() if isinstance(body, Mapping) else ():
        for each in value if isinstance(value, list) else [value]:
            yield name, each if isinstance(each, str) else compact(each)
