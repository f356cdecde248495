"""The mock's retrieval API: what was submitted is found by its data and fetched as it was."""

from collections.abc import Mapping

import httpx
import pytest

from harness.jsonvalue import Json
from harness.mock.settings import FOREIGN_CLIENT, Limits
from tests.integration.mock_api import NO_CHANGES, MockApi, scans, submission, trace_of

BASE = "/medicalnetwork/attachments/retrieval/v1"
UNKNOWN = "00000000-0000-4000-8000-000000000000"
FILES = [
    ("scan-0.pdf", b"%PDF-1.4\nfirst\r\n\x00\xff", "application/pdf"),
    ("scan-1.pdf", b"%PDF-1.4\nsecond", "application/pdf"),
]
DAY: Mapping[str, Json] = {"startUploadDate": "2026-01-16", "endUploadDate": "2026-01-16"}


def search(
    api: MockApi, changes: Mapping[str, Json] = NO_CHANGES, mode: str = "true"
) -> httpx.Response:
    criteria = {key: value for key, value in {**DAY, **changes}.items() if value is not None}
    return api.send("POST", f"{BASE}/search", params={"testMode": mode}, json=criteria)


def fetch(api: MockApi, document_id: str) -> httpx.Response:
    return api.send("GET", f"{BASE}/{document_id}")


@pytest.fixture
def api() -> MockApi:
    """Return a mock to which two documents were submitted."""
    api = MockApi()
    trace_of(api.upload(submission(2), FILES))
    return api


def error(answer: httpx.Response) -> tuple[int, str, str]:
    body = answer.json()
    assert answer.headers["content-type"] == "application/json"
    return answer.status_code, body["code"], body["typeInfo"]["value"]


def test_its_health_is_told_to_who_carries_a_token(api: MockApi) -> None:
    assert api.send("GET", f"{BASE}/healthcheck").json() == {"status": "OK"}

    refused = api.send("GET", f"{BASE}/healthcheck", token="")

    assert refused.status_code == 401
    assert refused.json()["error"] == "invalid_request"


def test_each_document_is_listed_with_its_data_and_fetched_byte_for_byte(api: MockApi) -> None:
    hits = search(api).json()

    assert [hit["attachmentControlNumber"] for hit in hits] == ["CONTROL-0", "CONTROL-1"]
    assert {key: value for key, value in hits[0].items() if key != "documentId"} == {
        "attachmentControlNumber": "CONTROL-0",
        "memberId": "0000000001",
        "patientFirstName": "Sam",
        "patientLastName": "Sampleton",
        "providerId": "1234567893",
        "providerFirstName": None,
        "organizationName": "Made-up Clinic",
        "beginClaimServiceDate": "2026-01-14",
        "endClaimServiceDate": "2026-01-15",
        "patientControlNumber": "PATIENT-0001",
        "attachmentUploadDate": "2026-01-16T12:00:30.000Z",
    }
    for hit, file in zip(hits, FILES, strict=True):
        answer = fetch(api, hit["documentId"])
        assert answer.content == file[1]
        assert answer.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        pytest.param({"memberId": "0000000001"}, 2, id="fitting"),
        pytest.param({"patientLastName": "SAMPLETON"}, 2, id="other case"),
        pytest.param({"memberId": "0000000002"}, 0, id="not fitting"),
        pytest.param({"attachmentControlNumber": "CONTROL-1"}, 1, id="one of two"),
        pytest.param({"endClaimServiceDate": "2026-01-15", "providerId": "1"}, 0, id="one wrong"),
        pytest.param({"size": 1}, 1, id="size"),
        pytest.param({"startUploadDate": "2026-01-16T12:00:31.000Z"}, 0, id="a second later"),
        pytest.param({"endUploadDate": "2026-01-16T12:00:30.000Z"}, 2, id="to the very moment"),
        pytest.param({"endUploadDate": "2026-01-16T12:00:29.999Z"}, 0, id="just before"),
    ],
)
def test_criteria_narrow_a_search(api: MockApi, changes: Mapping[str, Json], count: int) -> None:
    assert len(search(api, changes).json()) == count


def test_documents_for_test_payers_are_found_in_test_mode_only(api: MockApi) -> None:
    api.upload(submission(changes={"tradingPartnerServiceId": "LIVE1"}))

    listed = {mode: len(search(api, mode=mode).json()) for mode in ("true", "false")}

    assert listed == {"true": 2, "false": 1}
    assert len(api.send("POST", f"{BASE}/search", json=dict(DAY)).json()) == 1


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"startUploadDate": None}, id="no first date"),
        pytest.param({"endUploadDate": None}, id="no last date"),
        pytest.param({"startUploadDate": "20260116"}, id="no date"),
        pytest.param({"endUploadDate": "2026-01-16T12:00Z"}, id="time without seconds"),
        pytest.param({"endUploadDate": "2026-01-15"}, id="inverted"),
        pytest.param({"memberId": 1}, id="number for text"),
        pytest.param({"beginClaimServiceDate": "soon"}, id="no service date"),
        pytest.param({"size": 0}, id="size of nothing"),
        pytest.param({"size": True}, id="size of truth"),
        pytest.param({"size": 1.5}, id="half a document"),
    ],
)
def test_malformed_criteria_are_refused(api: MockApi, changes: Mapping[str, Json]) -> None:
    assert error(search(api, changes)) == (400, "400", "ClientErrors.BAD_REQUEST")


def test_a_mode_is_true_or_false(api: MockApi) -> None:
    assert error(search(api, mode="maybe"))[0] == 400


def test_a_body_that_is_no_json_object_is_refused(api: MockApi) -> None:
    for body in (b"", b"{", b"[]"):
        sent = {"Content-Type": "application/json"}
        answer = api.send("POST", f"{BASE}/search", headers=sent, content=body)
        assert error(answer)[0] == 400


def test_another_organisation_neither_finds_nor_fetches(api: MockApi) -> None:
    document_id = search(api).json()[0]["documentId"]
    stranger = api.acting_as(FOREIGN_CLIENT)

    assert search(stranger).json() == []
    assert error(fetch(stranger, document_id)) == (404, "404", "ClientErrors.NOT_FOUND")
    assert fetch(api, document_id.upper()).status_code == 200


@pytest.mark.parametrize("document_id", [UNKNOWN, "nothing", "a%20b"])
def test_an_unknown_id_is_not_found(api: MockApi, document_id: str) -> None:
    assert error(fetch(api, document_id))[0] == 404


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "search", "POST"),
        ("DELETE", UNKNOWN, "GET, HEAD"),
        ("POST", "healthcheck", "GET, HEAD"),
    ],
)
def test_other_methods_are_refused(api: MockApi, method: str, path: str, allowed: str) -> None:
    answer = api.send(method, f"{BASE}/{path}")

    assert answer.status_code == 405
    assert ", ".join(sorted(answer.headers["allow"].split(", "))) == allowed


def test_what_was_refused_is_not_kept() -> None:
    api = MockApi()
    api.upload(submission(changes={"controlNumber": "1"}))

    assert search(api).json() == []


def test_beyond_the_bound_the_oldest_bytes_go() -> None:
    size = len(scans(1)[0][1])
    api = MockApi(limits=Limits(document_bytes=2 * size))
    for _ in range(3):
        api.upload()

    assert len(search(api).json()) == 2
