"""The dental API as a caller sees it: what it stores, gives back, and to whom."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from multipart import MultipartParser, parse_options_header

from harness.jsonvalue import Json
from harness.mock.settings import (
    FOREIGN_CLIENT,
    PAYER_CLIENT,
    PROVIDER_CLIENT,
)
from harness.products.platform.mock.part import MEDICAL_ONLY_CLIENT
from tests.integration.mock_api import (
    DENTAL_HEALTH,
    DOCUMENTS,
    IMAGES,
    PNG_FILE,
    SEARCH,
    TEXT_FILE,
    MockApi,
    key_of,
)

MEMBER_FIELDS = ("memberId", "patientLastName", "patientFirstName", "patientDateOfBirth")


@pytest.fixture(scope="module")
def api() -> MockApi:
    return MockApi()


def parts_of(content: bytes, content_type: str) -> list[tuple[str, str, str, bytes]]:
    """Return name, file name, media type and content of each part of a search's answer."""
    boundary = parse_options_header(content_type)[1]["boundary"]
    return [
        (part.name, part.filename, part.content_type, part.raw)
        for part in MultipartParser(BytesIO(content), boundary)
    ]


def test_a_receipt_names_every_file_and_the_container(api: MockApi) -> None:
    answer = api.create(TEXT_FILE, PNG_FILE)

    body = answer.json()
    assert answer.status_code == 201
    assert sorted(body) == [
        "attachmentControlNumber",
        "attachmentIds",
        "claimId",
        "createdAt",
        "status",
    ]
    assert len(set(body["attachmentIds"])) == 2


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    content=st.binary(min_size=1, max_size=300).map(lambda tail: b"%PDF-1.4 " + tail),
    name=st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters='"\\%'))
    .filter(str.strip)
    .map(lambda text: text[:100]),
)
def test_what_was_sent_comes_back_byte_for_byte(content: bytes, name: str) -> None:
    mock = MockApi()
    created = mock.create((name, content, "application/pdf")).json()

    answer = mock.search(created["attachmentControlNumber"])

    found = parts_of(answer.content, answer.headers["content-type"])
    assert found == [("file", name, "application/pdf", content)]


def test_attachment_ids_find_the_files_they_name(api: MockApi) -> None:
    created = api.create(TEXT_FILE, PNG_FILE, ("b.txt", b"other", "text/plain")).json()
    first, _, last = created["attachmentIds"]

    answer = api.search(last, first.removeprefix("CHC#"), first)

    found = parts_of(answer.content, answer.headers["content-type"])
    assert [name for _, name, _, _ in found] == ["note.txt", "b.txt"]


def test_control_numbers_are_found_in_either_case(api: MockApi) -> None:
    number = api.create(TEXT_FILE).json()["attachmentControlNumber"]

    assert api.search(number.removeprefix("CHC#").upper()).status_code == 200


def test_another_prefix_is_another_namespace(api: MockApi) -> None:
    attachment_id = api.create(TEXT_FILE).json()["attachmentIds"][0]

    answer = api.search(attachment_id.replace("CHC", "ABC"))

    assert key_of(answer) == (404, "DataService.attachments.find.notFound")


@pytest.mark.parametrize(
    "malformed", ["chc#123456789055", "CHC#12345678905", "CHC123456789055", "ABCDEF123456", "", " "]
)
def test_a_malformed_id_is_named_so(api: MockApi, malformed: str) -> None:
    assert key_of(api.search(malformed)) == (400, "Pattern.req.attachmentId")


@pytest.mark.parametrize("ids", [[1], [None], [["CHC#123456789055"]], [{}]])
def test_an_id_that_is_no_text_is_malformed(api: MockApi, ids: Json) -> None:
    answer = api.send("POST", SEARCH, json={"attachmentIds": ids})

    assert key_of(answer) == (400, "Pattern.req.attachmentId")


@pytest.mark.parametrize("body", [{}, {"attachmentIds": None}, {"attachmentIds": "x"}, [], "x", 1])
def test_a_missing_list_is_named_so(api: MockApi, body: Json) -> None:
    assert key_of(api.send("POST", SEARCH, json=body)) == (400, "NotNull.req.attachmentIds")


def test_another_organisation_may_not_read(api: MockApi) -> None:
    attachment_id = api.create(TEXT_FILE).json()["attachmentIds"][0]

    answer = api.acting_as(FOREIGN_CLIENT).search(attachment_id)

    assert key_of(answer) == (403, "UserAccess.permission.denied")


def test_a_payer_of_the_same_organisation_reads_what_its_provider_sent(api: MockApi) -> None:
    created = api.acting_as(PROVIDER_CLIENT).create(TEXT_FILE).json()

    answer = api.acting_as(PAYER_CLIENT).search(*created["attachmentIds"])

    assert answer.status_code == 200


def test_a_provider_may_not_search(api: MockApi) -> None:
    answer = api.acting_as(PROVIDER_CLIENT).search("CHC#123456789055")

    assert key_of(answer) == (403, "UserAccess.policy.missingrequired")


def test_a_client_without_the_dental_product_finds_no_policy(api: MockApi) -> None:
    answer = api.acting_as(MEDICAL_ONLY_CLIENT).search("CHC#123456789055")

    assert key_of(answer) == (403, "UserAccess.policy.notfound")


@pytest.mark.parametrize("path", [DENTAL_HEALTH, DOCUMENTS, SEARCH, IMAGES])
def test_a_call_without_token_gets_the_published_code(api: MockApi, path: str) -> None:
    answer = api.send("GET" if path == DENTAL_HEALTH else "POST", path, token="")

    assert key_of(answer) == (401, "Missing.req.header.authorization")
    assert answer.headers["www-authenticate"] == 'Bearer realm="apip"'


def test_the_token_is_asked_for_before_the_body_is_read(api: MockApi) -> None:
    assert api.send("POST", DOCUMENTS, token="", content=b"nonsense").status_code == 401
