"""Each fault in what the dental API refuses is seen; without it all is well."""

from collections.abc import Callable

import pytest

from harness.codes.media_types import media_type_of_kind
from harness.files.samples import KINDS, sample
from harness.jsonvalue import Json
from harness.mock.settings import FOREIGN_CLIENT, PAYER_CLIENT
from harness.products.dental.mock.faults import REFUSAL_FAULTS
from harness.products.platform.mock.part import MEDICAL_ONLY_CLIENT
from tests.integration.fault_cases import Case, Probe
from tests.integration.mock_api import (
    DENTAL_HEALTH,
    PNG_FILE,
    TEXT_FILE,
    MockApi,
    key_of,
    metadata_of,
)

UNKNOWN_ID = "CHC#000000000000"


def with_claim(**changes: Json) -> Probe:
    return lambda api: key_of(api.create(TEXT_FILE, changes=changes))


def with_metadata(**changes: Json) -> Probe:
    return lambda api: key_of(api.images(PNG_FILE, metadata=metadata_of([PNG_FILE], changes)))


def with_entries(metadata: Json) -> Probe:
    return lambda api: key_of(api.images(PNG_FILE, metadata=metadata))


def with_files(count: int) -> Probe:
    return lambda api: key_of(api.create(*[TEXT_FILE] * count))


def with_ids(*ids: str) -> Probe:
    def probe(api: MockApi) -> object:
        answer = api.search(*ids)
        return 200 if answer.status_code == 200 else key_of(answer)

    return probe


def file_of(kind: str) -> tuple[str, bytes, str]:
    media_type = media_type_of_kind(kind)
    assert media_type is not None
    return ("sample", sample(kind), media_type.canonical)


def of_kind(kind: str) -> Probe:
    return lambda api: key_of(api.create(file_of(kind)))


def echoes_patient(api: MockApi) -> object:
    answer = api.create(TEXT_FILE, changes={"patientLastName": "Atreides", "claimId": None})
    return "Atreides" in answer.text


def two_searched(api: MockApi) -> object:
    first, second = (api.create(TEXT_FILE).json()["attachmentIds"][0] for _ in range(2))
    return with_ids(first, second)(api)


def foreign_search(api: MockApi) -> object:
    attachment_id = api.create(TEXT_FILE).json()["attachmentIds"][0]
    return with_ids(attachment_id)(api.acting_as(FOREIGN_CLIENT))


def searched(prepare: Callable[[dict[str, Json]], list[str]]) -> Probe:
    def probe(api: MockApi) -> object:
        created = api.create(*[TEXT_FILE] * 10).json()
        return with_ids(*prepare(created))(api)

    return probe


def search_without_list(api: MockApi) -> object:
    answer = api.send("POST", "/dental/attachments/v1/attachments/documents/search", json={})
    return 200 if answer.status_code == 200 else key_of(answer)


def strings(value: Json) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def bare(value: Json) -> str:
    return str(value).partition("#")[2]


REFUSED = {
    "submitter-requirement-unchecked": (with_claim(submitterId=None), "Required.req.submitterId"),
    "tax-id-requirement-unchecked": (
        with_claim(billingProviderTaxId=None),
        "Required.req.billingProviderTaxId",
    ),
    "tax-id-format-unchecked": (
        with_claim(billingProviderTaxId="12-345678"),
        "Pattern.req.billingProviderTaxId",
    ),
    "claim-id-requirement-unchecked": (with_claim(claimId=None), "Required.req.claimId"),
    "claim-id-length-unchecked": (with_claim(claimId="C" * 51), "Pattern.req.claimId"),
    "payer-id-requirement-unchecked": (with_claim(payerId=None), "Required.req.payerId"),
    "payer-id-pattern-unchecked": (with_claim(payerId="PAY1"), "Pattern.req.payerId"),
    "npi-requirement-unchecked": (with_claim(providerNPI=None), "Required.req.providerNpi"),
    "npi-checksum-unchecked": (with_claim(providerNPI="1234567890"), "Checksum.req.providerNpi"),
    "npi-digits-unchecked": (with_claim(providerNPI="123456789"), "Pattern.req.providerNpi"),
    "service-date-requirement-unchecked": (
        with_claim(dateOfService=None),
        "Required.req.dateOfService",
    ),
    "service-date-format-unchecked": (
        with_claim(dateOfService="20260115"),
        "Pattern.req.dateOfService",
    ),
    "birth-date-unchecked": (
        with_claim(patientDateOfBirth="01/31/2000"),
        "Pattern.req.patientDateOfBirth",
    ),
    "last-name-pattern-unchecked": (
        with_claim(patientLastName="S" * 76),
        "Pattern.req.patientLastName",
    ),
    "first-name-pattern-unchecked": (
        with_claim(patientFirstName="S" * 51),
        "Pattern.req.patientFirstName",
    ),
    "member-id-pattern-unchecked": (with_claim(memberId="M" * 51), "Pattern.req.memberId"),
    "member-data-completeness-unchecked": (
        with_claim(memberId=None),
        "Attachments.req.memberMetadata.missing",
    ),
    "unsupported-type-accepted": (
        lambda api: key_of(api.create(("a.exe", b"MZ\0\1", "application/octet-stream"))),
        "Type.req.files",
    ),
    "disguised-type-accepted": (
        lambda api: key_of(api.create(("a.pdf", PNG_FILE[1], "application/pdf"))),
        "Type.req.files",
    ),
    "no-files-accepted": (with_files(0), "Required.req.files"),
    "eleven-files-accepted": (with_files(11), "Size.req.files"),
    "file-metadata-unrequired": (with_entries([]), "Required.req.fileMetadata"),
    "metadata-count-unchecked": (
        with_entries(metadata_of([PNG_FILE, PNG_FILE])),
        "Match.req.fileMetadata",
    ),
    "metadata-file-name-unchecked": (with_metadata(fileName="b.png"), "Match.req.fileMetadata"),
    "metadata-media-type-unchecked": (
        with_metadata(mimeType="image/gif"),
        "Match.req.fileMetadata",
    ),
    "procedure-codes-unchecked": (
        with_metadata(procedureCodes="D0220;"),
        "Pattern.req.fileMetadata.procedureCodes",
    ),
    "long-procedure-code-accepted": (
        with_metadata(procedureCodes="D" * 26),
        "Pattern.req.fileMetadata.procedureCodes",
    ),
    "metadata-date-unchecked": (
        with_metadata(serviceDate="20260115"),
        "Pattern.req.fileMetadata.serviceDate",
    ),
    "tooth-numbers-unchecked": (
        with_metadata(toothNumbers="114"),
        "Pattern.req.fileMetadata.toothNumbers",
    ),
    "tooth-letters-accepted": (
        with_metadata(toothNumbers="AS"),
        "Pattern.req.fileMetadata.toothNumbers",
    ),
    "attachment-ids-requirement-unchecked": (
        search_without_list,
        "NotNull.req.attachmentIds",
    ),
    "attachment-id-pattern-unchecked": (with_ids("CHC#12"), "Pattern.req.attachmentId"),
    "empty-id-list-accepted": (with_ids(), "NotNull.req.attachmentIds"),
    "eleven-ids-accepted": (
        searched(lambda created: [*strings(created["attachmentIds"]), UNKNOWN_ID]),
        "Size.req.attachmentIds",
    ),
    "containers-mixed": (two_searched, "Attachments.req.searchAttachments.containerMismatch"),
}
DENIED = {
    "foreign-submitter-accepted": with_claim(submitterId="888787"),
    "foreign-tax-id-accepted": with_claim(billingProviderTaxId="987654321"),
    "foreign-attachment-readable": foreign_search,
}


CASES: dict[str, Case] = {
    **{name: Case(probe, (400, key)) for name, (probe, key) in REFUSED.items()},
    **{name: Case(probe, (403, "UserAccess.permission.denied")) for name, probe in DENIED.items()},
    **{f"{kind}-refused": Case(of_kind(kind), (201, "")) for kind in KINDS},
    "unknown-id-overlooked": Case(
        with_ids(UNKNOWN_ID), (404, "DataService.attachments.find.notFound")
    ),
    "policies-unchecked": Case(
        lambda api: key_of(api.acting_as(MEDICAL_ONLY_CLIENT).create(TEXT_FILE)),
        (403, "UserAccess.policy.notfound"),
    ),
    "roles-unchecked": Case(
        lambda api: key_of(api.acting_as(PAYER_CLIENT).create(TEXT_FILE)),
        (403, "UserAccess.policy.missingrequired"),
    ),
    "healthcheck-open": Case(lambda api: api.send("GET", DENTAL_HEALTH, token="").status_code, 401),
    "ten-files-refused": Case(with_files(10), (201, "")),
    "ten-ids-refused": Case(searched(lambda created: strings(created["attachmentIds"])), 200),
    "bare-ids-refused": Case(
        searched(lambda created: [bare(strings(created["attachmentIds"])[0])]), 200
    ),
    "control-number-refused": Case(
        searched(lambda created: [str(created["attachmentControlNumber"])]), 200
    ),
    "error-echoes-patient": Case(
        echoes_patient,
        False,
    ),
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
