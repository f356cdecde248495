"""Read the files that a workflow sends, from inside the project only."""

import mimetypes
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

# 128 MiB: a file is sent from memory.
from harness.reading import is_file, resolved

MAX_BYTES = 128 * 1024 * 1024

# Either kind of quotes, as in the runners that share this spelling.
_CALL = re.compile(r"\$file\(\s*(?:'([^']+)'|\"([^\"]+)\")\s*\)")
# Python's own table, not that of the machine: a request is the same everywhere. These lack in it.
_TYPES = mimetypes.MimeTypes()
for _type, _suffix in (
    ("application/dicom", ".dcm"),
    ("application/rtf", ".rtf"),
    ("image/bmp", ".bmp"),
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ".docx",
    ),
):
    _TYPES.add_type(_type, _suffix)


class FileProblem(ValueError):
    """The file cannot be sent, and why."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it will be sent."""

    filename: str
    content_type: str
    content: bytes


def called(text: object) -> str:
    """Return the path in `$file('…')`, the spelling shared with other runners; empty where it is none."""
    found = _CALL.fullmatch(text) if isinstance(text, str) else None
    return (found[1] or found[2]) if found else ""


def locate(path: str, *, folder: Path, root: Path) -> Path:
    """Return a file's place, relative to the document. Raises FileProblem."""
    # Symbolic links and ".." are followed before the place is compared with the root.
    place = resolved(folder / path)
    if not place.is_relative_to(root.resolve()):
        raise FileProblem(f"'{path}' lies outside the project ({root}); --allow-outside allows it")
    if not is_file(place):
        raise FileProblem(f"there is no file '{path}'")
    return place


def load(path: str, *, folder: Path, root: Path) -> File:
    """Read a file. Raises FileProblem."""
    place = locate(path, folder=folder, root=root)
    stat = place.stat()
    if stat.st_size > MAX_BYTES:
        raise FileProblem(f"'{path}' is larger than {MAX_BYTES:,} bytes")
    try:
        content = _content(str(place), stat.st_mtime_ns, stat.st_size)
    except OSError as problem:
        raise FileProblem(f"'{path}' cannot be read ({problem.strerror})") from None
    return File(place.name, content_type(place.name), content)


def content_type(filename: str) -> str:
    """Return the media type that a file's name suggests."""
    return _TYPES.guess_type(filename)[0] or "application/octet-stream"


# Time and size are part of the key, so that a file that changes is read again.
@lru_cache(maxsize=64)
def _content(place: str, _changed: int, _size: int) -> bytes:
    return Path(place).read_bytes()
