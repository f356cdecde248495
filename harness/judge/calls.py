"""What a client sent and what it was answered, as one frozen value per call, and what its body says."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

from harness.client.multipart import MalformedMultipart, ReceivedPart
from harness.client.multipart import parse as parse_form
from harness.codes.media_types import ANY_BINARY, media_type_named
from harness.exchange import Exchange, Headers, Request, Response, header
from harness.files.sniff import sniff
from harness.jsonvalue import Json


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a call. `status` is 0 where the judge closed the connection without one."""

    status: int
    headers: Headers = ()
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in any case, or None."""
        return header(self.headers, name)

    def json(self) -> Json:
        """Return the JSON body, or null where there is none that can be read."""
        return json_or_null(self.body)


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the client under judgement, whole, with its answer."""

    number: int
    """From 1, in the order of arrival."""
    started: str
    """RFC 3339, UTC."""
    at: float
    """Monotonic seconds of the arrival of the request's head."""
    ended: float
    """Monotonic seconds of the end of the answer."""
    method: str
    path: str
    """Below the session's base URL, percent-encoding as it was sent."""
    query: str
    """As it was sent, without the question mark."""
    headers: Headers = ()
    """In the order and case of the wire, as far as the server keeps it."""
    body: bytes = field(default=b"", repr=False)
    is_cut: bool = False
    """The request ended before its body did, or the body was larger than the judge keeps."""
    operation: str = ""
    """operationId of the document; empty where no operation has this method and path."""
    label: str = ""
    """Method and path template for reports: `POST /a/{b}`."""
    reply: Reply = Reply(0)
    scripted: bool = False
    """The answer came from the scenario's script and says nothing about the request."""
    token: int = 0
    """Which token of the session was sent: 1 is the first one issued; 0 none of them."""
    scenario: str = ""

    @property
    def target(self) -> str:
        """Path and query as they were sent."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def media_type(self) -> str:
        """The content type without parameters, lower case; empty where none was sent."""
        return (header(self.headers, "content-type") or "").partition(";")[0].strip().lower()

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in any case, or None."""
        return header(self.headers, name)

    def json(self) -> Json:
        """Return the JSON body, or null where there is none that can be read."""
        return json_or_null(self.body)


def of_operation(calls: Iterable[Call], operation: str) -> tuple[Call, ...]:
    """Return the calls of one operation; `*` is every call except those for a token."""
    if operation == "*":
        # A token that was fetched shows nothing of what a client does with the API.
        return tuple(call for call in calls if call.operation not in TOKEN_OPERATIONS)
    return tuple(call for call in calls if call.operation == operation)


def exchange_of(call: Call, url: str, *, number: int, case: str) -> Exchange:
    """Return a call, made fit for the record before, as an exchange; `url` is that of all sessions."""
    # The key of the session stays out of the record: who knows it could call in its name.
    shown = f"{url}/s/…{call.target}"
    reply, seconds = call.reply, round(call.ended - call.at, 6)
    is_answered = bool(reply.status)
    return Exchange(
        id=number,
        request=Request(call.method, shown, call.headers, call.body, call.label),
        response=Response(reply.status, reply.headers, reply.body, seconds)
        if is_answered
        else None,
        failure="" if is_answered else "the judge closed the connection, as the scenario says",
        case=case,
        started=call.started,
        duration_seconds=seconds,
    )


TOKEN_OPERATIONS = ("issueToken",)
"""The one operation that is not protected; it never shows what a client does with the API itself."""


def json_or_null(body: bytes) -> Json:
    """Parse a JSON body (RFC 8259); null where it is none."""
    try:
        # A client may send anything, also what nests too deeply to be parsed.
        value: Json = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return value


def headers_of(raw: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Decode headers as ASGI gives them: names and values are Latin-1 (RFC 9110, 5.5)."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw)


def content_of(call: Call) -> object:
    """Return what a body says: the parts of a form, the value of JSON, else the bytes."""
    if call.media_type == "multipart/form-data":
        try:
            parts = form_of(call)
        # Unreadable as a form it is still comparable, byte by byte.
        except MalformedMultipart:
            return call.body
        # Sorted: two forms of the same parts are the same content, in whatever order they stand.
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
    # As text, since a field of a form has no other type.
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
    # One value a line, so that a value is not found across two of them.
    seen = []
    if "path" in places:
        # By segments and decoded: `CHC%23…` in a path is the whole id.
        seen += unquote(call.path).split("/")
    if "query" in places:
        seen += [value for _, value in parse_qsl(call.query, keep_blank_values=True)]
    text_seen = "\n".join(seen)
    if "body" in places:
        # A body is taken as a whole: it may be JSON, a form or X12.
        text_seen += "\n" + call.body.decode("utf-8", "replace")
    return text_seen
