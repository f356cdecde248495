"""Judge what the dental API answers: receipts, published errors, refusals, and files that a search gives."""

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from harness.client.multipart import MalformedMultipart, ReceivedPart, boundary_of, parse
from harness.codes.media_types import media_type_named
from harness.exchange import header
from harness.files.upload import Upload
from harness.jsonvalue import Json, items, lookup, members, text
from harness.outcome import Check, Status
from harness.products.dental.codes.errors import DENTAL_ERRORS, DentalError, error_by_key
from harness.products.dental.rules.requests import MEMBER_FIELDS, Created, bare
from harness.products.dental.strategies.claims import MEMBER_KEY, MEMBERS, PATTERNS, REQUIRED
from harness.rules.answers import leaks_nothing, recent
from harness.rules.checks import check, equal, matches, refused, status
from harness.rules.rule import Checks
from harness.rules.target import PROBLEM, Answered


def published(key: str) -> DentalError:
    """Return the published error with a message key. A rule that names another is our bug."""
    error = error_by_key(key)
    if error is None:
        raise LookupError(key)
    return error


def dental_errors(answered: Answered) -> tuple[tuple[str, str], ...]:
    """Return (code, field or message) texts of a problem's `properties.errors`."""
    errors = items(lookup(answered.body, "/properties/errors"))
    return tuple(
        (
            text(members(error).get("code")),
            # The documents do not say which of the two members carries the key.
            f"{text(members(error).get('field'))} {text(members(error).get('message'))}",
        )
        for error in errors
    )


def error_named(answered: Answered, error: DentalError) -> Check:
    """Check that the refusal names the error: by code, or by key where the code is a placeholder."""
    errors = dental_errors(answered)
    # Three rows share the placeholder (C50).
    by_key = error.code.endswith("_XXX")
    if by_key:
        holds = any(error.key in words for _, words in errors)
    else:
        holds = any(_same_code(code, error.code) for code, _ in errors)
    actual = ", ".join(code or words for code, words in errors) or str(answered.response.status)
    return check(
        "error.key" if by_key else "error.code",
        answered,
        error.key if by_key else error.code,
        actual,
        holds=holds,
        where="response.body#/properties/errors",
    )


def _same_code(actual: str, expected: str) -> bool:
    # The data dictionary prints one code as DENTAL_017 (C20): both spellings count.
    return actual.replace("DENTAL_", "DENTATT_") == expected.replace("DENTAL_", "DENTATT_")


def one_error_of(answered: Answered, errors: Iterable[DentalError]) -> Check:
    """Check that the refusal names one of several errors, where the documents leave open which."""
    judged = [error_named(answered, error) for error in errors]
    expected = " or ".join(other.expected for other in judged)
    holds = any(other.status is Status.PASS for other in judged)
    return check("error.code", answered, expected, judged[0].actual, holds=holds)


def problem_body(answered: Answered) -> tuple[Check, ...]:
    """Check that an error body is problem+json and repeats the HTTP status (RFC 9457)."""
    body = members(answered.body)
    return (
        check(
            "error.media-type",
            answered,
            PROBLEM,
            answered.response.media_type,
            holds=answered.response.media_type == PROBLEM,
        ),
        equal(
            "error.status",
            answered,
            answered.response.status,
            body.get("status"),
            where="response.body#/status",
        ),
        _keys_fit(answered),
    )


def _keys_fit(answered: Answered) -> Check:
    """Check that no error names the key of another: every code has exactly one (D149)."""
    odd = [
        f"{code} with {error.key}"
        for code, words in dental_errors(answered)
        for error in DENTAL_ERRORS
        # Whole words: one key may begin another.
        if error.key in words.split() and not _fits(code, error)
    ]
    actual = ", ".join(odd) or "none"
    return check("error.key-of-code", answered, "no key of another", actual, holds=not odd)


def _fits(code: str, error: DentalError) -> bool:
    # Three rows share a placeholder: whatever number they really have is not published.
    return error.code.endswith("_XXX") or _same_code(code, error.code)


def refusal(
    answered: Answered, errors: Sequence[DentalError], claim_sent: Mapping[str, Json]
) -> Checks:
    """Judge a refusal: status, the error that names the fault, the body's form, and its silence.

    Without errors, none is published for the fault; with several, the documents leave open which.
    """
    if len(errors) == 1:
        yield error_named(answered, errors[0])
    elif errors:
        yield one_error_of(answered, errors)
    yield refused(answered)
    yield from problem_body(answered)
    yield from leaks_nothing(answered, [text(claim_sent.get(name)) for name in MEMBER_FIELDS])
    yield from answered.conforms()


def errors_of_absence(field: str) -> tuple[DentalError, ...]:
    """Return the errors that may name an absent, null or blank field of the claim."""
    own = tuple(published(required.key) for required in REQUIRED if required.field == field)
    # Member fields have one common code for their absence (D133).
    if any(member.field == field for member in MEMBERS):
        own = (published(MEMBER_KEY),)
    return own


def errors_of_blank(field: str, value: object) -> tuple[DentalError, ...]:
    """Return the errors of absence for blanks alone: nothing says if they are missing or malformed."""
    is_blank = isinstance(value, str) and not value.strip()
    return errors_of_absence(field) if is_blank else ()


def errors_of_form(field: str) -> tuple[DentalError, ...]:
    """Return the error that names a malformed field of the claim; none where none is published."""
    keys = {
        pattern.key
        for pattern in PATTERNS
        # A check digit is no form: its error is for values that have the right one.
        if pattern.field == field and pattern.published and not pattern.key.startswith("Checksum")
    }
    return tuple(published(key) for key in keys)


_CONTROL_NUMBER = re.compile(r"[A-Z]{3}#[0-9a-fA-F]{24}")
_ATTACHMENT_ID = re.compile(r"[A-Z]{3}#[0-9]{12}")


def acceptance(made: Created, files: int, claim_sent: Mapping[str, Json]) -> Checks:
    """Judge an accepted create: status 201 or 200 (C37), one id a file, closed, of this claim."""
    answered, body = made.answered, members(made.answered.body)
    yield status(answered, 201, 200)
    yield equal(
        "attachments",
        answered,
        files,
        len(made.attachment_ids),
        where="response.body#/attachmentIds",
    )
    yield equal("container.status", answered, "CLOSED", body.get("status"))
    # The document does not require it in a receipt, so only a wrong one is a fault.
    if "claimId" in body:
        yield equal("claim-id", answered, claim_sent.get("claimId"), body["claimId"])
    yield from answered.conforms()


def receipt(made: Created, files: int, claim_sent: Mapping[str, Json]) -> Checks:
    """Judge an accepted create and the form of everything that it gives."""
    answered = made.answered
    yield from acceptance(made, files, claim_sent)
    yield equal("attachments.distinct", answered, files, len(set(made.attachment_ids)))
    yield matches("control-number", answered, _CONTROL_NUMBER, made.control_number)
    for attachment_id in made.attachment_ids:
        yield matches("attachment-id", answered, _ATTACHMENT_ID, attachment_id)
    created_at = members(answered.body).get("createdAt")
    yield recent("created-at", answered, created_at, where="response.body#/createdAt")


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
    # Each file is given away once, so that one file under two ids is noticed.
    left = list(pool)
    paired: list[tuple[str, Upload]] = []
    for identifier, own in files.items():
        part = by_id.get(bare(identifier))
        # Its own file first: of two equal ones the pairing then stays the plain one.
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
    # Without the header the bytes are what they are (RFC 7578, 4.7 retires it for forms).
    encoding = (header(part.headers, "content-transfer-encoding") or "binary").strip().lower()
    holds = encoding in _UNENCODED
    yield check("part.encoding", answered, "raw bytes", encoding, holds=holds, where=where)
    yield same("part.size", len(upload.content), len(part.content))
    # Digests and not bytes: a report must not show the file.
    yield same("part.sha256", sha256(upload.content).hexdigest(), sha256(part.content).hexdigest())


def _canonical(media_type: str) -> str:
    # image/jpg and image/jpeg are one type.
    known = media_type_named(media_type)
    return known.canonical if known else media_type
