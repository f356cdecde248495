"""Word the dental API's refusals: problem+json (RFC 9457) with codes of the published table."""

import uuid
from collections.abc import Sequence
from http import HTTPStatus

from harness.jsonvalue import Json
from harness.mock.reply import Reply
from harness.products.dental.codes.errors import DENTAL_ERRORS, PLACEHOLDER_CODE

MEDIA_TYPE = "application/problem+json"

# The table has no row for these. They go out under its placeholder, with keys in its manner.
_UNPUBLISHED = {
    "Required.req.files": "At least one file is required.",
    "Size.req.files": "At most ten files are taken in one call.",
    "Type.req.files": "A file is of a type that is not supported.",
    "Name.req.files": "A file name is empty, too long or holds control characters.",
    "Pattern.req.submitterId": "The submitter id is malformed.",
    "Required.req.fileMetadata": "The file metadata is missing or not an array of objects.",
    "Match.req.fileMetadata": "The file metadata does not describe exactly the files sent.",
    "Pattern.req.fileMetadata.fileName": "A file name in the metadata is missing or malformed.",
    "Pattern.req.fileMetadata.mimeType": "A media type in the metadata is missing or malformed.",
    "Pattern.req.fileMetadata.procedureCodes": "A list of procedure codes is malformed.",
    "Pattern.req.fileMetadata.serviceDate": "A service date in the metadata is malformed.",
    "Pattern.req.fileMetadata.toothNumbers": "A list of tooth numbers is malformed.",
    "Size.req.attachmentIds": "At most ten attachment ids are taken in one call.",
    "Malformed.req.body": "The request cannot be read.",
    "NotFound.req.path": "Nothing is at this path.",
    "NotAllowed.req.method": "This method is not allowed here.",
    "Size.req.body": "The request is too large.",
    "Rate.req": "There were too many requests.",
    "MediaType.req.contentType": "The request has an unsupported media type.",
}
_BY_KEY = {error.key: error for error in DENTAL_ERRORS}
# Failures of the frame (routing, limits) worded as this API words its own.
_KEY_OF_STATUS = {
    400: "Malformed.req.body",
    401: "Missing.req.header.authorization",
    403: "UserAccess.permission.denied",
    404: "NotFound.req.path",
    405: "NotAllowed.req.method",
    413: "Size.req.body",
    415: "MediaType.req.contentType",
    429: "Rate.req",
    500: "Service.genericError",
}


def refusal(keys: Sequence[str]) -> Reply:
    """Return the problem that names these message keys; the first one decides the HTTP status."""
    # One response has one status, whatever the others would have had.
    return _problem(_published(keys[0])[1], keys)


def number_of(key: str) -> str:
    """Return the number of the published error with a message key."""
    return _published(key)[0].rpartition("_")[2]


def failure(status: int, headers: Sequence[tuple[str, str]] = (), sentence: str = "") -> Reply:
    """Return the problem for an HTTP status that no rule on the content has led to.

    The sentence is its detail, which tells more than the row of the table can.
    """
    detail = "" if sentence == HTTPStatus(status).phrase else sentence
    reply = _problem(status, (_KEY_OF_STATUS.get(status, "Malformed.req.body"),), detail)
    return Reply(status, reply.body, MEDIA_TYPE, tuple(headers))


def _problem(status: int, keys: Sequence[str], detail: str = "") -> Reply:
    errors = [_error(key) for key in keys]
    body: dict[str, Json] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        # RFC 9457, 3.1.4: an explanation of this occurrence, for people.
        "detail": detail or " ".join(error["message"] for error in errors),
        # Unique to the occurrence (RFC 9457, 3.1.5), so that it can be found in a log.
        "instance": f"urn:uuid:{uuid.uuid4()}",
        "properties": {"errors": errors},
    }
    return Reply(status, body, MEDIA_TYPE)


def _error(key: str) -> dict[str, str]:
    code, _, message = _published(key)
    return {"code": code, "field": key, "message": message}


def _published(key: str) -> tuple[str, int, str]:
    if key in _UNPUBLISHED:
        return PLACEHOLDER_CODE, 400, _UNPUBLISHED[key]
    error = _BY_KEY[key]
    return error.code, error.status, error.description
