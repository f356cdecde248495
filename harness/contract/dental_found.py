"""Judge what a search gives: every file byte for byte, under its own name, type and ids."""

from collections.abc import Mapping
from hashlib import sha256

from harness.client.multipart import MalformedMultipart, ReceivedPart, parse
from harness.codes.media_types import media_type_named
from harness.contract.checks import check, equal, status
from harness.contract.dental_requests import Created, bare
from harness.contract.rule import Checks
from harness.contract.target import Answered
from harness.exchange import header
from harness.files.upload import Upload
from harness.jsonvalue import Json
from harness.outcome import Check


def holds_files(
    answered: Answered, made: Created, files: Mapping[str, Upload], *, are_names_kept: bool = True
) -> Checks:
    """Judge a search answer by what was uploaded under each id; order is not promised.

    File names that storage may have to clean are not compared.
    """
    yield status(answered, 200)
    yield from answered.conforms()
    parts = received(answered)
    if isinstance(parts, Check):
        yield parts
        return
    yield equal("parts", answered, len(files), len(parts), where="response.body")
    by_id = {attachment_id(part): part for part in parts}
    for identifier, upload in files.items():
        part = by_id.get(bare(identifier))
        if part is None:
            given = ", ".join(sorted(by_id)) or "none"
            yield check("part.attachment-id", answered, bare(identifier), given, holds=False)
            continue
        yield from _is_upload(answered, part, upload, bare(made.control_number))
        if are_names_kept:
            yield equal("part.filename", answered, upload.file_name, part.filename)


def attachment_id(part: ReceivedPart) -> str:
    """Return the id that a part's disposition carries."""
    return header(part.disposition, "attachmentId") or ""


def received(answered: Answered) -> tuple[ReceivedPart, ...] | Check:
    """Return the parts of an answer, or the check that says why it has none."""
    try:
        return parse(answered.response.body, answered.response.header("content-type") or "")
    except MalformedMultipart as problem:
        return check("multipart", answered, "a multipart body", str(problem), holds=False)


def _is_upload(answered: Answered, part: ReceivedPart, upload: Upload, number: str) -> Checks:
    where = f"response.body part {upload.file_name}"

    def same(name: str, expected: Json, actual: object) -> Check:
        return equal(name, answered, expected, actual, where=where)

    yield same("part.name", "file", part.name)
    yield same("part.control-number", number, header(part.disposition, "attachmentControlNumber"))
    yield same("part.media-type", _canonical(upload.media_type), _canonical(part.content_type))
    yield same("part.size", len(upload.content), len(part.content))
    yield same("part.sha256", sha256(upload.content).hexdigest(), sha256(part.content).hexdigest())


def _canonical(media_type: str) -> str:
    known = media_type_named(media_type)
    return known.canonical if known else media_type
