"""Write a request or a response as text that a person can read."""

import hashlib
import json
import re
from dataclasses import dataclass

from harness.exchange import Exchange, Headers, Request, Response, header

_BOUNDARY = re.compile(r'boundary="?([^";,]+)"?', re.IGNORECASE)
_PARAMETER = re.compile(r'(?:^|;)\s*(name|filename)="?([^";]*)"?', re.IGNORECASE)
# More parts than any message of ours has; a body may be made to have millions.
MAX_PARTS = 200


@dataclass(frozen=True, slots=True)
class Part:
    """One part: what it says of itself, and its content."""

    name: str
    file_name: str
    content_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


LIMIT = 6_000
"""Characters of a body that a report shows; the record holds the rest."""

# Control characters except tab, line feed and carriage return.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def request_text(request: Request, limit: int = LIMIT) -> str:
    """Return a request as its line, its headers and its body."""
    body = body_text(request.body, header(request.headers, "content-type") or "", limit)
    return _message(f"{request.method} {request.url}", request.headers, body)


def response_text(exchange: Exchange, limit: int = LIMIT) -> str:
    """Return a response in the same form, or the reason why none came."""
    response = exchange.response
    if response is None:
        return f"No response: {exchange.failure or 'the record does not say why'}"
    body = body_text(response.body, response.header("content-type") or "", limit)
    return _message(f"HTTP {response.status}", response.headers, body)


def body_text(body: bytes, content_type: str, limit: int = LIMIT) -> str:
    """Return a body: JSON indented, multipart by its parts, anything binary by size and digest."""
    if content_type.lower().startswith("multipart/"):
        found = parts(body, content_type)
        if found:
            # The whole message is bounded as well, however many parts it has.
            return "\n\n".join(_part(each, limit) for each in found)[: 4 * limit]
    return _plain(body, limit)


def status_line(exchange: Exchange) -> str:
    """Return one line for an exchange: operation, answer, time."""
    request = exchange.request
    name = request.operation or f"{request.method} {request.url}"
    if exchange.response is None:
        return f"{name} -> no response"
    return f"{name} -> {exchange.response.status} in {elapsed_seconds(exchange) * 1000:.0f} ms"


def elapsed_seconds(exchange: Exchange) -> float:
    """Return how long the answer took, or how long we waited for none."""
    response = exchange.response or Response(0)
    return response.elapsed_seconds or exchange.duration_seconds


def printable(text: str) -> str:
    """Replace what neither XML nor a terminal should be given."""
    return _UNPRINTABLE.sub("\ufffd", text)


def _message(first: str, headers: Headers, body: str) -> str:
    lines = [first, *(f"{name}: {value}" for name, value in headers)]
    head = printable("\n".join(lines))
    return f"{head}\n\n{body}" if body else head


def _part(part: Part, limit: int) -> str:
    words = ("part", part.name, part.file_name, part.content_type)
    return printable(" ".join(word for word in words if word)) + "\n" + _plain(part.content, limit)


def _plain(body: bytes, limit: int) -> str:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _digest(body)
    # Valid UTF-8 with a NUL in it is no text that a person reads.
    if "\x00" in text:
        return _digest(body)
    # Only what is shown whole is indented: the beginning of a longer one would not parse.
    text = printable(_indented(text) if len(text) <= limit else text)
    return text if len(text) <= limit else f"{text[:limit]}\n[{len(text) - limit:,} more]"


def _indented(text: str) -> str:
    # A number or a word is JSON as well, and indenting would not change it.
    if not text.lstrip().startswith(("{", "[")):
        return text
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return text


def _digest(body: bytes) -> str:
    return f"[{len(body):,} bytes, sha256 {hashlib.sha256(body).hexdigest()}]"


def parts(body: bytes, content_type: str) -> tuple[Part, ...]:
    """Return the parts; none where the body is no multipart, whatever its header says."""
    match = _BOUNDARY.search(content_type)
    if not content_type.lower().startswith("multipart/") or match is None:
        return ()
    delimiter = b"--" + match[1].strip().encode("latin-1", "replace")
    # The first delimiter may stand at the very beginning (RFC 2046, section 5.1.1).
    pieces = (b"\r\n" + body).split(b"\r\n" + delimiter)[1 : MAX_PARTS + 1]
    # What begins with two hyphens is the end of the last part and what comes after it.
    return tuple(_form_part(piece) for piece in pieces if not piece.startswith(b"--"))


def _form_part(piece: bytes) -> Part:
    head, _, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    headers = dict(_header(line) for line in head.decode("utf-8", "replace").split("\r\n"))
    parameters = {
        key.lower(): value
        for key, value in _PARAMETER.findall(headers.get("content-disposition", ""))
    }
    return Part(
        name=parameters.get("name", ""),
        file_name=parameters.get("filename", ""),
        content_type=headers.get("content-type", ""),
        content=content,
    )


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()
