"""Faults in what prior authorization decides and in what it checks beforehand."""

from harness.jsonvalue import Json, items
from harness.mock.fault import Change, Fault, with_member, with_status, without, without_header
from harness.mock.reply import Reply

AREA = "prior-auth"
ANSWER, ERRORS, HEALTH = "prior-auth.answer", "prior-auth.errors", "prior-auth.health"


def _rule(name: str, breaks: str, sentence: str) -> Fault:
    return Fault(name, AREA, breaks, sentence)


def _change(name: str, breaks: str, sentence: str, point: str, change: Change) -> Fault:
    return Fault(name, AREA, breaks, sentence, point, change)


def _as_object(reply: Reply) -> Reply:
    # An object of errors, as other APIs of the platform answer; this one has an array of texts.
    errors: Json = [{"message": message} for message in items(reply.body)]
    return Reply(reply.status, {"errors": errors}, headers=reply.headers)


_MEMBERS = (
    *(
        # TST1 is S004, TST2 is S005 and so on.
        _rule(f"tst{n}-decided-otherwise", f"S{n + 3:03}", f"Member TST{n} gets another decision.")
        for n in range(1, 5)
    ),
    *(
        _rule(f"tst{n}-without-decision", f"S{n + 3:03}", f"Member TST{n} gets no decision.")
        # Of these no decision is published, so only its absence can be wrong.
        for n in range(5, 12)
    ),
)
_DECISIONS = (
    _rule("content-decides", "P009", "The decision hangs on what is asked for."),
    _rule("decision-alternates", "P014", "Every second answer is the opposite."),
    _rule("unknown-key-certified", "P023", "An invented key is certified."),
    _rule("unknown-member-certified", "S015", "An invented member is certified."),
    _rule("name-decides", "S018", "The decision hangs on the name of the subscriber."),
    _rule("inquiry-payer-ignored", "S019", "Any payer id brings the answer of the demo payer."),
    _rule("first-key-denied", "S049", "The key of a total certification is denied."),
    _rule("submission-keys-alike", "S050", "Every submission key is certified in total."),
    _rule("review-number-missing", "S054", "A certified answer has no review number."),
    _rule("x12-decides-otherwise", "S064", "An X12 request gets the opposite decision."),
)
_CHECKS = (
    _rule("key-fields-optional", "P024", "Without a payer or clearing house id all is certified."),
    _rule("x12-body-unchecked", "S022", "Any body passes for an X12 request."),
    _rule("prior-auth-fields-unchecked", "S047", "A JSON request may lack required fields."),
    _rule("prior-auth-dates-unchecked", "S059", "A date may be written in any way."),
    _rule("requester-type-unchecked", "S060", "Any requester type is taken."),
    _change(
        "prior-auth-errors-with-200",
        "S047",
        "A refused request is answered with 200.",
        ERRORS,
        with_status(200),
    ),
    _change("error-not-array", "P030", "Errors come as an object.", ERRORS, _as_object),
)
_ENVELOPES = (
    _change(
        "prior-auth-health-down", "S020", "The healthcheck answers 500.", HEALTH, with_status(500)
    ),
    _change(
        "prior-auth-health-silent",
        "S020",
        "The healthcheck says that it is down, and with 200.",
        HEALTH,
        with_member("status", "down"),
    ),
    _change(
        "authorization-id-missing",
        "S030",
        "An answer has no authorizationId.",
        ANSWER,
        without("authorizationId"),
    ),
    _change(
        "undocumented-member", "P030", "An answer has a stray member.", ANSWER, with_member("x", 1)
    ),
    _change(
        "transaction-header-missing",
        "P030",
        "An answer has no transaction-id header.",
        ANSWER,
        without_header("transaction-id"),
    ),
    _change(
        "prior-auth-trace-missing",
        "P030",
        "An answer has no x-amzn-trace-id header.",
        ANSWER,
        without_header("x-amzn-trace-id"),
    ),
)
FAULTS = (*_MEMBERS, *_DECISIONS, *_CHECKS, *_ENVELOPES)
