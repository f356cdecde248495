"""The medical APIs as a caller sees them: submission, status and search."""

import re

import pytest

from harness.jsonvalue import Json
from harness.mock.settings import FOREIGN_CLIENT, Limits
from tests.integration.mock_api import (
    STATUS,
    UPLOADS,
    MockApi,
    json_part,
    scans,
    submission,
    trace_of,
)

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def api() -> MockApi:
    return MockApi()


def fields_of(body: Json) -> list[str]:
    assert isinstance(body, dict)
    errors = body["errors"]
    assert isinstance(errors, list)
    return [str(error["field"]) for error in errors if isinstance(error, dict)]


def to_payer(payer: str) -> dict[str, Json]:
    return submission(changes={"tradingPartnerServiceId": payer})


def test_a_receipt_joins_trace_payer_and_submitter(api: MockApi) -> None:
    answer = api.upload()

    trace_id, payer, submitter = answer.json()["attachmentId"].split("_")
    assert answer.json()["status"] == "success"
    assert UUID.fullmatch(trace_id)
    assert (payer, submitter) == ("TESTEP06", "999898")
    assert answer.headers["x-trace-id"] == trace_id


def test_the_header_chooses_among_the_submitter_ids_of_a_client(api: MockApi) -> None:
    headers = {"X-CHC-Attachment-SubmitterId": "TESTSBMTR11111"}
    parts = [("request", json_part(submission())), ("files", scans(1)[0])]

    answer = api.send("POST", UPLOADS, files=parts, headers=headers)

    assert answer.json()["attachmentId"].endswith("_TESTSBMTR11111")


def test_a_foreign_submitter_id_is_refused(api: MockApi) -> None:
    headers = {"X-CHC-Attachment-SubmitterId": "888787"}
    parts = [("request", json_part(submission())), ("files", scans(1)[0])]

    answer = api.send("POST", UPLOADS, files=parts, headers=headers)

    assert fields_of(answer.json()) == ["submitterId"]


def test_the_summary_is_an_array_with_the_uploaded_documents(api: MockApi) -> None:
    trace_id = trace_of(api.upload(submission(2), scans(2)))

    assert api.status(trace_id).json() == [
        {
            "statusCode": "06",
            "statusMessage": "ACCEPTED_BY_PAYER",
            "statusTimeStamp": "2026-01-16T12:00Z",
            "documents": [
                {"documentName": "scan-0.pdf", "controlNumber": "CONTROL-0"},
                {"documentName": "scan-1.pdf", "controlNumber": "CONTROL-1"},
            ],
        }
    ]


def test_the_detail_is_an_object_that_repeats_what_was_submitted(api: MockApi) -> None:
    trace_id = trace_of(api.upload())

    body = api.status(trace_id, "detail").json()

    assert body["status"] == api.status(trace_id).json()
    assert body["transactionDetails"] == {
        "submitterId": "999898",
        "memberId": "0000000001",
        "patientFirstName": "Sam",
        "patientLastName": "Sampleton",
        "payerId": "TESTEP06",
        "providerId": "1234567893",
        "providerFirstName": None,
        "providerLastName": "Made-up Clinic",
        "claimStartDate": "2026-01-14",
        "claimEndDate": "2026-01-15",
        "payerName": "Made-up Payer",
        "transactionSubmittedDate": "2026-01-16T12:00Z",
        "rejectionInformation": None,
    }


def test_the_patient_is_the_dependent_where_there_is_one(api: MockApi) -> None:
    dependent: Json = {"firstName": "Alex", "lastName": "Sampleton"}
    trace_id = trace_of(api.upload(submission(changes={"dependent": dependent})))

    details = api.status(trace_id, "detail").json()["transactionDetails"]

    assert details["patientFirstName"] == "Alex"


def test_a_partly_accepted_transaction_judges_each_document(api: MockApi) -> None:
    request = submission(2, {"tradingPartnerServiceId": "TESTEP10"})

    documents = api.status(trace_of(api.upload(request, scans(2)))).json()[0]["documents"]

    assert {(each["statusCode"], each["statusMessage"]) for each in documents} == {
        ("06", "ACCEPTED_BY_PAYER"),
        ("52", "REJECTED_BY_PAYER"),
    }
    assert all(each["statusTimeStamp"] == "2026-01-16T12:00Z" for each in documents)


@pytest.mark.parametrize("payer", ["12B19", "TESTEP03", "testep06"])
def test_any_other_payer_stays_at_received(api: MockApi, payer: str) -> None:
    status = api.status(trace_of(api.upload(to_payer(payer)))).json()[0]

    assert (status["statusCode"], status["statusMessage"]) == ("01", "TRANSACTION_RECEIVED")


def test_a_rejected_transaction_explains_itself(api: MockApi) -> None:
    trace_id = trace_of(api.upload(to_payer("TESTEP52")))

    details = api.status(trace_id, "detail").json()["transactionDetails"]

    assert details["rejectionInformation"]


def test_everything_wrong_is_listed_in_the_order_of_the_members(api: MockApi) -> None:
    request = submission(
        changes={
            "controlNumber": "12345678",
            "tradingPartnerName": 5,
            "subscriber": {"memberId": ""},
        }
    )

    answer = api.upload(request, [("empty.pdf", b"", "application/pdf")])

    assert answer.status_code == 400
    assert answer.json()["status"] == "errors"
    assert fields_of(answer.json()) == [
        "files",
        "controlNumber",
        "tradingPartnerName",
        "subscriber.memberId",
        "subscriber.firstName",
        "subscriber.lastName",
    ]


@pytest.mark.parametrize("name", ["address1", "city", "state", "postalCode"])
def test_a_payer_address_needs_each_of_its_members(api: MockApi, name: str) -> None:
    address = submission()["payerAddress"]
    assert isinstance(address, dict)
    request = submission(changes={"payerAddress": {**address, name: " "}})

    assert fields_of(api.upload(request).json()) == [f"payerAddress.{name}"]


def test_a_submission_without_request_is_refused(api: MockApi) -> None:
    answer = api.send("POST", UPLOADS, files=[("files", scans(1)[0])])

    assert (answer.status_code, fields_of(answer.json())) == (400, ["request"])


@pytest.mark.parametrize("fieldset", ["", "detailed", "Summary"])
def test_an_unknown_fieldset_is_refused(api: MockApi, fieldset: str) -> None:
    trace_id = trace_of(api.upload())

    assert api.status(trace_id, fieldset).status_code == 400


def test_a_malformed_trace_id_is_refused_in_the_words_of_the_status_api(api: MockApi) -> None:
    answer = api.status("not-a-uuid")

    assert answer.status_code == 400
    assert sorted(answer.json()) == ["statusCode", "statusMessage"]


def test_another_organisation_finds_no_such_transaction(api: MockApi) -> None:
    trace_id = trace_of(api.upload())

    assert api.acting_as(FOREIGN_CLIENT).status(trace_id).status_code == 404


def test_the_oldest_transaction_goes_first() -> None:
    mock = MockApi(limits=Limits(transactions=2))
    traces = [trace_of(mock.upload()) for _ in range(3)]

    assert [mock.status(trace_id).status_code for trace_id in traces] == [404, 200, 200]


def test_a_missing_token_is_told_from_a_wrong_one(api: MockApi) -> None:
    missing = api.send("GET", f"{STATUS}/healthcheck", token="")
    wrong = api.send("GET", f"{STATUS}/healthcheck", token="x.y.z")

    assert (missing.status_code, missing.json()["error"]) == (401, "invalid_request")
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_access_token")
    assert wrong.headers["www-authenticate"] == 'Bearer realm="apip", error="invalid_token"'
