"""Look into a recorded multipart body, to name its parts without repeating their bytes."""

import hashlib
import re
from dataclasses import dataclass

_BOUNDARY = re.compile(r'boundary="?([^";,]+)"?', re.IGNORECASE)
_PARAMETER = re.compile(r'(?:^|;)\s*(name|filename)="?([^";]*)"?', re.IGNORECASE)
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


def parts(body: bytes, content_type: str) -> tuple[Part, ...]:
    """Return the parts; none where the body is no multipart, whatever its header says."""
    match = _BOUNDARY.search(content_type)
    if not content_type.lower().startswith("multipart/") or match is None:
        return ()
    delimiter = b"--" + match[1].strip().encode("latin-1", "replace")
    pieces = (b"\r\n" + body).split(b"\r\n" + delimiter)[1 : MAX_PARTS + 1]
    return tuple(_part(piece) for piece in pieces if not piece.startswith(b"--"))


def _part(piece: bytes) -> Part:
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
