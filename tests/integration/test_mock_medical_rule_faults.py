"""Each fault in what the medical APIs refuse, find and decide is seen; without it all is well."""

from collections.abc import Mapping

import pytest

from harness.jsonvalue import Json
from harness.mock.settings import FOREIGN_CLIENT
from harness.products.medical.mock.faults import REFUSAL_FAULTS
from harness.products.medical.mock.store import FIRST_DAY, LAST_DAY
from tests.integration.fault_cases import Case, Probe, polled
from tests.integration.mock_api import (
    ADDRESS,
    MockApi,
    lines,
    scans,
    submission,
    trace_of,
)

UNKNOWN_TRACE = "00000000-0000-4000-8000-000000000000"
PAYER_STATUSES = {
    "TESTEP01": ("01", "TRANSACTION_RECEIVED"),
    "TESTEP02": ("02", "ACCEPTED_BY_CHC"),
    "TESTEP04": ("04", "DELIVERED_TO_PAYER"),
    "TESTEP05": ("05", "ACKNOWLEDGED_BY_PAYER"),
    "TESTEP06": ("06", "ACCEPTED_BY_PAYER"),
    "TESTEP10": ("10", "PARTIALLY_ACCEPTED"),
    "TESTEP51": ("51", "REJECTED_BY_CHC"),
    "TESTEP52": ("52", "REJECTED_BY_PAYER"),
    "TESTEP53": ("53", "Request validation failed"),
    "TESTPP11": ("11", "Attachment reached print/fax facility"),
    "TESTPP12": ("12", "Attachment rejected by print/fax facility"),
    "TESTPP13": ("13", "Attachment faxed successfully"),
    "TESTPP14": ("14", "Attachment failed to fax"),
    "TESTPP15": ("15", "Attachment failed to mail"),
    "TESTPP16": ("16", "Attachment mailed to the payer"),
    "TESTPP17": ("17", "Tracking #: "),
    "TESTPP18": ("18", "Tracking #: "),
    "TESTPP19": ("19", "ACCEPTED_BY_PAYER_WITH_ERRORS"),
}
FILTERS = (
    *("submitterId", "payerId", "patientFirstName", "patientLastName", "memberId", "providerId"),
    *("providerFirstName", "providerLastName", "payerName", "claimNumber"),
)


def accepted(request: Json, count: int = 1) -> Probe:
    """See a submission's status and the first field that it is refused for."""

    def probe(api: MockApi) -> object:
        answer = api.upload(request, scans(count))
        return 200 if answer.status_code == 200 else answer.json()["errors"][0]["field"]

    return probe


DETAILS: Mapping[str, Json] = {
    "payerId": "TESTEP06",
    "patientFirstName": "Sam",
    "patientLastName": "Sampleton",
    "memberId": "0000000001",
    "providerId": "1234567893",
}
"""What fits a transaction of the mock's tests."""


def found(criteria: Mapping[str, Json]) -> Probe:
    """See how many of two transactions a search finds."""

    def probe(api: MockApi) -> object:
        fresh = MockApi(*api.faults)
        for _ in range(2):
            fresh.upload()
        return len(fresh.hits(criteria).json())

    return probe


def many_hits(api: MockApi) -> object:
    fresh = MockApi(*api.faults)
    for _ in range(101):
        fresh.upload()
    return fresh.hits().status_code


def foreign_hits(api: MockApi) -> object:
    fresh = MockApi(*api.faults)
    fresh.upload()
    return len(fresh.acting_as(FOREIGN_CLIENT).hits().json())


def foreign_trace(api: MockApi) -> object:
    trace_id = trace_of(api.upload())
    return api.acting_as(FOREIGN_CLIENT).status(trace_id).status_code


def misnamed() -> Json:
    request = submission()
    return {("ControlNumber" if key == "controlNumber" else key): request[key] for key in request}


def changed(name: str, value: Json) -> Json:
    return submission(changes={name: value})


def without(*names: str, payer: str = "TESTEP06") -> Json:
    request = submission(changes={"tradingPartnerServiceId": payer})
    return {key: value for key, value in request.items() if key not in names}


def claim(service_lines: list[Json]) -> Json:
    information = submission()["claimInformation"]
    assert isinstance(information, dict)
    return changed("claimInformation", {**information, "serviceLines": service_lines})


def solicited() -> list[Json]:
    return [
        {**line, "payerClaimControlNumber": "P-1"} for line in lines(1) if isinstance(line, dict)
    ]


NO_CONTACT = ("payerFaxNumber", "payerAddress")
BAD_ADDRESS: Json = {key: value for key, value in ADDRESS.items() if key != "city"}

CASES: dict[str, Case] = {
    "invalid-request-accepted": Case(accepted(without("subscriber")), "subscriber"),
    "control-number-unchecked": Case(accepted(changed("controlNumber", "ABC")), "controlNumber"),
    "payer-id-unchecked": Case(
        accepted(without("tradingPartnerServiceId")), "tradingPartnerServiceId"
    ),
    "payer-name-unchecked": Case(accepted(without("tradingPartnerName")), "tradingPartnerName"),
    "name-case-ignored": Case(accepted(misnamed()), "controlNumber"),
    "electronic-payer-needs-contact": Case(accepted(without(*NO_CONTACT)), 200),
    "payer-contact-unchecked": Case(
        accepted(without(*NO_CONTACT, payer="TESTPP11")),
        "tradingPartnerServiceId",
    ),
    "fax-number-unchecked": Case(
        accepted(without("payerFaxNumber", payer="TESTPP14")), "payerFaxNumber"
    ),
    "mail-address-unchecked": Case(
        accepted(without("payerAddress", payer="TESTPP16")), "payerAddress"
    ),
    "payer-address-unchecked": Case(
        accepted(changed("payerAddress", BAD_ADDRESS)), "payerAddress.city"
    ),
    "solicited-refused": Case(accepted(claim(solicited())), 200),
    "no-file-accepted": Case(accepted(submission(), 0), "files"),
    "empty-file-accepted": Case(
        lambda api: api.upload(None, [("scan-0.pdf", b"", "application/pdf")]).status_code, 400
    ),
    "service-lines-uncounted": Case(accepted(submission(1), 2), "claimInformation.serviceLines"),
    "duplicate-control-numbers-accepted": Case(
        accepted(claim(lines(1) * 2), 2),
        "claimInformation.serviceLines.providerAttachmentControlNumber",
    ),
    "detail-differs-from-summary": Case(
        polled("/status/0/statusCode", fieldset="detail"),
        "06",
    ),
    "unknown-trace-found": Case(lambda api: api.status(UNKNOWN_TRACE).status_code, 404),
    "foreign-trace-readable": Case(foreign_trace, 404),
    "fieldset-ignored": Case(polled("/transactionDetails/payerId", fieldset="detail"), "TESTEP06"),
    "search-days-ignored": Case(
        found(dict.fromkeys((FIRST_DAY, LAST_DAY), "2026-01-17")),
        0,
    ),
    "metadata-filter-ignored": Case(found({"memberId": "X"}), 0),
    "criteria-combined-with-or": Case(found({"payerId": "TESTEP06", "memberId": "X"}), 0),
    "criteria-forgotten-in-company": Case(found({**DETAILS, "payerName": "X"}), 0),
    "metadata-limit-unchecked": Case(many_hits, 400),
    "metadata-foreign-listed": Case(foreign_hits, 0),
    **{f"search-ignores-{name}": Case(found({name: "X"}), 0) for name in FILTERS},
    **{
        f"search-ignores-{name}": Case(found({name: "2020-01-01"}), 0)
        for name in ("claimStartDate", "claimEndDate")
    },
    **{
        f"wrong-status-{payer}": Case(polled("/0/statusCode", payer=payer), code)
        for payer, (code, _) in PAYER_STATUSES.items()
    },
}


@pytest.fixture(scope="module")
def clean() -> MockApi:
    return MockApi()


def test_every_fault_has_a_case() -> None:
    assert set(CASES) == {fault.id for fault in REFUSAL_FAULTS}


@pytest.mark.parametrize("name", CASES)
def test_a_clean_mock_keeps_the_promise(clean: MockApi, name: str) -> None:
    assert CASES[name].probe(clean) == CASES[name].clean


@pytest.mark.parametrize("name", CASES)
def test_a_fault_breaks_its_promise(name: str) -> None:
    case = CASES[name]

    assert case.probe(MockApi(name)) != case.clean


@pytest.mark.parametrize("payer", PAYER_STATUSES)
def test_a_test_payer_gets_its_message(clean: MockApi, payer: str) -> None:
    message = polled("/0/statusMessage", payer=payer)(clean)

    assert str(message).startswith(PAYER_STATUSES[payer][1])
