"""Write found files as multipart/form-data, with both ids in each part's disposition."""

import secrets
from collections.abc import Callable
from dataclasses import replace

from multipart import content_disposition_quote
from starlette.responses import Response

from harness.mock.fault import ActiveFaults
from harness.products.dental.mock.store import PREFIX, StoredFile

_BUFFER_BYTES = 64 * 1024
_EXCHANGES: tuple[tuple[str, Callable[[StoredFile], StoredFile]], ...] = (
    ("search-loses-a-byte", lambda file: replace(file, content=file.content[:-1])),
    ("search-adds-a-line-end", lambda file: replace(file, content=file.content + b"\n")),
    (
        "search-cuts-large-files",
        lambda file: replace(file, content=file.content[:_BUFFER_BYTES]),
    ),
    ("search-renames-files", lambda file: replace(file, filename=f"copy-of-{file.filename}")),
    ("search-changes-media-type", lambda file: replace(file, content_type="application/x-file")),
    ("search-gives-wrong-id", lambda file: replace(file, attachment_id=file.attachment_id[::-1])),
    (
        "search-mangles-unicode-names",
        lambda file: replace(file, filename=file.filename.encode("ascii", "replace").decode()),
    ),
    (
        "search-gives-wrong-control-number",
        lambda file: replace(file, control_number=secrets.token_hex(12)),
    ),
    (
        "search-prefixes-ids",
        lambda file: replace(
            file,
            attachment_id=PREFIX + file.attachment_id,
            control_number=PREFIX + file.control_number,
        ),
    ),
)


def search_reply(files: tuple[StoredFile, ...], faults: ActiveFaults) -> Response:
    """Return the response with one part for each file."""
    boundary = secrets.token_hex(16)
    end = f"--{boundary}" if "search-without-terminator" in faults else f"--{boundary}--"
    pieces = [_part(file, boundary, faults) for file in _exchanged(files, faults)]
    media_type = f"multipart/form-data; boundary={boundary}"
    if "search-as-octets" in faults:
        media_type = "application/octet-stream"
    content = b"".join((*pieces, end.encode(), b"\r\n"))
    return Response(content, 200, headers={"content-type": media_type})


def _exchanged(files: tuple[StoredFile, ...], faults: ActiveFaults) -> tuple[StoredFile, ...]:
    if "search-swaps-files" in faults:
        contents = [file.content for file in files[1:] + files[:1]]
        files = tuple(map(lambda f, c: replace(f, content=c), files, contents))
    if "search-omits-a-file" in faults:
        files = files[1:]
    for fault, exchange in _EXCHANGES:
        if fault in faults:
            files = tuple(exchange(file) for file in files)
    return files


def _part(file: StoredFile, boundary: str, faults: ActiveFaults) -> bytes:
    number = file.control_number
    number = number.upper() if "control-numbers-in-capitals" in faults else number
    name = "attachment" if "search-names-parts-otherwise" in faults else "file"
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="{name}"; '
        f"filename={content_disposition_quote(file.filename)}; "
        f'attachmentControlNumber="{number}"; attachmentId="{file.attachment_id}"\r\n'
        f"Content-Type: {file.content_type}\r\n"
    )
    if "search-claims-base64" in faults:
        head += "Content-Transfer-Encoding: base64\r\n"
    return b"".join((head.encode(), b"\r\n", file.content, b"\r\n"))
