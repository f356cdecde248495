"""Judge a prior authorization request before it is answered, as production does."""

import re
from collections.abc import Mapping

from harness.codes.identifiers import is_ten_digits
from harness.jsonvalue import Json, members, text
from harness.mock.fault import ActiveFaults
from harness.mock.shapes import Complaint, Group, List, Shape, Text, complaints, is_given
from harness.x12.check import errors
from harness.x12.pairs import REQUESTERS
from harness.x12.parse import parse
from harness.x12.review import Kind

# An X12 text of thousands of bad segments must not lead to an answer of that size.
MOST_COMPLAINTS = 20
_EIGHT_DIGITS = re.compile(r"[0-9]{8}")
_ID = Text(50)
# Eight digits and no calendar: the published BHT04 is no date (C75).
_DATE = Text(
    form=lambda value: _EIGHT_DIGITS.fullmatch(value) is not None,
    form_name="a date written as YYYYMMDD",
    fault="prior-auth-dates-unchecked",
)
_PERSON: Mapping[str, Shape] = {
    "lastName": Text(),
    "firstName": Text(),
    "memberId": Text(),
    "dateOfBirth": _DATE,
    "genderCode": Text(),
}
_EVENT = Group(
    {
        "requestCategoryCode": Text(),
        "certificationTypeCode": Text(),
        "serviceTypeCode": Text(),
        "facilityTypeCode": Text(),
        "facilityCodeQualifier": Text(),
        "eventDateBegin": _DATE,
        "eventDateEnd": _DATE,
        "admissionDateBegin": _DATE,
        "admissionDateEnd": _DATE,
        "dischargeDate": _DATE,
        "patientEventProviderName": List(Group({"entityIdentifierCode": Text()})),
        "patientEventTransportInformation": List(Group({"entityIdentifierCode": Text()})),
        "serviceLevel": List(Group({"serviceDateBegin": _DATE, "serviceDateEnd": _DATE})),
    }
)
_REQUESTER = Group(
    {
        "requesterType": Text(
            form=lambda value: value in REQUESTERS,
            form_name="a known requester type",
            fault="requester-type-unchecked",
        ),
        "organizationName": Text(60),
        "lastName": Text(60),
        "firstName": Text(60),
        "requesterIdentification": Group({"employerIdentificationNumber": _ID}),
        "npi": Text(form=is_ten_digits, form_name="ten digits"),
    },
    required=True,
)
_REQUEST: Mapping[str, Shape] = {
    "senderId": Text(15, required=True),
    "submitterTransactionIdentifier": _ID,
    "payerId": Text(80, 2, required=True, fault="key-fields-optional"),
    "payerName": Text(60),
    "umClearingHouseId": Text(15, 2, required=True, fault="key-fields-optional"),
    "requester": _REQUESTER,
    "subscriber": Group(_PERSON, required=True),
    "dependent": Group(_PERSON),
    "patientEventDetail": _EVENT,
}
_SHAPES: Mapping[Kind, Group] = {
    Kind.INQUIRY: Group(_REQUEST, fault="prior-auth-fields-unchecked"),
    Kind.SUBMISSION: Group(
        # A submission has to say what is to be reviewed; an inquiry need not.
        {**_REQUEST, "patientEventDetail": Group(_EVENT.shapes, required=True)},
        fault="prior-auth-fields-unchecked",
    ),
}


def json_complaints(kind: Kind, body: Json, faults: ActiveFaults) -> tuple[str, ...]:
    """Return what is wrong with a JSON request, in words that repeat nothing sent."""
    if not isinstance(body, Mapping):
        return ("The body must be an object.",)
    found = complaints(_SHAPES[kind], body, "", faults)
    return tuple(map(_worded, found))[:MOST_COMPLAINTS]


def x12_complaints(kind: Kind, body: Json, faults: ActiveFaults) -> tuple[str, ...]:
    """Return what is wrong with an X12 request: its body, its message, and its kind of message."""
    if "x12-body-unchecked" in faults:
        return ()
    value = members(body).get("x12")
    if not isinstance(value, str) or not is_given(value):
        return ("x12: This must be text and must not be empty.",)
    # Place and rule, and never the value: it may be about a patient.
    found = [f"x12: {error.place}: {error.rule}" for error in errors(value)[:MOST_COMPLAINTS]]
    return tuple(found) or _kind_complaints(kind, text(value))


def _kind_complaints(kind: Kind, message: str) -> tuple[str, ...]:
    interchange = parse(message).interchange
    st, bht = interchange.first("ST"), interchange.first("BHT")
    # A sound message of the other kind belongs to the other endpoint (S023).
    if st is None or st.value(3) != kind.version:
        return (f"x12: ST03 must be {kind.version} here.",)
    if bht is None or bht.value(2) != kind.request_purpose:
        return (f"x12: BHT02 must be {kind.request_purpose} in a request.",)
    return ()


def _worded(complaint: Complaint) -> str:
    return f"{complaint.field}: {complaint.description}"
