"""Read what a call says: the parts of a form, the members of JSON, the bytes of a file."""

from urllib.parse import parse_qsl, unquote

from harness.client.multipart import MalformedMultipart, ReceivedPart
from harness.client.multipart import parse as parse_form
from harness.codes.media_types import ANY_BINARY, media_type_named
from harness.files.sniff import sniff
from harness.jsonvalue import Json
from harness.judge.calls import Call, json_or_null


def content_of(call: Call) -> object:
    """Return what a body says: the parts of a form, the value of JSON, else the bytes."""
    if call.media_type == "multipart/form-data":
        try:
            parts = form_of(call)
        except MalformedMultipart:
            return call.body
        return sorted((p.name, p.filename or "", p.content_type, p.content) for p in parts)
    if call.media_type.endswith("json"):
        return call.json()
    if call.media_type == "application/x-www-form-urlencoded":
        return sorted(parse_qsl(call.body.decode("latin-1")))
    return call.body


def form_of(call: Call) -> tuple[ReceivedPart, ...]:
    """Return the parts of a form. Raises MalformedMultipart."""
    return parse_form(call.body, call.header("content-type") or "")


def json_of(call: Call, part: str) -> Json:
    """Return the JSON of a body, or of the named part of a form; null where there is none.

    A form without that part but with fields beside its files is read as an object of texts: a
    document may list each member of a request as a part of its own where its prose says otherwise.
    """
    if not part:
        return call.json()
    try:
        parts = form_of(call)
    except MalformedMultipart:
        return None
    named = [each for each in parts if each.name == part]
    if named:
        return json_or_null(named[0].content)
    flat = {p.name: p.content.decode("utf-8", "replace") for p in parts if p.filename is None}
    return flat or None


def fits(media_type: str, content: bytes) -> bool:
    """Return whether bytes may be of a media type; octet-stream claims nothing."""
    if media_type == ANY_BINARY:
        return True
    named, sniffed = media_type_named(media_type), sniff(content)
    # A type that is none of the known ones cannot be judged by the bytes; the API refuses it itself.
    return bool(media_type) and (named is None or sniffed is None or named.canonical == sniffed)


def values_of(call: Call, places: tuple[str, ...]) -> str:
    """Return the values that stand in some places of a call, one a line, decoded."""
    seen = []
    if "path" in places:
        seen += unquote(call.path).split("/")
    if "query" in places:
        seen += [value for _, value in parse_qsl(call.query, keep_blank_values=True)]
    text_seen = "\n".join(seen)
    if "body" in places:
        text_seen += "\n" + call.body.decode("utf-8", "replace")
    return text_seen
