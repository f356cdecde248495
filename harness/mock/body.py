"""Read a request's body within a bound: as the media type that the endpoint takes, forms part by part."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

from multipart import (
    MultipartError,
    MultipartSegment,
    ParserLimitReached,
    PushMultipartParser,
    parse_options_header,
)
from starlette.exceptions import HTTPException
from starlette.requests import Request

from harness.jsonvalue import Json
from harness.mock.settings import Limits

JSON = "application/json"


def media_type(request: Request) -> tuple[str, dict[str, str]]:
    """Return the media type of the body in lower case and its parameters."""
    return essence_of(request.headers.get("content-type", ""))


def essence_of(content_type: str) -> tuple[str, dict[str, str]]:
    """Split a Content-Type value into its media type in lower case and its parameters."""
    essence, parameters = parse_options_header(content_type)
    return str(essence).strip().lower(), dict(parameters)


async def chunks(request: Request, limit_bytes: int) -> AsyncIterator[bytes]:
    """Yield the body piece by piece; refuse it with 413 as soon as it is known to be too large."""
    # What is declared saves reading; what arrives is counted all the same, for a chunked body
    # declares nothing (RFC 9112, 6.3).
    declared = request.headers.get("content-length", "0")
    received = int(declared) if declared.isascii() and declared.isdigit() else 0
    _check(received, limit_bytes)
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        # After each chunk and before it is kept, so that memory holds one chunk too much at most.
        _check(received, limit_bytes)
        yield chunk


async def read(request: Request, limit_bytes: int) -> bytes:
    """Return the whole body."""
    return b"".join([chunk async for chunk in chunks(request, limit_bytes)])


async def read_json(request: Request, limit_bytes: int) -> Json:
    """Return a JSON body's value; 415 for another media type, 400 for what is not JSON."""
    if media_type(request)[0] != JSON:
        raise HTTPException(415, "The body has to be application/json.")
    try:
        return json_value(await read(request, limit_bytes))
    except ValueError:
        raise HTTPException(400, "The body is not valid JSON.") from None


def json_value(content: bytes) -> Json:
    """Parse UTF-8 JSON (RFC 8259: no NaN, no lone surrogates). Raises ValueError."""
    text = content.decode()
    try:
        value: Json = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    # Half a surrogate pair passes json.loads, but no encoding has bytes for it (RFC 8259, 8.2).
    if "\\u" in text:
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _check(size: int, limit_bytes: int) -> None:
    if size > limit_bytes:
        raise HTTPException(413, "The body is too large.")


_TOO_MUCH = "The form has too many or too large parts."


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a form."""

    name: str
    filename: str | None
    content_type: str
    """The header as it was sent; empty where there was none."""
    content: bytes

    @property
    def media_type(self) -> str:
        return essence_of(self.content_type)[0]


@dataclass(frozen=True, slots=True)
class Form:
    """The parts of a form in the order in which they came."""

    parts: tuple[Part, ...]

    def named(self, name: str) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.name == name)

    def files(self, name: str) -> tuple[Part, ...]:
        # A part without a file name is a field, whatever it holds (RFC 7578, 4.2).
        return tuple(part for part in self.named(name) if part.filename is not None)


async def read_form(request: Request, limits: Limits) -> Form:
    """Return the form; 415 for another media type, 400 for a broken one, 413 for a large one."""
    essence, parameters = media_type(request)
    if essence != "multipart/form-data":
        raise HTTPException(415, "The body has to be multipart/form-data.")
    if not parameters.get("boundary"):
        raise HTTPException(400, "The content type names no boundary.")
    try:
        return await _parsed(request, parameters["boundary"], limits)
    # 413 is for what is too large (RFC 9110, 15.5.14), whichever bound it passes.
    except ParserLimitReached:
        raise HTTPException(413, _TOO_MUCH) from None
    except MultipartError:
        raise HTTPException(400, "The form is not well formed.") from None


async def _parsed(request: Request, boundary: str, limits: Limits) -> Form:
    collector = _Collector()
    # Its strict mode would refuse an epilogue only where that comes in a chunk of its own.
    parser = PushMultipartParser(
        boundary, max_segment_count=limits.parts, max_segment_size=limits.file_bytes
    )
    with parser:
        async for chunk in chunks(request, limits.upload_body_bytes):
            for event in parser.parse(chunk):
                collector.take(event)
    return Form(collector.parts)


class _Collector:
    """Put a parser's events together to parts."""

    def __init__(self) -> None:
        self._open: list[tuple[MultipartSegment, list[bytes]]] = []

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(_part(segment, b"".join(pieces)) for segment, pieces in self._open)

    def take(self, event: MultipartSegment | bytes | bytearray | None) -> None:
        if isinstance(event, MultipartSegment):
            # Pieces are joined at the end, as adding to bytes would copy them each time.
            self._open.append((event, []))
        elif event is not None:  # None ends a part
            self._open[-1][1].append(bytes(event))


def _part(segment: MultipartSegment, content: bytes) -> Part:
    return Part(
        name=segment.name or "",
        filename=segment.filename,
        content_type=segment.header("Content-Type") or "",
        content=content,
    )
