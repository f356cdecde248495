"""Faults of prior authorization at the edges: odd headers, and two forms that say different things."""

from dataclasses import replace

from harness.jsonvalue import text
from harness.mock.changes import with_header, with_member, with_status
from harness.mock.fault import Change, Fault
from harness.mock.reply import Reply
from harness.products.prior_auth.mock.faults_forms import X12, edited, with_element
from harness.x12.build import recounted, write
from harness.x12.interchange import Segment
from harness.x12.parse import parse

PRIOR_AUTH = "prior-auth"


def _um_twice(reply: Reply) -> Reply:
    interchange = parse(text(reply.body)).interchange
    doubled = [
        segment for other in interchange.segments for segment in [other] * (1 + (other.id == "UM"))
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


FAULTS: tuple[Fault, ...] = (
    Fault("tenant-crashes", PRIOR_AUTH, "S029", "A tenant id that is no UUID ends in 500."),
    Fault("correlation-crashes", PRIOR_AUTH, "P030", "A correlation id that is no UUID is 500."),
    Fault("extra-member-crashes", PRIOR_AUTH, "S022", "A member beside x12 ends in 500."),
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
        "prior-auth-down-as-200",
        "prior-auth",
        "S021",
        "A failing prior authorization healthcheck answers 200.",
        "prior-auth.down",
        with_status(200),
    ),
    Fault(
        "prior-auth-without-token", "tokens", "P006", "Anybody can ask for a prior authorization."
    ),
)
