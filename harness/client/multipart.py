"""Write multipart/form-data exactly as given, and read it strictly (RFC 7578, RFC 2046 section 5.1)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from multipart import MultipartError, PushMultipartParser

from harness.exchange import Headers, header

# Far beyond what any API here takes; they keep a hostile body from filling the memory.
MAX_PARTS = 200
MAX_BYTES = 256 * 1024 * 1024

# Boundaries have at most 70 characters (RFC 2046, 5.1.1); a longer one is still read, so that
# what is wrong about it can be said.
_BOUNDARY = re.compile(r'boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)
# A token or a quoted string, in which a backslash escapes one character (RFC 9110, 5.6.2 and
# 5.6.4).
_PARAMETER = re.compile(
    r';\s*([!#$%&\'*+.^_`|~0-9A-Za-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;"\s]*))'
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part to be sent. `raw_headers`, where given, replaces the headers that would be written."""

    name: str
    content: bytes
    filename: str | None = None
    content_type: str | None = None
    raw_headers: bytes | None = None


@dataclass(frozen=True, slots=True)
class ReceivedPart:
    """One part that came: its headers and the parameters of its Content-Disposition, as spelt."""

    headers: Headers
    disposition: Headers
    content: bytes

    @property
    def name(self) -> str:
        return header(self.disposition, "name") or ""

    @property
    def filename(self) -> str | None:
        return header(self.disposition, "filename")

    @property
    def extended_filename(self) -> str | None:
        """The name in `filename*` (RFC 8187), which a form should not have and which .NET writes."""
        charset, mark, coded = (header(self.disposition, "filename*") or "").partition("'")
        if not mark or charset.lower() != "utf-8":
            return None
        return unquote(coded.partition("'")[2])

    @property
    def content_type(self) -> str:
        return header(self.headers, "content-type") or ""


class MalformedMultipart(ValueError):
    """The body is not the multipart document that its content type announces."""


def content_type(boundary: str) -> str:
    """Return the Content-Type header that announces a boundary."""
    return f"multipart/form-data; boundary={boundary}"


def encode(parts: Sequence[Part], *, boundary: str) -> bytes:
    """Write the parts in the order given, duplicates and odd names included."""
    # The CRLF before a delimiter belongs to it and not to the part (RFC 2046, 5.1.1), hence the
    # one after each content.
    edge = b"--" + boundary.encode("ascii")
    chunks: list[bytes] = []
    for part in parts:
        chunks += (edge, b"\r\n", _headers(part), b"\r\n\r\n", part.content, b"\r\n")
    return b"".join((*chunks, edge, b"--\r\n"))


def _headers(part: Part) -> bytes:
    # Sent as they are: a test of how a server reads what no library would write.
    if part.raw_headers is not None:
        return part.raw_headers
    line = f'Content-Disposition: form-data; name="{_quoted(part.name)}"'
    if part.filename is not None:
        line += f'; filename="{_quoted(part.filename)}"'
    if part.content_type is not None:
        line += f"\r\nContent-Type: {part.content_type}"
    return line.encode()


def _quoted(value: str) -> str:
    # RFC 7578 section 2 points to HTML's form encoding, which writes exactly these three as %XX.
    return value.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def boundary_of(content_type_header: str) -> str | None:
    """Return the boundary that a Content-Type header announces, or None."""
    match = _BOUNDARY.search(content_type_header)
    return (match[1] or match[2]) if match else None


def parse(
    body: bytes, content_type_header: str, *, limit_bytes: int = MAX_BYTES
) -> tuple[ReceivedPart, ...]:
    """Read a whole multipart body. Raises MalformedMultipart, in words, for anything that is off."""
    boundary = boundary_of(content_type_header)
    if boundary is None:
        raise MalformedMultipart("the Content-Type names no boundary")
    if len(body) > limit_bytes:
        raise MalformedMultipart(f"larger than {limit_bytes:,} bytes")
    try:
        return _collect(body, boundary)
    except (MultipartError, UnicodeDecodeError) as problem:
        raise MalformedMultipart(str(problem)) from None


def _collect(body: bytes, boundary: str) -> tuple[ReceivedPart, ...]:
    parts: list[ReceivedPart] = []
    headers: Headers = ()
    content = bytearray()
    with PushMultipartParser(
        boundary, content_length=len(body), max_segment_count=MAX_PARTS
    ) as parser:
        for event in parser.parse(body):
            # The parser gives the head of a part, its content in pieces, and None at its end.
            if event is None:
                parts.append(ReceivedPart(headers, _disposition(headers), bytes(content)))
            elif isinstance(event, bytearray | bytes):
                content += event
            else:
                headers, content = tuple(event.headerlist), bytearray()
    return tuple(parts)


def _disposition(headers: Headers) -> Headers:
    line = header(headers, "content-disposition") or ""
    # A backslash escapes only within quotes; a token is taken as it stands.
    return tuple(
        (match[1], re.sub(r"\\(.)", r"\1", match[2]) if match[2] is not None else match[3])
        for match in _PARAMETER.finditer(line)
    )
