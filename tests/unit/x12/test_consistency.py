import json
from pathlib import Path

import pytest

from harness.jsonvalue import Json, lookup, members
from harness.x12.consistency import Difference, compare, paired
from harness.x12.pairs import LIST_PAIRS, PAIRS
from harness.x12.review import Kind
from tests.unit.x12.messages import INQUIRY, inquiry_with

SEED = Path(__file__).parents[4] / "shared" / "seeds" / "003_acf2e6e6b6e7ffb7.txt"
"""The published sandbox page with two whole answers; it is not part of the project."""

ANSWER = (
    INQUIRY.replace("SYNTHSENDER    *ZZ*INQDEMO        ", "INQDEMO        *ZZ*SYNTHSENDER    ")
    .replace("HI*SYNTHSENDER*INQDEMO", "HI*INQDEMO*SYNTHSENDER")
    .replace("0007*28*1402*20240115*102137", "0007*49*1402*20240115*102137*RD")
    .replace("HI*ABK:C3432", "HCR*A1*A0629~NM1*DK*2*SAMPLE CLINIC*****XX*1234567893")
    .replace("SE*14", "SE*15")
)
FORM: dict[str, Json] = {
    "submitterTransactionIdentifier": "1402",
    "payerId": "INQDEMO",
    "payerName": "INQDEMO",
    "umClearingHouseId": "SYNTHSENDER",
    "umRequestValidation": None,
    "requester": {
        "requesterType": "1P",
        "organizationName": "SAMPLE CLINIC",
        "npi": "1234567893",
        "requesterIdentification": {"employerIdentificationNumber": "123456789"},
    },
    "subscriber": {
        "lastName": "DOE",
        "firstName": "JO",
        "memberId": "TST2",
        "dateOfBirth": "20000101",
    },
    "patientEventDetail": {
        "requestCategoryCode": "HS",
        "certificationTypeCode": "I",
        "serviceTypeCode": "1",
        "facilityTypeCode": "11",
        "facilityCodeQualifier": "B",
        "certificationActionCode": "A1",
        "reviewIdentificationNumber": "A0629",
        "patientEventProviderName": [
            {
                "entityIdentifierCode": "DK",
                "organizationName": "SAMPLE CLINIC",
                "identificationCodeQualifier": "XX",
                "identifier": "1234567893",
            }
        ],
    },
}


def form_with(member: str, **values: Json) -> dict[str, Json]:
    return {**FORM, member: {**members(FORM[member]), **values}}


def test_two_forms_of_one_answer_agree() -> None:
    assert compare(ANSWER, FORM, Kind.INQUIRY) == ()


def test_a_changed_decision_is_a_difference() -> None:
    form = form_with("patientEventDetail", certificationActionCode="A3")

    assert compare(ANSWER, form, Kind.INQUIRY) == (
        Difference("certificationActionCode", "A3", "A1", ("S035",)),
    )


@pytest.mark.parametrize("value", [None, 1, ["DOE"], {}])
def test_a_member_of_another_type_is_a_difference(value: Json) -> None:
    found = compare(ANSWER, form_with("subscriber", lastName=value), Kind.INQUIRY)

    assert [each.name for each in found] == ["lastName"]


def test_a_member_without_an_element_is_a_difference() -> None:
    found = compare(ANSWER, {**FORM, "contactUrl": "none"}, Kind.INQUIRY)

    assert found == (Difference("contactUrl", "none", "", ("S043",)),)


def test_a_provider_too_many_is_a_difference() -> None:
    found = compare(
        ANSWER, form_with("patientEventDetail", patientEventProviderName=[]), Kind.INQUIRY
    )

    assert found == (Difference("number of patientEventProviderName", "0", "1", ("S039",)),)


def test_another_provider_is_a_difference() -> None:
    text = ANSWER.replace("DK*2*SAMPLE CLINIC*****XX*1234567893", "71*2*SAMPLE CLINIC")
    found = compare(text, FORM, Kind.INQUIRY)

    assert [each.name for each in found] == [
        "patientEventProviderName[0].entityIdentifierCode",
        "patientEventProviderName[0].identificationCodeQualifier",
        "patientEventProviderName[0].identifier",
    ]


def test_a_segment_said_twice_is_a_difference() -> None:
    text = ANSWER.replace("UM*HS*I*1*11:B~", "UM*HS*I*1*11:B~UM*HS*I*1*11:B~")

    assert compare(text, FORM, Kind.INQUIRY) == (Difference("number of UM", "1", "2", ("S044",)),)


def test_an_address_said_twice_is_a_difference() -> None:
    place = "NM1*PW*2*HOME~N3*1 WAY~N4*TESTVILLE*TN*37201~"
    stop = {
        "entityIdentifierCode": "PW",
        "transportLocationName": "HOME",
        "address1": "1 WAY",
        "city": "TESTVILLE",
        "state": "TN",
        "postalCode": "37201",
    }
    form = form_with("patientEventDetail", patientEventTransportInformation=[stop])
    once = ANSWER.replace("NM1*DK", f"{place}NM1*DK")
    twice = ANSWER.replace("NM1*DK", f"{place}N4*OTHERVILLE*TN*37201~NM1*DK")

    assert compare(once, form, Kind.INQUIRY) == ()
    assert [(each.name, each.actual) for each in compare(twice, form, Kind.INQUIRY)] == [
        ("patientEventTransportInformation[0]: number of N4", "2")
    ]


def test_a_dependent_is_the_same_in_both_forms() -> None:
    level = "HL*4*3*23*1~NM1*QC*1*DOE*JUNE~DMG*D8*20100101*F~HL*5*4*EV"
    text = ANSWER.replace("HL*4*3*EV", level)
    june: Json = {
        "lastName": "DOE",
        "firstName": "JUNE",
        "dateOfBirth": "20100101",
        "genderCode": "F",
    }

    assert compare(text, {**FORM, "dependent": june}, Kind.INQUIRY) == ()
    assert [each.name for each in compare(text, FORM, Kind.INQUIRY)] == [
        "lastName",
        "firstName",
        "dateOfBirth",
        "genderCode",
    ]


def test_the_receiver_of_an_inquirys_answer_is_its_clearing_house() -> None:
    text = ANSWER.replace("ZZ*SYNTHSENDER    ", "ZZ*SOMEBODYELSE  ")

    assert compare(text, FORM, Kind.INQUIRY) == (
        Difference("ISA08", "SYNTHSENDER", "SOMEBODYELSE", ("S032",)),
    )


def test_an_answer_of_the_other_kind_is_a_difference() -> None:
    found = compare(ANSWER, FORM, Kind.SUBMISSION)

    assert found == (Difference("ST03", "005010X217", "005010X215", ("S023",)),)


@pytest.mark.parametrize("text", ["", "none", ANSWER[:106]])
def test_an_unreadable_answer_is_one_difference(text: str) -> None:
    assert [each.name for each in compare(text, FORM, Kind.INQUIRY)] == ["x12"]


def test_an_empty_form_differs_everywhere() -> None:
    assert len(compare(ANSWER, {}, Kind.INQUIRY)) > 15


def test_an_answer_is_paired_with_its_request() -> None:
    assert paired(INQUIRY, ANSWER) == ()


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        pytest.param("*000000042*0", "*000000043*0", ["ISA13"], id="interchange-number"),
        pytest.param("102137*7*X", "102137*8*X", ["GS06"], id="group-number"),
        pytest.param("*1402*", "*1403*", ["BHT03"], id="transaction-id"),
        pytest.param("*49*", "*28*", ["BHT02"], id="purpose"),
        pytest.param("*RD~", "*18~", ["BHT06"], id="type"),
        pytest.param("0001*005010X215", "0001*005010X217", ["ST03"], id="version"),
        pytest.param("HI*INQDEMO*SYNTHSENDER", "HI*A*B", ["GS02", "GS03"], id="group-parties"),
    ],
)
def test_an_answer_to_something_else_is_told(old: str, new: str, names: list[str]) -> None:
    assert [each.name for each in paired(INQUIRY, ANSWER.replace(old, new, 1))] == names


def test_parties_that_are_not_swapped_are_told() -> None:
    found = paired(INQUIRY, inquiry_with("0007*28*1402*20240115*102137", "0007*49*1402***RD"))

    assert [(each.name, each.requirements) for each in found] == [
        ("ISA06", ("S032",)),
        ("ISA08", ("S032",)),
        ("GS02", ("S032",)),
        ("GS03", ("S032",)),
    ]


def test_a_message_of_another_version_has_no_purpose_to_answer() -> None:
    notices = [text.replace("005010X215", "005010X216") for text in (INQUIRY, ANSWER)]

    assert paired(notices[0], notices[1].replace("*49*", "*11*")) == ()


@pytest.mark.parametrize(("request_x12", "response_x12"), [("", ANSWER), (INQUIRY, "none")])
def test_an_unreadable_half_is_one_difference(request_x12: str, response_x12: str) -> None:
    assert [each.name for each in paired(request_x12, response_x12)] == ["x12"]


def test_every_pair_is_listed_once() -> None:
    names = [each.pointer for each in (*PAIRS, *LIST_PAIRS)]

    assert len(names) == len(set(names))


@pytest.mark.skipif(not SEED.exists(), reason="the published page is not on this machine")
def test_the_published_answers_agree_with_themselves() -> None:
    request, inquiry, submission = published_values()

    assert compare(*forms(inquiry, "inquiry"), Kind.INQUIRY) == ()
    assert compare(*forms(submission, "submission"), Kind.SUBMISSION) == ()
    assert paired(str(lookup(request, "/x12")), forms(inquiry, "inquiry")[0]) == ()


def forms(answer: Json, name: str) -> tuple[str, Json]:
    found = members(members(answer)[name])
    return str(found["x12"]), found["json"]


def published_values() -> list[Json]:
    """Return the X12 inquiry request and the two answers of the page."""
    page, at, found = SEED.read_text(), 0, list[Json]()
    while (at := page.find("{\n", at)) >= 0:
        value, at = json.JSONDecoder().raw_decode(page, at)
        found.append(value)
    return [each for each in found if "senderId" not in members(each)]
