"""Faults at the edges of the medical APIs: what single payers say, odd days, and what is said twice differently."""

import re
from collections.abc import Callable

from harness.jsonvalue import Json, items, lookup, members, text
from harness.mock.fault import Change, Fault, with_changed, with_each, with_member, with_status
from harness.mock.reply import Reply

MEDICAL, STATUS, UNABLE = "medical", "medical.status", "medical.unable"
_TIME = "statusTimeStamp"
# Only the number goes, so that the message still begins as it has to.
_TRACKING = re.compile(r"(?<=^Tracking #: )[0-9A-Za-z]+")
_DATE = re.compile(r", Date : [0-9/]+$")


def _without_number(message: Json) -> Json:
    return _TRACKING.sub("", text(message))


def _without_date(message: Json) -> Json:
    return _DATE.sub("", text(message))


def _blank_unless_fixed(message: Json) -> Json:
    """Blank the one message that is not of the table: that of TESTEP53, which says what is wrong."""
    return "" if text(message).startswith("Request validation") else message


def _medical(name: str, breaks: str, sentence: str, point: str, change: Change) -> Fault:
    return Fault(name, "medical", breaks, sentence, f"medical.{point}", change)


def _years_earlier(value: Json) -> Json:
    # The year of the samples: clearly before any upload.
    return f"2021{text(value)[4:]}"


def _with_another_reason(reply: Reply) -> Reply:
    # The detail keeps the right reason: the two views then contradict each other (C98).
    given = members(lookup(reply.body, "/transactionDetails"))
    details: Json = {**given, "rejectionInformation": "Another reason than the detail's."}
    return with_member("transactionDetails", details)(reply)


def _each(change: Callable[[Json], Json]) -> Change:
    return with_changed("status", lambda value: [change(item) for item in items(value)])


# In the words of the upload, which has a form of its own for what it refuses.
_LIMITED: Json = {
    "status": "errors",
    "errors": [{"field": "request", "description": "There were too many requests."}],
}


def _limited(_: Reply) -> Reply:
    # A client that waits the second it is told to is refused again.
    return Reply(429, _LIMITED, headers=(("Retry-After", "1"),))


FAULTS: tuple[Fault, ...] = (
    Fault(
        "tracking-number-missing",
        MEDICAL,
        "A035",
        "A mailed attachment has no tracking number.",
        STATUS,
        with_changed("statusMessage", _without_number),
    ),
    Fault(
        "tracking-date-missing",
        MEDICAL,
        "A036",
        "A parcel's status has no date.",
        STATUS,
        with_changed("statusMessage", _without_date),
    ),
    Fault(
        "dynamic-message-blank",
        MEDICAL,
        "A028",
        "A refused request is not told what is wrong with it.",
        STATUS,
        with_changed("statusMessage", _blank_unless_fixed),
    ),
    Fault(
        "submission-errors-undescribed",
        MEDICAL,
        "A006",
        "A refused submission is not told what is wrong with a field.",
        "medical.errors",
        with_each("errors", lambda error: {**members(error), "description": ""}),
    ),
    Fault("fax-attempts-untold", MEDICAL, "A047", "Of a failing fax one attempt is reported."),
    Fault(
        "status-forgotten",
        MEDICAL,
        "A002",
        "A day after the upload its status is another.",
    ),
    Fault("search-criteria-unchecked", MEDICAL, "A015", "A metadata search needs no days."),
    Fault("search-days-swapped", MEDICAL, "A015", "Days in the wrong order are put right."),
    Fault("last-day-excluded", MEDICAL, "A015", "The last day of a search is not part of it."),
    Fault("trace-id-as-criterion", MEDICAL, "A015", "A metadata search goes by a trace id."),
    _medical(
        "document-times-garbled",
        "A039",
        "The time of a document's own status is a word.",
        "document-status",
        with_member(_TIME, "yesterday"),
    ),
    _medical(
        "detail-times-differ",
        "A064",
        "A detail gives its statuses other times than the summary.",
        "detail",
        _each(lambda each: {**members(each), _TIME: _years_earlier(members(each).get(_TIME))}),
    ),
    _medical(
        "status-before-upload",
        "A064",
        "A status is older than its transaction.",
        "status",
        with_changed(_TIME, _years_earlier),
    ),
    Fault(
        "submission-error-echoes-patient",
        "medical",
        "A006",
        "A refused submission repeats the patient's last name.",
    ),
    _medical(
        "hit-details-differ",
        "A017",
        "A search gives another reason for a rejection than the detail.",
        "hit",
        _with_another_reason,
    ),
    Fault(
        "unable-unworded",
        "medical",
        "A070",
        "A temporary fault of the upload is told without a word on trying again.",
        UNABLE,
        with_member("message", "Internal Server Error"),
    ),
    Fault(
        "unable-as-400",
        "medical",
        "A070",
        "A temporary fault of the upload is blamed on the caller.",
        UNABLE,
        with_status(400),
    ),
    Fault(
        "upload-always-limited",
        "gateway",
        "O013",
        "Every good upload is answered 429, however long the caller waits.",
        "medical.receipt",
        _limited,
    ),
    Fault("upload-without-token", "tokens", "O003", "Anybody can submit attachments."),
    Fault("status-without-token", "tokens", "O003", "Anybody can ask for a status."),
    Fault(
        "retrieval-without-token",
        "tokens",
        "O003",
        "Anybody can look for documents and fetch them.",
    ),
)
