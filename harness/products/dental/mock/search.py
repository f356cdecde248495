"""Decide which stored files a search gives out, or which message key refuses it."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from multipart import content_disposition_quote
from starlette.responses import Response

from harness.jsonvalue import Json, items, members, text
from harness.mock.fault import ActiveFaults
from harness.products.dental.mock.rules import PERMISSION_DENIED
from harness.products.dental.mock.store import (
    PREFIX,
    Container,
    DentalStore,
    StoredFile,
    bare_id,
    files_named,
    is_reference,
)

MOST_IDS = 10
LIST_MISSING = "NotNull.req.attachmentIds"
LIST_TOO_LONG = "Size.req.attachmentIds"
ID_MALFORMED = "Pattern.req.attachmentId"
NOT_FOUND = "DataService.attachments.find.notFound"
NOT_TOGETHER = "Attachments.req.searchAttachments.containerMismatch"


@dataclass(frozen=True, slots=True)
class Found:
    """What a search leads to: files, or the one message key that refuses it."""

    files: tuple[StoredFile, ...] = ()
    refused: str = ""


def search(body: Json, organisation: str, store: DentalStore, faults: ActiveFaults) -> Found:
    """Return the files that the ids of a search request lead to, in the order they were stored."""
    ids = members(body).get("attachmentIds")
    # Form before existence: a malformed id must not tell whether something exists.
    if refused := _refused_list(ids, faults):
        return Found(refused=refused)
    # Under a fault malformed ids come through; they lead nowhere.
    references = tuple(each for item in items(ids) if is_reference(each := text(item)))
    found = [store.find(reference) for reference in references]
    # Several ids of one container lead to it once.
    containers = {
        container.control_number: container for container in found if container is not None
    }
    refused = _refused_containers(found, tuple(containers.values()), organisation, faults)
    if refused:
        return Found(refused=refused)
    return Found(
        tuple(
            file
            for container in containers.values()
            for file in _files_in(container, references, faults)
        )
    )


def _refused_list(ids: Json, faults: ActiveFaults) -> str:
    """Judge the list before anything is looked up."""
    if not isinstance(ids, list):
        return "" if "attachment-ids-requirement-unchecked" in faults else LIST_MISSING
    # An empty list has no code of its own (C45); it is treated as missing.
    if not ids:
        return "" if "empty-id-list-accepted" in faults else LIST_MISSING
    most = MOST_IDS - 1 if "ten-ids-refused" in faults else MOST_IDS
    if len(ids) > most and "eleven-ids-accepted" not in faults:
        return LIST_TOO_LONG
    if not all(isinstance(item, str) and _is_good(item, faults) for item in ids):
        return "" if "attachment-id-pattern-unchecked" in faults else ID_MALFORMED
    return ""


def _is_good(reference: str, faults: ActiveFaults) -> bool:
    if "bare-ids-refused" in faults and "#" not in reference:
        return False
    if "control-number-refused" in faults and len(bare_id(reference)) == 24:
        return False
    return is_reference(reference)


def _refused_containers(
    found: Sequence[Container | None],
    containers: Sequence[Container],
    organisation: str,
    faults: ActiveFaults,
) -> str:
    """Judge what was looked up: all there, all the caller's, all in one container."""
    # Not found comes before foreign: an id that nobody has belongs to nobody.
    if None in found and "unknown-id-overlooked" not in faults:
        return NOT_FOUND
    is_foreign = any(container.owner != organisation for container in containers)
    if is_foreign and "foreign-attachment-readable" not in faults:
        return PERMISSION_DENIED
    # Ids of one search have to belong together (D132).
    if len(containers) > 1 and "containers-mixed" not in faults:
        return NOT_TOGETHER
    return ""


def _files_in(
    container: Container, references: tuple[str, ...], faults: ActiveFaults
) -> tuple[StoredFile, ...]:
    files = tuple(files_named(container, references))
    return files[:1] if "control-number-finds-one-file" in faults else files


# The size of a common copy buffer.
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
    # Random: no file may contain the boundary (RFC 2046, 5.1.1).
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
        # Turned by one, so that with two files or more each has another's content.
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
        # Names are the senders', and may hold quotes and line ends.
        f"filename={content_disposition_quote(file.filename)}; "
        f'attachmentControlNumber="{number}"; attachmentId="{file.attachment_id}"\r\n'
        f"Content-Type: {file.content_type}\r\n"
    )
    if "search-claims-base64" in faults:
        # The bytes stay raw, so that a reader who believes the header gets rubbish.
        head += "Content-Transfer-Encoding: base64\r\n"
    return b"".join((head.encode(), b"\r\n", file.content, b"\r\n"))
