"""Faults that one answer alone does not show: what is said twice is said differently."""

from collections.abc import Callable
from dataclasses import replace

from harness.jsonvalue import Json, items, lookup, members, text
from harness.mock.changes import with_changed, with_header, with_member, without_header
from harness.mock.fault import Change, Fault
from harness.mock.reply import Reply
from harness.products.prior_auth.mock.faults_forms import X12, edited, with_element
from harness.x12.build import recounted, write
from harness.x12.interchange import Segment
from harness.x12.parse import parse

_TIME = "statusTimeStamp"
_MALFORMED, _UNKNOWN = "Pattern.req.attachmentId", "DataService.attachments.find.notFound"
_NEVER = "0123456789abcdef01234567"


def _medical(name: str, breaks: str, sentence: str, point: str, change: Change) -> Fault:
    return Fault(name, "medical", breaks, sentence, f"medical.{point}", change)


def _years_earlier(value: Json) -> Json:
    return f"2021{text(value)[4:]}"


def _with_another_reason(reply: Reply) -> Reply:
    given = members(lookup(reply.body, "/transactionDetails"))
    details: Json = {**given, "rejectionInformation": "Another reason than the detail's."}
    return with_member("transactionDetails", details)(reply)


def _with_another_key(reply: Reply) -> Reply:
    errors = [members(each) for each in items(lookup(reply.body, "/properties/errors"))]
    told: Json = [
        {**each, "field": _UNKNOWN} if each.get("field") == _MALFORMED else {**each}
        for each in errors
    ]
    return with_member("properties", {"errors": told})(reply)


def _um_twice(reply: Reply) -> Reply:
    interchange = parse(text(reply.body)).interchange
    doubled = [
        segment for each in interchange.segments for segment in [each] * (1 + (each.id == "UM"))
    ]
    return replace(reply, body=write(recounted(replace(interchange, segments=tuple(doubled)))))


def _other_reason(segment: Segment) -> Segment:
    fits = segment.id == "AAA" and segment.value(3) == "42"
    return segment.with_value(3, "41") if fits else segment


def _wordless(reply: Reply) -> Reply:
    return replace(reply, body=[]) if isinstance(reply.body, list) else reply


def _in_submissions(change: Change) -> Change:
    return lambda reply: change(reply) if "005010X217" in text(reply.body) else reply


def _prior_auth(name: str, breaks: str, sentence: str, change: Change) -> Fault:
    return Fault(name, "prior-auth", breaks, sentence, X12, change)


def _each(change: Callable[[Json], Json]) -> Change:
    return with_changed("status", lambda value: [change(each) for each in items(value)])


FAULTS: tuple[Fault, ...] = (
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
        "error-key-of-another",
        "dental",
        "D060",
        "A malformed id is told with the key of one that is unknown.",
        "dental.problem",
        _with_another_key,
    ),
    Fault(
        "analysis-id-reused",
        "dental",
        "D076",
        "Every image intelligence call gets one transaction id.",
        "dental.created-with-images",
        with_member("imageIntelligenceTransactionId", _NEVER),
    ),
    _prior_auth(
        "dependent-differs",
        "S040",
        "NM1 QC has another name.",
        with_element("NM1", 3, "OTHER", "QC"),
    ),
    _prior_auth(
        "gender-differs", "S040", "DMG03 is another gender.", with_element("DMG", 3, "X", "D8")
    ),
    _prior_auth("segment-said-twice", "S044", "UM stands there twice.", _um_twice),
    _prior_auth(
        "unknown-key-told-otherwise",
        "S064",
        "The two forms give other reasons for not knowing a submission's key.",
        _in_submissions(edited(_other_reason)),
    ),
    Fault(
        "authorization-id-reused",
        "prior-auth",
        "S030",
        "Every answer has the same authorization id.",
        "prior-auth.answer",
        with_member("authorizationId", "00000000-0000-4000-8000-000000000001"),
    ),
    Fault(
        "empty-trace-id",
        "prior-auth",
        "P030",
        "The trace id of a refusal is empty.",
        "prior-auth.errors",
        with_header("x-amzn-trace-id", ""),
    ),
    Fault(
        "refusals-without-a-word",
        "prior-auth",
        "P029",
        "A missing or bad token gets an empty list of errors.",
        "failure.401",
        _wordless,
    ),
    Fault(
        "token-may-be-stored",
        "tokens",
        "P006",
        "An answer with a token of v2 may be stored.",
        "token.v2",
        without_header("cache-control"),
    ),
    Fault(
        "token-error-code-unpublished",
        "tokens",
        "P010",
        "A refusal of token v2 has a code that RFC 6749 does not know.",
        "token.v2.error",
        with_member("error", "invalid_harness"),
    ),
    Fault(
        "sntl-error-status-contradicts",
        "tokens",
        "D011",
        "The status in a dental token refusal is another than its HTTP status.",
        "token.sntl.error",
        with_member("status", "200"),
    ),
    Fault(
        "sntl-reason-wrong",
        "tokens",
        "D011",
        "A wrong client is called a lack of scope.",
        "token.sntl.error",
        with_changed("failureReason", lambda _: "InsufficientScope"),
    ),
)
