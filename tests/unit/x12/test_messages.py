from datetime import UTC, datetime

from harness.x12.build import Envelope, build
from harness.x12.check import check
from harness.x12.messages import request, response
from harness.x12.review import (
    Ambulance,
    Decision,
    Dependent,
    Event,
    Kind,
    Member,
    Payer,
    Place,
    Provider,
    Rejected,
    Rejection,
    Requester,
    Review,
    Service,
    kind_of,
)

WRITTEN = datetime(2024, 1, 15, 10, 21, 37, tzinfo=UTC)
ASKED = Envelope(Kind.INQUIRY, "SYNTHSENDER", "INQDEMO", WRITTEN, 42, "7")
ANSWERED = Envelope(Kind.INQUIRY, "INQDEMO", "SYNTHSENDER", WRITTEN, 42, "7")
REVIEW = Review(
    transaction_id="1402",
    payer=Payer("INQDEMO", "INQDEMO"),
    requester=Requester(
        "SAMPLE CLINIC", npi="1234567893", employer_number="123456789", telephone="5555550100"
    ),
    member=Member("DOE", "TST2", "JO", "20000101", group_number="00000000"),
    event=Event(
        facility_type="11",
        event_date="20240110",
        diagnoses=(("ABK", "C3432"),),
        providers=(Provider("DN", "SAMPLE CLINIC", "1234567893"),),
    ),
)
SUBMISSION = Review(
    transaction_id="165",
    payer=Payer("SYNTH", "SYNTH PAYER", "X3"),
    requester=Requester("TESTPERSON", "PAT", is_person=True),
    member=Member("DOE", "SYN1", gender="F", birth_date="20000101", account_number="ACCT1"),
    dependent=Dependent("DOE", "JUNE", "20150101", "F"),
    event=Event(
        service_type="56",
        ambulance=Ambulance("X", distance="27"),
        places=(Place("PW", "HOME", "1 TEST WAY", "TESTVILLE", "TN", "37201"),),
        services=(Service("A0428", "RX", "5"), Service("A0428")),
    ),
)


def body(text: str) -> list[str]:
    """Return the segments between BHT and SE."""
    parts = text.split("~")
    return parts[4 : [part[:3] for part in parts].index("SE*")]


def test_an_inquiry_asks_level_by_level() -> None:
    text = build(request(ASKED, REVIEW))

    assert body(text) == [
        "HL*1**20*1",
        "NM1*PR*2*INQDEMO*****PI*INQDEMO",
        "HL*2*1*21*1",
        "NM1*1P*2*SAMPLE CLINIC*****XX*1234567893",
        "REF*EI*123456789",
        "PER*IC**TE*5555550100",
        "HL*3*2*22*1",
        "NM1*IL*1*DOE*JO****MI*TST2",
        "REF*6P*00000000",
        "DMG*D8*20000101",
        "HL*4*3*EV*0",
        "UM*HS*I**11:B",
        "DTP*AAH*D8*20240110",
        "HI*ABK:C3432",
        "NM1*DN*2*SAMPLE CLINIC*****XX*1234567893",
    ]
    assert "~BHT*0007*28*1402*20240115*102137~" in text
    assert check(text) == ()


def test_an_answer_carries_the_decision() -> None:
    decision = Decision("A1", "A0629", "A0629", "20240102", "20240131", "20240101")
    text = build(response(ANSWERED, REVIEW, decision))

    assert body(text)[11:18] == [
        "UM*HS*I**11:B",
        "HCR*A1*A0629",
        "REF*BB*A0629",
        "DTP*102*D8*20240102",
        "DTP*036*D8*20240131",
        "DTP*007*D8*20240101",
        "DTP*AAH*D8*20240110",
    ]
    assert "~BHT*0007*49*1402*20240115*102137*RD~" in text
    assert check(text) == ()


def test_a_rejection_stands_at_its_level() -> None:
    texts = {at: body(build(response(ANSWERED, REVIEW, Rejection("73", at)))) for at in Rejected}

    assert texts[Rejected.REQUEST][:2] == ["HL*1**20*1", "AAA*N**73*C"]
    assert texts[Rejected.PAYER][1:3] == ["NM1*PR*2*INQDEMO*****PI*INQDEMO", "AAA*N**73*C"]
    assert texts[Rejected.SUBSCRIBER][8:10] == ["REF*6P*00000000", "AAA*N**73*C"]


def test_a_submission_has_dependent_transport_and_service_lines() -> None:
    envelope = Envelope(Kind.SUBMISSION, "SYNTHSENDER", "278_217_01_A1", WRITTEN)
    text = build(request(envelope, SUBMISSION))

    assert body(text)[2:] == [
        "HL*2*1*21*1",
        "NM1*1P*1*TESTPERSON*PAT",
        "HL*3*2*22*1",
        "NM1*IL*1*DOE*****MI*SYN1",
        "REF*EJ*ACCT1",
        "DMG*D8*20000101*F",
        "HL*4*3*23*1",
        "NM1*QC*1*DOE*JUNE",
        "DMG*D8*20150101*F",
        "HL*5*4*EV*1",
        "UM*HS*I*56",
        "CR1***X**DH*27",
        "NM1*PW*2*HOME",
        "N3*1 TEST WAY",
        "N4*TESTVILLE*TN*37201",
        "HL*6*5*SS*0",
        "SV1*HC:A0428:RX**UN*5",
        "HL*7*5*SS*0",
        "SV1*HC:A0428",
    ]
    assert check(text) == ()


def test_an_answer_names_where_to_read_on() -> None:
    review = Review("1", Payer("P", "P", contact_url="none"), REVIEW.requester, REVIEW.member)

    assert body(build(response(ANSWERED, review, Decision("A3"))))[2] == "PER*IC**UR*none"


def test_a_version_belongs_to_one_kind_of_message() -> None:
    assert kind_of("005010X215") is Kind.INQUIRY
    assert kind_of("005010X217") is Kind.SUBMISSION
    assert kind_of("005010X216") is None
