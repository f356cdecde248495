"""Read a request's body within a bound and as the media type that the endpoint takes."""

import json
from collections.abc import AsyncIterator

from multipart import parse_options_header
from starlette.exceptions import HTTPException
from starlette.requests import Request

from harness.jsonvalue import Json

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
