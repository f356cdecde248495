"""Faults in what the medical APIs refuse, find, decide and answer."""

from harness.jsonvalue import Json, items, text
from harness.mock.fault import (
    Change,
    Fault,
    with_changed,
    with_media_type,
    with_member,
    with_status,
    without,
    without_header,
)
from harness.mock.reply import Reply
from harness.products.medical.mock.store import CLAIM_NUMBER, DATE_FILTERS, TEXT_FILTERS

AREA = "medical"
# In the order of the requirements A020 to A037, which `numbered` counts through.
_PAYERS = (
    *("TESTEP01", "TESTEP02", "TESTEP04", "TESTEP05", "TESTEP06"),
    *("TESTEP10", "TESTEP51", "TESTEP52", "TESTEP53"),
    *("TESTPP11", "TESTPP12", "TESTPP13", "TESTPP14", "TESTPP15"),
    *("TESTPP16", "TESTPP17", "TESTPP18", "TESTPP19"),
)


def _rule(name: str, breaks: str, sentence: str) -> Fault:
    return Fault(name, AREA, breaks, sentence)


def numbered(first: str, index: int) -> str:
    """Return the id of the requirement so many rows below one: the tables run in this order."""
    return f"{first[0]}{int(first[1:]) + index:03}"


REFUSAL_FAULTS = (
    _rule("invalid-request-accepted", "A006", "Checks nothing that is submitted."),
    _rule("control-number-unchecked", "O013", "Accepts any control number, and none."),
    _rule("payer-id-unchecked", "O010", "Accepts a submission without payer id."),
    _rule("payer-name-unchecked", "A044", "Accepts a submission without the payer's name."),
    _rule("name-case-ignored", "O009", "Takes attribute names in any case."),
    _rule("electronic-payer-needs-contact", "A009", "Wants a fax number for electronic payers."),
    _rule("payer-contact-unchecked", "A010", "Takes print payers without fax number or address."),
    _rule("fax-number-unchecked", "A046", "Takes fax payers without a fax number."),
    _rule("payer-address-unchecked", "A048", "Takes a payer's address with members missing."),
    _rule("mail-address-unchecked", "A049", "Takes mail payers without an address."),
    _rule("solicited-refused", "A019", "Refuses attachments that answer a payer's request."),
    _rule("no-file-accepted", "A012", "Accepts a submission without files."),
    _rule("empty-file-accepted", "A044", "Accepts a file of no bytes."),
    _rule("service-lines-uncounted", "A006", "Accepts fewer service lines than files."),
    _rule("duplicate-control-numbers-accepted", "A040", "Accepts a number for two documents."),
    _rule("detail-differs-from-summary", "A064", "The detail form lists no status."),
    _rule("unknown-trace-found", "A073", "An unknown trace id gets an empty answer."),
    _rule("foreign-trace-readable", "A018", "Another's transaction can be read by its trace id."),
    # Faults without a change: the code that decides asks for them by name.
    _rule("fieldset-ignored", "A014", "Answers every fieldset with a summary."),
    _rule("search-days-ignored", "A015", "A metadata search looks at every day."),
    _rule("metadata-filter-ignored", "A066", "A metadata search ignores every filter."),
    _rule("criteria-combined-with-or", "A067", "A search finds what meets any criterion."),
    # Each criterion works alone under it, so only combinations find it.
    _rule("criteria-forgotten-in-company", "A067", "A search looks at four criteria at most."),
    _rule("metadata-limit-unchecked", "A068", "A search gives out more than 100 hits."),
    _rule("metadata-foreign-listed", "O014", "A search lists every organisation's transactions."),
    *(
        _rule(f"search-ignores-{name}", "A066", f"A search ignores {name}.")
        for name in (*TEXT_FILTERS, *DATE_FILTERS, CLAIM_NUMBER)
    ),
    *(
        _rule(f"wrong-status-{payer}", numbered("A020", index), f"{payer} leads to another status.")
        for index, payer in enumerate(_PAYERS)
    ),
)


RECEIPT, STATUS, DETAILS = "medical.receipt", "medical.status", "medical.details"
# In the order of the requirements A051 to A063.
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


def without_last(reply: Reply) -> Reply:
    """Leave out the last item of a list."""
    return Reply(reply.status, items(reply.body)[:-1], reply.media_type)


def _with_seconds(value: Json) -> Json:
    # Still UTC: only the form differs from the one documented (A041).
    return text(value).replace("Z", ":00.000+00:00")


def _three_hours_off(value: Json) -> Json:
    # Three hours are beyond the five minutes that clocks may differ, and within a day.
    hour = (int(text(value)[11:13]) + 3) % 24
    return f"{text(value)[:11]}{hour:02}{text(value)[13:]}"


def _hyphenated(value: Json) -> Json:
    # Hyphens stand in the trace id too, so that the parts cannot be separated any more.
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
        without_last,
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

ANSWER_FAULTS = (*_RECEIPTS, *_STATUSES, *_ANSWERS)
