"""Faults in what the medical APIs answer: receipts, statuses, search hits and health."""

from harness.jsonvalue import Json, items, text
from harness.mock.changes import (
    with_changed,
    with_media_type,
    with_member,
    with_status,
    without,
    without_header,
)
from harness.mock.fault import Change, Fault
from harness.mock.reply import Reply
from harness.products.medical.mock.faults_rules import AREA, numbered

RECEIPT, STATUS, DETAILS = "medical.receipt", "medical.status", "medical.details"
_DETAILS = (
    *("submitterId", "memberId", "patientFirstName", "patientLastName", "payerId"),
    *("providerId", "providerFirstName", "providerLastName", "claimStartDate", "claimEndDate"),
    *("payerName", "transactionSubmittedDate", "rejectionInformation"),
)


def _change(name: str, breaks: str, sentence: str, point: str, change: Change) -> Fault:
    return Fault(name, AREA, breaks, sentence, point, change)


def _first_or_nothing(reply: Reply) -> Reply:
    """Answer with the first item of an array alone, as an object."""
    return Reply(reply.status, next(iter(items(reply.body)), reply.body), reply.media_type)


def _without_last(reply: Reply) -> Reply:
    return Reply(reply.status, items(reply.body)[:-1], reply.media_type)


def _with_seconds(value: Json) -> Json:
    return text(value).replace("Z", ":00.000+00:00")


def _three_hours_off(value: Json) -> Json:
    hour = (int(text(value)[11:13]) + 3) % 24
    return f"{text(value)[:11]}{hour:02}{text(value)[13:]}"


def _hyphenated(value: Json) -> Json:
    return text(value).replace("_", "-")


_RECEIPTS = (
    _change(
        "uploads-with-202", "A012", "An upload is answered with 202.", RECEIPT, with_status(202)
    ),
    _change(
        "upload-status-wrong",
        "A012",
        "A receipt has the status ok.",
        RECEIPT,
        with_member("status", "ok"),
    ),
    _change(
        "trace-id-missing",
        "A013",
        "A receipt has no attachmentId.",
        RECEIPT,
        without("attachmentId"),
    ),
    _change(
        "trace-header-missing",
        "A013",
        "A receipt has no x-trace-id header.",
        RECEIPT,
        without_header("x-trace-id"),
    ),
    _change(
        "attachment-id-malformed",
        "A013",
        "The attachment id joins its parts by hyphens.",
        RECEIPT,
        with_changed("attachmentId", _hyphenated),
    ),
    _change(
        "upload-as-text", "O002", "A receipt is text/plain.", RECEIPT, with_media_type("text/plain")
    ),
    _change(
        "submission-errors-with-200",
        "A006",
        "A refused submission has status 200.",
        "medical.errors",
        with_status(200),
    ),
    _change(
        "submission-errors-unnamed",
        "A044",
        "A refused submission has no errors.",
        "medical.errors",
        without("errors"),
    ),
)
_STATUSES = (
    _change("code-missing", "A001", "A status has no code.", STATUS, without("statusCode")),
    _change(
        "message-missing", "A001", "A status has no message.", STATUS, without("statusMessage")
    ),
    _change(
        "code-as-number",
        "A001",
        "statusCode is a number.",
        STATUS,
        with_changed("statusCode", lambda value: int(text(value))),
    ),
    _change(
        "documents-missing", "A040", "A status lists no documents.", STATUS, without("documents")
    ),
    _change(
        "status-time-with-zone",
        "A041",
        "statusTimeStamp has milliseconds and a zone.",
        STATUS,
        with_changed("statusTimeStamp", _with_seconds),
    ),
    _change(
        "status-time-local",
        "A041",
        "statusTimeStamp is three hours off.",
        STATUS,
        with_changed("statusTimeStamp", _three_hours_off),
    ),
    _change(
        "document-name-changed",
        "A040",
        "Documents get another name.",
        "medical.document",
        with_member("documentName", "document"),
    ),
    _change(
        "document-number-missing",
        "A040",
        "Documents have no control number.",
        "medical.document",
        without("controlNumber"),
    ),
    _change(
        "document-verdicts-missing",
        "A039",
        "Partly accepted documents have no status of their own.",
        "medical.document-status",
        lambda reply: Reply(reply.status, {}),
    ),
    _change(
        "document-verdicts-alike",
        "A025",
        "Every partly accepted document is accepted.",
        "medical.document-status",
        with_member("statusCode", "06"),
    ),
    _change(
        "rejection-as-number",
        "A007",
        "rejectionInformation is a number.",
        DETAILS,
        with_member("rejectionInformation", 0),
    ),
    *(
        _change(
            f"details-without-{name}",
            numbered("A051", index),
            f"transactionDetails has no {name}.",
            DETAILS,
            without(name),
        )
        for index, name in enumerate(_DETAILS)
    ),
)
_ANSWERS = (
    _change(
        "summary-as-object",
        "A014",
        "A summary is one object, not an array.",
        "medical.summary",
        _first_or_nothing,
    ),
    _change(
        "details-missing",
        "A050",
        "A detail answer has no transactionDetails.",
        "medical.detail",
        without("transactionDetails"),
    ),
    _change(
        "hits-without-trace-id",
        "A017",
        "A search hit has no trace id.",
        "medical.hit",
        without("traceId"),
    ),
    _change(
        "hits-lose-the-last",
        "A017",
        "A search leaves out its last hit.",
        "medical.hits",
        _without_last,
    ),
    _change(
        "unknown-trace-crashes",
        "A073",
        "A refused status call ends in 500.",
        "medical.failure",
        with_status(500),
    ),
    _change(
        "submission-down",
        "O018",
        "The submission API is down.",
        "medical.submission.health",
        with_status(503),
    ),
    _change(
        "status-down", "O018", "The status API is down.", "medical.status.health", with_status(503)
    ),
    _change(
        "health-unnamed",
        "O017",
        "The health answer has no status.",
        "medical.submission.health",
        without("status"),
    ),
)

FAULTS = (*_RECEIPTS, *_STATUSES, *_ANSWERS)
