"""Requests for a review in both forms, each valid and each short."""

from collections.abc import Mapping

import httpx

from harness.jsonvalue import Json, lookup, members
from harness.x12.review import Kind
from tests.integration.mock_api import MockApi

BASE = "/rcm/prior-authorization/v1"
HEALTH = f"{BASE}/healthcheck"
PATHS = {Kind.INQUIRY: f"{BASE}/inquiry", Kind.SUBMISSION: f"{BASE}/submission"}
NO_CHANGES: Mapping[str, Json] = {}

_REQUEST: Mapping[str, Json] = {
    "senderId": "SYNTHSENDER",
    "submitterTransactionIdentifier": "REF-0001",
    "payerName": "Made-up Payer",
    "requester": {
        "requesterType": "1P",
        "organizationName": "Made-up Clinic",
        "npi": "1234567893",
        "requesterIdentification": {"employerIdentificationNumber": "123456789"},
    },
    "subscriber": {
        "lastName": "Sampleton",
        "firstName": "Sam",
        "memberId": "TST2",
        "dateOfBirth": "20000131",
        "supplementalIdentification": {"groupNumber": "00000000"},
    },
}
INQUIRY: Mapping[str, Json] = {
    **_REQUEST,
    "payerId": "INQDEMO",
    "umClearingHouseId": "INQDEMO",
    "patientEventDetail": {"facilityTypeCode": "11", "facilityCodeQualifier": "B"},
}
SUBMISSION: Mapping[str, Json] = {
    **_REQUEST,
    "payerId": "PAYER01",
    "umClearingHouseId": "278_217_01_A1",
    "patientEventDetail": {
        "requestCategoryCode": "HS",
        "certificationTypeCode": "I",
        "serviceTypeCode": "56",
        "facilityTypeCode": "41",
        "eventDateBegin": "20260201",
        "ambulanceTransport": {"transportCode": "X", "transportDistance": "27"},
        "patientEventTransportInformation": [
            {"entityIdentifierCode": "PW", "transportLocationName": "HOME", "city": "TESTVILLE"}
        ],
        "serviceLevel": [{"professionalService": {"procedureCode": "A0428"}}],
    },
}
REQUESTS = {Kind.INQUIRY: INQUIRY, Kind.SUBMISSION: SUBMISSION}


def x12(kind: Kind, *, key: str = "", member: str = "TST2", sender: str = "SYNTHSENDER") -> str:
    """Return a valid X12 request under a key."""
    inquiry = kind is Kind.INQUIRY
    receiver = key or ("INQDEMO" if inquiry else "278_217_01_A1")
    payer = receiver if inquiry else "PAYER01"
    return (
        f"ISA*00*          *00*          *ZZ*{sender:15}*ZZ*{receiver:15}"
        "*260116*1030*^*00501*000000042*0*T*:~"
        f"GS*HI*{sender}*{receiver}*20260116*1030*7*X*{kind.version}~ST*278*0001*{kind.version}~"
        f"BHT*0007*{kind.request_purpose}*REF-0001*20260116*1030~HL*1**20*1~"
        f"NM1*PR*2*MADE-UP PAYER*****PI*{payer}~HL*2*1*21*1~"
        "NM1*1P*2*MADE-UP CLINIC*****XX*1234567893~REF*EI*123456789~HL*3*2*22*1~"
        f"NM1*IL*1*SAMPLETON*SAM****MI*{member}~REF*6P*00000000~DMG*D8*20000131~HL*4*3*EV*1~"
        "UM*HS*I*1*11:B~DTP*AAH*D8*20260201~HI*ABK:C3432~CR1***X**DH*27~NM1*PW*2*HOME~"
        "N3*1 SAMPLE WAY~N4*TESTVILLE*TN*37201~HL*5*4*SS*0~SV1*HC:A0428:RX**UN*5~SE*22*0001~"
        "GE*1*7~IEA*1*000000042~"
    )


def asked(api: MockApi, kind: Kind, changes: Mapping[str, Json] = NO_CHANGES) -> httpx.Response:
    """Send the JSON request of a kind with some members changed (null: left out)."""
    body = {**REQUESTS[kind], **changes}
    sent = {name: value for name, value in body.items() if value is not None}
    return api.send("POST", PATHS[kind], json=sent)


def asked_in_x12(api: MockApi, kind: Kind, text: str = "") -> httpx.Response:
    """Send an X12 request, the valid one unless another is given."""
    return api.send("POST", f"{PATHS[kind]}/x12", json={"x12": text or x12(kind)})


def about(member_id: str) -> Mapping[str, Json]:
    """Return the change that asks about another member."""
    return {"subscriber": {**members(INQUIRY["subscriber"]), "memberId": member_id}}


def forms(answer: httpx.Response, kind: Kind) -> tuple[str, Json]:
    """Return the X12 and the JSON form of an answer."""
    found = answer.json()[kind.value]
    return str(found["x12"]), found["json"]


def value(answer: httpx.Response, pointer: str) -> object:
    """Return a value of an answer's JSON form, whichever kind it is."""
    body = answer.json()
    kind = next(kind for kind in Kind if kind.value in body)
    return lookup(body[kind.value]["json"], pointer)


def action(answer: httpx.Response) -> object:
    """Return what was decided."""
    return value(answer, "/patientEventDetail/certificationActionCode")
