"""Faults in the two forms of a prior authorization answer: each alone, and where they say different things."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from harness.jsonvalue import Json, members, text
from harness.mock.fault import (
    Change,
    Fault,
    with_changed,
    with_header,
    with_member,
    with_status,
    without,
)
from harness.mock.reply import Reply
from harness.products.prior_auth.mock.faults import AREA
from harness.x12.build import recounted, write
from harness.x12.interchange import Segment, Value
from harness.x12.parse import parse

FORMS, X12, JSON = "prior-auth.forms", "prior-auth.x12", "prior-auth.json"


def edited(change: Callable[[Segment], Segment], *, recount: bool = True) -> Change:
    """Change the segments of the X12 form one by one; counts and numbers follow if wanted."""

    def edit(reply: Reply) -> Reply:
        # Through a parse and not by replacing text, so that nothing but the element changes.
        interchange = parse(text(reply.body)).interchange
        changed = replace(interchange, segments=tuple(map(change, interchange.segments)))
        return replace(reply, body=write(recounted(changed) if recount else changed))

    return edit


def with_element(
    segment_id: str, position: int, value: Value, code: str = "", *, recount: bool = True
) -> Change:
    """Set an element of each segment with an id, and a first element if one is named."""

    def change(segment: Segment) -> Segment:
        # The first element says which REF, DTP or NM1 it is.
        fits = segment.id == segment_id and code in ("", segment.value(1))
        return segment.with_value(position, value) if fits else segment

    return edited(change, recount=recount)


def _x12(name: str, breaks: str, sentence: str, change: Change) -> Fault:
    return Fault(name, AREA, breaks, sentence, X12, change)


def _json(name: str, breaks: str, sentence: str, change: Change) -> Fault:
    return Fault(name, AREA, breaks, sentence, JSON, change)


def _unswapped(segment: Segment) -> Segment:
    # Positions of sender and receiver in the two envelopes.
    pair = {"ISA": (6, 8), "GS": (2, 3)}.get(segment.id)
    if pair is None:
        return segment
    first, second = segment.value(pair[0]), segment.value(pair[1])
    return segment.with_value(pair[0], second).with_value(pair[1], first)


def _other_version(segment: Segment) -> Segment:
    position = {"GS": 8, "ST": 3}.get(segment.id, 0)
    return segment.with_value(position, "005010X216") if position else segment


def _swapped_levels(segment: Segment) -> Segment:
    # HL03: 21 is the requester, 22 the subscriber.
    code = {"21": "22", "22": "21"}.get(segment.value(3)) if segment.id == "HL" else None
    return segment.with_value(3, code) if code else segment


def _other_purpose(version: str, code: str) -> Change:
    """Set BHT02 to another value in one version only."""

    def edit(reply: Reply) -> Reply:
        # Both kinds of answers pass this point; the version of the X12 guide tells which it is.
        if version not in text(reply.body):
            return reply
        return with_element("BHT", 2, code)(reply)

    return edit


def _dashed(value: Json) -> Json:
    born = text(members(value).get("dateOfBirth"))
    # The form of most JSON APIs, and not of this one (S059).
    dashed = f"{born[:4]}-{born[4:6]}-{born[6:]}"
    return {**members(value), "dateOfBirth": dashed} if born else value


def _without_purpose(name: str) -> Change:
    """Drop a form's member from the answers of one kind: their X12 version shows the kind."""

    def edit(reply: Reply) -> Reply:
        return without("x12")(reply) if name in text(members(reply.body).get("x12")) else reply

    return edit


_ENVELOPE = (
    # 005010X216 is another guide of the 278 family (notification).
    _x12("answer-version-wrong", "S023", "GS08 and ST03 are 005010X216.", edited(_other_version)),
    _x12(
        "isa-trimmed", "S024", "ISA06 is shorter than its width.", with_element("ISA", 6, "SHORT")
    ),
    _x12(
        "se-count-wrong", "S025", "SE01 counts wrong.", with_element("SE", 1, "99", recount=False)
    ),
    _x12(
        # Not recounted, which would make the trailer right again.
        "trailer-number-wrong",
        "S026",
        "IEA02 is another number than ISA13.",
        with_element("IEA", 2, "999999999", recount=False),
    ),
    _x12(
        "level-order-wrong",
        "S028",
        "The requester's level stands for the member's.",
        edited(_swapped_levels),
    ),
    _x12("sender-not-swapped", "S032", "The answer comes from its sender.", edited(_unswapped)),
    _x12(
        "control-number-not-echoed",
        "S033",
        "The answer has an interchange number of its own.",
        with_element("ISA", 13, "999999999"),
    ),
    _x12(
        "inquiry-purpose-wrong",
        "S034",
        "An inquiry answer has the purpose of a request.",
        _other_purpose("005010X215", "28"),
    ),
    _x12(
        "submission-purpose-wrong",
        "S052",
        "A submission answer has the purpose of a request.",
        _other_purpose("005010X217", "13"),
    ),
    _x12("transaction-id-differs", "S053", "BHT03 is another id.", with_element("BHT", 3, "OTHER")),
)
_DISAGREEMENTS = (
    _x12(
        "hcr-wrong",
        "S035",
        "HCR01 is another action than the JSON's.",
        with_element("HCR", 1, "CT"),
    ),
    _x12(
        "json-x12-disagree",
        "S036",
        "HCR02 is another number than the JSON's.",
        with_element("HCR", 2, "OTHER"),
    ),
    _x12(
        "previous-number-differs",
        "S037",
        "REF BB is another number than the JSON's.",
        with_element("REF", 2, "OTHER", "BB"),
    ),
    _x12(
        "expiry-differs",
        "S038",
        "DTP 036 is another day.",
        with_element("DTP", 3, "20301231", "036"),
    ),
    _x12("provider-differs", "S039", "NM1 71 is called DN.", with_element("NM1", 1, "DN", "71")),
    _x12(
        "member-differs", "S040", "NM1 IL has another name.", with_element("NM1", 3, "OTHER", "IL")
    ),
    _x12(
        "group-differs", "S041", "REF 6P is another number.", with_element("REF", 2, "OTHER", "6P")
    ),
    _x12(
        "employer-differs",
        "S042",
        "REF EI is another number.",
        with_element("REF", 2, "999999999", "EI"),
    ),
    _x12(
        "contact-differs", "S043", "PER UR leads elsewhere.", with_element("PER", 4, "other", "IC")
    ),
    _x12(
        "facility-differs", "S044", "UM04 is another facility.", with_element("UM", 4, ("99", "B"))
    ),
    _x12(
        "service-line-differs",
        "S055",
        "SV1 has another procedure.",
        with_element("SV1", 1, ("HC", "99999")),
    ),
    _x12("transport-differs", "S056", "N4 is another city.", with_element("N4", 1, "OTHER")),
    _x12("ambulance-differs", "S057", "CR106 is another distance.", with_element("CR1", 6, "999")),
    _x12(
        "event-date-differs",
        "S058",
        "DTP AAH is another day.",
        with_element("DTP", 3, "20301231", "AAH"),
    ),
)
_FORMS = (
    _json(
        "umrequest-not-null",
        "S045",
        "A success carries a rejection.",
        with_member(
            "umRequestValidation",
            [{"responseCode": "N", "rejectReasonCode": "33", "followupActionCode": "C"}],
        ),
    ),
    _json(
        "answer-date-with-dashes",
        "S059",
        "The JSON birth date has dashes.",
        with_changed("subscriber", _dashed),
    ),
    Fault(
        "inquiry-x12-missing",
        AREA,
        "S031",
        "An inquiry answer has no X12 form.",
        FORMS,
        _without_purpose("005010X215"),
    ),
    Fault(
        "submission-x12-missing",
        AREA,
        "S051",
        "A submission answer has no X12 form.",
        FORMS,
        _without_purpose("005010X217"),
    ),
)
FORM_FAULTS = (*_ENVELOPE, *_DISAGREEMENTS, *_FORMS)


def _um_twice(reply: Reply) -> Reply:
    interchange = parse(text(reply.body)).interchange
    doubled = [
        # A bool is a number: one copy, or two of UM.
        segment
        for other in interchange.segments
        for segment in [other] * (1 + (other.id == "UM"))
    ]
    return replace(reply, body=write(recounted(replace(interchange, segments=tuple(doubled)))))


def _other_reason(segment: Segment) -> Segment:
    # 42: unable to respond at the current time, the answer to an unknown key.
    fits = segment.id == "AAA" and segment.value(3) == "42"
    return segment.with_value(3, "41") if fits else segment


def _wordless(reply: Reply) -> Reply:
    return replace(reply, body=[]) if isinstance(reply.body, list) else reply


def _in_submissions(change: Change) -> Change:
    return lambda reply: change(reply) if "005010X217" in text(reply.body) else reply


EDGE_FAULTS: tuple[Fault, ...] = (
    Fault("tenant-crashes", AREA, "S029", "A tenant id that is no UUID ends in 500."),
    Fault("correlation-crashes", AREA, "P030", "A correlation id that is no UUID is 500."),
    Fault("extra-member-crashes", AREA, "S022", "A member beside x12 ends in 500."),
    _x12(
        "dependent-differs",
        "S040",
        "NM1 QC has another name.",
        with_element("NM1", 3, "OTHER", "QC"),
    ),
    _x12("gender-differs", "S040", "DMG03 is another gender.", with_element("DMG", 3, "X", "D8")),
    _x12("segment-said-twice", "S044", "UM stands there twice.", _um_twice),
    _x12(
        "unknown-key-told-otherwise",
        "S064",
        "The two forms give other reasons for not knowing a submission's key.",
        _in_submissions(edited(_other_reason)),
    ),
    Fault(
        "authorization-id-reused",
        AREA,
        "S030",
        "Every answer has the same authorization id.",
        "prior-auth.answer",
        with_member("authorizationId", "00000000-0000-4000-8000-000000000001"),
    ),
    Fault(
        "empty-trace-id",
        AREA,
        "P030",
        "The trace id of a refusal is empty.",
        "prior-auth.errors",
        with_header("x-amzn-trace-id", ""),
    ),
    Fault(
        "refusals-without-a-word",
        AREA,
        "P029",
        "A missing or bad token gets an empty list of errors.",
        "failure.401",
        _wordless,
    ),
    Fault(
        "prior-auth-down-as-200",
        AREA,
        "S021",
        "A failing prior authorization healthcheck answers 200.",
        "prior-auth.down",
        with_status(200),
    ),
    Fault(
        "prior-auth-without-token", "tokens", "P006", "Anybody can ask for a prior authorization."
    ),
)


PAIRS: Mapping[str, str] = {
    "umClearingHouseId": "S032",
    "payerId": "S053",
    "payerName": "S053",
    "requester/requesterType": "S042",
    "requester/organizationName": "S042",
    "requester/npi": "S042",
    "subscriber/memberId": "S040",
    "subscriber/firstName": "S040",
    "subscriber/dateOfBirth": "S040",
    "subscriber/supplementalIdentification/patientAccountNumber": "S040",
    "patientEventDetail/requestCategoryCode": "S044",
    "patientEventDetail/certificationTypeCode": "S044",
    "patientEventDetail/serviceTypeCode": "S044",
    "patientEventDetail/facilityCodeQualifier": "S044",
    "patientEventDetail/certificationIssueDate": "S038",
    "patientEventDetail/certificationEffectiveDateBegin": "S038",
    "patientEventDetail/ambulanceTransportCode": "S057",
    "patientEventDetail/ambulanceUnitOrBasisForMeasurementCode": "S057",
}
"""Place of a member in the JSON form to the requirement that binds it to the X12 form."""


def _other(value: str) -> str:
    """Return another value of the same length, of digits where it has digits at its end."""
    # Still of the same length and alphabet, so that no rule on its form sees it.
    last = value[-1:]
    return value[:-1] + ("1" if last != "1" else "2" if last.isdigit() else "Q")


def _changed(value: Json, names: list[str]) -> Json:
    """Return the object with another text at a path; as it is where nothing is there."""
    held = members(value)
    # Answers without this member stay as they are: the fault is in what is said.
    if names[0] not in held:
        return value
    if len(names) > 1:
        return {**held, names[0]: _changed(held[names[0]], names[1:])}
    return {**held, names[0]: _other(text(held[names[0]]))} if text(held[names[0]]) else value


def _change(path: str) -> Change:
    names = path.split("/")
    return lambda reply: Reply(reply.status, _changed(reply.body, names))


def name_of(path: str) -> str:
    """Return the id of the fault at a place."""
    return f"json-{path.rpartition('/')[2]}-differs"


PAIR_FAULTS = tuple(
    Fault(name_of(path), AREA, breaks, f"The JSON form has another {path}.", JSON, _change(path))
    for path, breaks in PAIRS.items()
)
