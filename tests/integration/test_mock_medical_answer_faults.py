"""Each fault in what the medical APIs answer is seen; without it all is well."""

from collections.abc import Callable, Mapping

import httpx
import pytest

from harness.jsonvalue import Json
from harness.products.medical.mock.faults import ANSWER_FAULTS
from tests.integration.fault_cases import Case, Probe, polled
from tests.integration.mock_api import (
    STATUS,
    SUBMISSION_HEALTH,
    MockApi,
    submission,
    trace_of,
)

UNKNOWN_TRACE = "00000000-0000-4000-8000-000000000000"
DETAILS: Mapping[str, Json] = {
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


def receipt(see: Callable[[httpx.Response], object]) -> Probe:
    return lambda api: see(api.upload())


def refused(see: Callable[[httpx.Response], object]) -> Probe:
    return lambda api: see(api.upload(submission(changes={"controlNumber": "1"})))


def own_hits(api: MockApi) -> object:
    """See whether each hit of a search is the one transaction there is."""
    fresh = MockApi(*api.faults)
    trace_id = trace_of(fresh.upload())
    return [hit.get("traceId") == trace_id for hit in fresh.hits().json()]


def health(path: str) -> Probe:
    return lambda api: (api.send("GET", path).status_code, api.send("GET", path).json())


CASES: dict[str, Case] = {
    "uploads-with-202": Case(receipt(lambda answer: answer.status_code), 200),
    "upload-status-wrong": Case(receipt(lambda answer: answer.json()["status"]), "success"),
    "trace-id-missing": Case(receipt(lambda answer: "attachmentId" in answer.json()), True),
    "trace-header-missing": Case(receipt(lambda answer: "x-trace-id" in answer.headers), True),
    "attachment-id-malformed": Case(
        receipt(lambda answer: answer.json()["attachmentId"].split("_")[1:]),
        ["TESTEP06", "999898"],
    ),
    "upload-as-text": Case(
        receipt(lambda answer: answer.headers["content-type"]), "application/json"
    ),
    "submission-errors-with-200": Case(refused(lambda answer: answer.status_code), 400),
    "submission-errors-unnamed": Case(refused(lambda answer: "errors" in answer.json()), True),
    "code-missing": Case(polled("/0/statusCode"), "06"),
    "code-as-number": Case(polled("/0/statusCode"), "06"),
    "message-missing": Case(polled("/0/statusMessage"), "ACCEPTED_BY_PAYER"),
    "documents-missing": Case(polled("/0/documents/0/documentName"), "scan-0.pdf"),
    "status-time-with-zone": Case(polled("/0/statusTimeStamp"), "2026-01-16T12:00Z"),
    "status-time-local": Case(polled("/0/statusTimeStamp"), "2026-01-16T12:00Z"),
    "document-name-changed": Case(polled("/0/documents/1/documentName"), "scan-1.pdf"),
    "document-number-missing": Case(polled("/0/documents/1/controlNumber"), "CONTROL-1"),
    "document-verdicts-missing": Case(polled("/0/documents/1/statusCode", payer="TESTEP10"), "06"),
    "document-verdicts-alike": Case(polled("/0/documents/0/statusCode", payer="TESTEP10"), "52"),
    "rejection-as-number": Case(
        polled("/transactionDetails/rejectionInformation", fieldset="detail"), None
    ),
    **{
        f"details-without-{name}": Case(
            polled(f"/transactionDetails/{name}", fieldset="detail"), value
        )
        for name, value in DETAILS.items()
    },
    "summary-as-object": Case(polled("/0/statusCode"), "06"),
    "details-missing": Case(polled("/transactionDetails/payerId", fieldset="detail"), "TESTEP06"),
    "hits-without-trace-id": Case(own_hits, [True]),
    "hits-lose-the-last": Case(own_hits, [True]),
    "submission-down": Case(health(SUBMISSION_HEALTH), (200, {"status": "OK"})),
    "health-unnamed": Case(health(SUBMISSION_HEALTH), (200, {"status": "OK"})),
    "status-down": Case(health(f"{STATUS}/healthcheck"), (200, {"status": "OK"})),
    "unknown-trace-crashes": Case(lambda api: api.status(UNKNOWN_TRACE).status_code, 404),
}


@pytest.fixture(scope="module")
def clean() -> MockApi:
    return MockApi()


def test_every_fault_has_a_case() -> None:
    assert set(CASES) == {fault.id for fault in ANSWER_FAULTS}


@pytest.mark.parametrize("name", CASES)
def test_a_clean_mock_keeps_the_promise(clean: MockApi, name: str) -> None:
    assert CASES[name].probe(clean) == CASES[name].clean


@pytest.mark.parametrize("name", CASES)
def test_a_fault_breaks_its_promise(name: str) -> None:
    case = CASES[name]

    assert case.probe(MockApi(name)) != case.clean
