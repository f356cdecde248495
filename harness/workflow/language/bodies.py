"""Make bodies available to expressions as values.

JSON becomes its value and any other text a string. A multipart body, sent or received, becomes

    {"count": 2,
     "parts": [{"name": "file", "filename": "a.pdf", "contentType": "application/pdf", "size": 12,
                "sha256": "…", "disposition": {"name": "file", "filename": "a.pdf", …}}, …],
     "files": [{"filename": "a.pdf", "contentType": "application/pdf", "size": 12, "sha256": "…"}, …]}

so that `$response.body#/parts/0/disposition/attachmentId` names a parameter of the first part's
Content-Disposition (in the spelling of the message). A part that holds JSON has its value under
`json`, other text under `text`. `files` lists the parts that carry a file name, in the order of
their names, so that what was uploaded and what came back compare as a whole with one `==`.
"""

import hashlib
import re

from harness.client.multipart import MalformedMultipart, ReceivedPart, parse
from harness.jsonvalue import Json, parsed, without_surrogates
from harness.openapi.media_type import is_json

MAX_TEXT_PART = 65_536

_CHARSET = re.compile(r'charset="?([A-Za-z0-9._-]{1,40})', re.IGNORECASE)


def decode(body: bytes, content_type: str) -> Json:
    """Return a body's value; text that is not what it announces stays a string."""
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type.startswith("multipart/"):
        return _multipart(body, content_type)
    written = _decoded(body, content_type)
    # A message without Content-Type may be looked into (RFC 9110, 8.3).
    if not media_type or is_json(media_type):
        return _json(written)
    return written


def _decoded(body: bytes, content_type: str) -> str:
    match = _CHARSET.search(content_type)
    try:
        # What is no text in its charset becomes U+FFFD: a criterion then fails with the value,
        # which says more.
        return without_surrogates(body.decode(match[1] if match else "utf-8", errors="replace"))
    except (LookupError, ValueError):  # some codecs refuse `replace`, or anything at all
        return body.decode("utf-8", errors="replace")


def _json(written: str) -> Json:
    try:
        return parsed(written, constant=_refuse)
    except ValueError:
        return written


def _refuse(constant: str) -> Json:
    raise ValueError(f"{constant} is not JSON")  # RFC 8259, section 6


def _multipart(body: bytes, content_type: str) -> Json:
    try:
        received = parse(body, content_type)
    except MalformedMultipart:
        return body.decode("utf-8", errors="replace")
    files = [part for part in received if part.filename is not None]
    return {
        "count": len(received),
        "parts": [_part(part) for part in received],
        "files": [_file(part) for part in sorted(files, key=_order)],
    }


def _order(part: ReceivedPart) -> tuple[str, bytes]:
    return (part.filename or "", part.content)


def _file(part: ReceivedPart) -> dict[str, Json]:
    return {
        "filename": part.filename,
        "contentType": part.content_type,
        "size": len(part.content),
        "sha256": hashlib.sha256(part.content).hexdigest(),
    }


def _part(part: ReceivedPart) -> Json:
    value = {"name": part.name, **_file(part), "disposition": dict(part.disposition)}
    if part.filename is None and len(part.content) <= MAX_TEXT_PART:
        value.update(_text(part))
    return value


def _text(part: ReceivedPart) -> dict[str, Json]:
    try:
        written = part.content.decode("utf-8")
    except UnicodeDecodeError:
        return {}
    if is_json(part.content_type.partition(";")[0].strip().lower()):
        return {"json": _json(written)}
    return {"text": written}
