"""What the dental API refuses, and in which words."""

import pytest

from harness.jsonvalue import Json
from harness.mock.settings import (
    Limits,
)
from tests.integration.mock_api import (
    CLAIM,
    DOCUMENTS,
    IMAGES,
    PNG_FILE,
    SEARCH,
    TEXT_FILE,
    MockApi,
    json_part,
    key_of,
    metadata_of,
)

MEMBER_FIELDS = ("memberId", "patientLastName", "patientFirstName", "patientDateOfBirth")


@pytest.fixture(scope="module")
def api() -> MockApi:
    return MockApi()


def keys_of(answer_body: Json) -> list[str]:
    assert isinstance(answer_body, dict)
    properties = answer_body["properties"]
    assert isinstance(properties, dict)
    errors = properties["errors"]
    assert isinstance(errors, list)
    return [str(error["field"]) for error in errors if isinstance(error, dict)]


def test_several_broken_fields_are_reported_at_once_in_field_order(api: MockApi) -> None:
    answer = api.create(
        TEXT_FILE,
        changes={
            "billingProviderTaxId": "1",
            "providerNPI": "1234567890",
            "claimId": "",
            "dateOfService": None,
        },
    )

    assert keys_of(answer.json()) == [
        "Required.req.claimId",
        "Checksum.req.providerNpi",
        "Required.req.dateOfService",
        "Pattern.req.billingProviderTaxId",
    ]


def test_a_problem_has_the_members_of_rfc_9457(api: MockApi) -> None:
    answer = api.create(TEXT_FILE, changes={"providerNPI": "1234567890"})

    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (body["type"], body["title"], body["status"]) == ("about:blank", "Bad Request", 400)
    assert body["instance"].startswith("urn:uuid:")
    assert body["properties"]["errors"] == [
        {
            "code": "DENTATT_009",
            "field": "Checksum.req.providerNpi",
            "message": "The provider's NPI has a wrong check digit.",
        }
    ]


def test_the_length_of_an_npi_is_judged_before_its_check_digit(api: MockApi) -> None:
    answer = api.create(TEXT_FILE, changes={"providerNPI": "12345678901"})

    assert key_of(answer) == (400, "Pattern.req.providerNpi")


@pytest.mark.parametrize("missing", MEMBER_FIELDS)
def test_one_missing_member_field_makes_the_member_data_partial(api: MockApi, missing: str) -> None:
    answer = api.create(TEXT_FILE, changes={missing: None})

    assert keys_of(answer.json()) == ["Attachments.req.memberMetadata.missing"]


def test_no_member_field_at_all_is_refused_in_the_same_words(api: MockApi) -> None:
    answer = api.create(TEXT_FILE, changes=dict.fromkeys(MEMBER_FIELDS))

    assert keys_of(answer.json()) == ["Attachments.req.memberMetadata.missing"]


def test_flat_form_fields_are_taken_where_there_is_no_request_part(api: MockApi) -> None:
    fields = [(name, (None, str(value))) for name, value in CLAIM.items()]

    answer = api.send("POST", DOCUMENTS, files=[*fields, ("files", TEXT_FILE)])

    assert answer.status_code == 201


def test_an_empty_claim_misses_every_required_field(api: MockApi) -> None:
    answer = api.send("POST", DOCUMENTS, files=[("files", TEXT_FILE)])

    assert keys_of(answer.json()) == [
        "Required.req.claimId",
        "Required.req.payerId",
        "Attachments.req.memberMetadata.missing",
        "Required.req.providerNpi",
        "Required.req.submitterId",
        "Required.req.dateOfService",
        "Required.req.billingProviderTaxId",
    ]


def test_a_request_part_of_another_media_type_is_refused(api: MockApi) -> None:
    part = (None, json_part(CLAIM)[1], "text/xml")

    answer = api.send("POST", DOCUMENTS, files=[("request", part), ("files", TEXT_FILE)])

    assert answer.status_code == 415


def test_two_request_parts_are_refused(api: MockApi) -> None:
    parts = [("request", json_part(CLAIM))] * 2

    assert api.send("POST", DOCUMENTS, files=[*parts, ("files", TEXT_FILE)]).status_code == 400


def test_a_files_part_without_file_name_is_no_file(api: MockApi) -> None:
    parts = [("request", json_part(CLAIM)), ("files", (None, b"text", "text/plain"))]

    assert key_of(api.send("POST", DOCUMENTS, files=parts)) == (400, "Required.req.files")


@pytest.mark.parametrize("path", [DOCUMENTS, IMAGES, SEARCH])
def test_another_media_type_is_refused(api: MockApi, path: str) -> None:
    assert api.send("POST", path, data={"claimId": "C"}).status_code == 415


def test_image_intelligence_gives_a_transaction_id(api: MockApi) -> None:
    answer = api.images(PNG_FILE, TEXT_FILE)

    assert answer.status_code == 201
    assert len(answer.json()["imageIntelligenceTransactionId"]) == 24


def test_metadata_may_come_in_another_order_than_the_files(api: MockApi) -> None:
    answer = api.images(PNG_FILE, TEXT_FILE, metadata=metadata_of([TEXT_FILE, PNG_FILE]))

    assert answer.status_code == 201


def test_the_spaced_tooth_list_of_the_reference_is_taken(api: MockApi) -> None:
    changes: dict[str, Json] = {"toothNumbers": "14, 16", "procedureCodes": "D0101"}

    assert api.images(PNG_FILE, metadata=metadata_of([PNG_FILE], changes)).status_code == 201


def test_image_intelligence_without_metadata_is_refused(api: MockApi) -> None:
    answer = api.create(PNG_FILE, path=IMAGES)

    assert key_of(answer) == (400, "Required.req.fileMetadata")


def test_a_wrong_method_names_the_right_one(api: MockApi) -> None:
    answer = api.send("PATCH", DOCUMENTS)

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("name", sorted(CLAIM))
def test_no_refusal_repeats_what_was_sent(api: MockApi, name: str) -> None:
    canary = "canary-7319-\u00e9" * 8

    answer = api.create(("canary-7319.exe", b"\0", "x/canary-7319"), changes={name: canary})

    assert answer.status_code == 400
    assert "canary-7319" not in answer.text


def test_a_body_over_the_limit_is_refused_while_it_comes() -> None:
    small = MockApi(limits=Limits(upload_body_bytes=2000))

    answer = small.create(("a.txt", b"a" * 3000, "text/plain"))

    assert key_of(answer) == (413, "Size.req.body")


def test_a_file_over_the_limit_is_refused() -> None:
    small = MockApi(limits=Limits(file_bytes=2000))

    assert small.create(("a.txt", b"a" * 2001, "text/plain")).status_code == 413


def test_dicom_as_json_is_text_under_its_own_name(api: MockApi) -> None:
    answer = api.create(("a.json", b'{"00100010": {}}', "application/dicom+json"))

    assert answer.status_code == 201
