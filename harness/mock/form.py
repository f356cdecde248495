"""Read a multipart/form-data body strictly, part by part, while it arrives."""

from dataclasses import dataclass

from multipart import (
    MultipartError,
    MultipartSegment,
    ParserLimitReached,
    PushMultipartParser,
)
from starlette.exceptions import HTTPException
from starlette.requests import Request

from harness.mock.body import chunks, essence_of, media_type
from harness.mock.settings import Limits

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
