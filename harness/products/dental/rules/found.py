"""Judge what a search gives: every file byte for byte, under its own name, type and ids."""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from harness.client.multipart import MalformedMultipart, ReceivedPart, boundary_of, parse
from harness.codes.media_types import media_type_named
from harness.exchange import header
from harness.files.upload import Upload
from harness.jsonvalue import Json
from harness.outcome import Check
from harness.products.dental.rules.requests import Created, bare
from harness.rules.checks import check, equal, status
from harness.rules.rule import Checks
from harness.rules.target import Answered

_UNENCODED = ("7bit", "8bit", "binary")
"""Transfer encodings that leave the bytes as they are (RFC 2045, 6.2)."""


def holds_files(
    answered: Answered,
    made: Created,
    files: Mapping[str, Upload],
    *,
    pool: Iterable[Upload] | None = None,
    are_names_kept: bool = True,
) -> Checks:
    """Judge a search answer by what was uploaded; neither parts nor ids are promised in any order.

    An id may stand for any of the pool, which is all of these files unless it is said; where it is
    empty, for its own file alone. File names that storage may have to clean are not compared.
    """
    yield status(answered, 200)
    yield from answered.conforms()
    parts = received(answered)
    if isinstance(parts, Check):
        yield parts
        return
    yield equal("parts", answered, len(files), len(parts), where="response.body")
    yield _ends_once(answered)
    by_id = {attachment_id(part): part for part in parts}
    for identifier, upload in _paired(by_id, files, files.values() if pool is None else pool):
        part = by_id.get(bare(identifier))
        if part is None:
            given = ", ".join(sorted(by_id)) or "none"
            yield check("part.attachment-id", answered, bare(identifier), given, holds=False)
            continue
        yield from _is_upload(answered, part, upload, bare(made.control_number))
        if are_names_kept:
            yield equal("part.filename", answered, upload.file_name, part.filename)


def found_under(answered: Answered, files: Mapping[str, Upload]) -> dict[str, Upload]:
    """Return the files by the ids under which an answer has them."""
    parts = received(answered)
    by_id = {} if isinstance(parts, Check) else {attachment_id(part): part for part in parts}
    return dict(_paired(by_id, files, files.values()))


def _paired(
    by_id: Mapping[str, ReceivedPart], files: Mapping[str, Upload], pool: Iterable[Upload]
) -> list[tuple[str, Upload]]:
    """Return each id with the file of the pool that came under it, and its own where none of them did."""
    left = list(pool)
    paired: list[tuple[str, Upload]] = []
    for identifier, own in files.items():
        part = by_id.get(bare(identifier))
        known = sorted(left, key=lambda each: each != own)
        fits = (candidate for candidate in known if part is not None and _is_same(part, candidate))
        upload = next(fits, own)
        if upload in left:
            left.remove(upload)
        paired.append((identifier, upload))
    return paired


def _is_same(part: ReceivedPart, upload: Upload) -> bool:
    return (part.filename, part.content) == (upload.file_name, upload.content)


def attachment_id(part: ReceivedPart) -> str:
    """Return the id that a part's disposition carries."""
    return header(part.disposition, "attachmentId") or ""


def received(answered: Answered) -> tuple[ReceivedPart, ...] | Check:
    """Return the parts of an answer, or the check that says why it has none."""
    try:
        return parse(answered.response.body, answered.response.header("content-type") or "")
    except MalformedMultipart as problem:
        return check("multipart", answered, "a multipart body", str(problem), holds=False)


def _ends_once(answered: Answered) -> Check:
    """Check that no part follows the last boundary, where some readers look on (RFC 2046, 5.1.1)."""
    boundary = boundary_of(answered.response.header("content-type") or "") or ""
    edge = f"--{boundary}".encode()
    rest = answered.response.body.partition(edge + b"--")[2]
    actual = "more of them" if edge in rest else "none"
    return check("parts.after-end", answered, "none", actual, holds=edge not in rest)


def _is_upload(answered: Answered, part: ReceivedPart, upload: Upload, number: str) -> Checks:
    where = f"response.body part {upload.file_name}"

    def same(name: str, expected: Json, actual: object) -> Check:
        return equal(name, answered, expected, actual, where=where)

    yield same("part.name", "file", part.name)
    yield same("part.control-number", number, header(part.disposition, "attachmentControlNumber"))
    yield same("part.media-type", _canonical(upload.media_type), _canonical(part.content_type))
    encoding = (header(part.headers, "content-transfer-encoding") or "binary").strip().lower()
    holds = encoding in _UNENCODED
    yield check("part.encoding", answered, "raw bytes", encoding, holds=holds, where=where)
    yield same("part.size", len(upload.content), len(part.content))
    yield same("part.sha256", sha256(upload.content).hexdigest(), sha256(part.content).hexdigest())


def _canonical(media_type: str) -> str:
    known = media_type_named(media_type)
    return known.canonical if known else media_type
