"""Each fault in what the dental API answers is seen; without it all is well."""

from collections.abc import Callable

import httpx
import pytest

from harness.files.samples import sample
from harness.jsonvalue import Json
from harness.products.dental.mock.faults import ANSWER_FAULTS
from tests.integration.fault_cases import Case, Probe
from tests.integration.mock_api import (
    DENTAL_HEALTH,
    PNG_FILE,
    TEXT_FILE,
    MockApi,
    key_of,
)


def with_claim(**changes: Json) -> Probe:
    return lambda api: key_of(api.create(TEXT_FILE, changes=changes))


def receipt(see: Callable[[httpx.Response], object]) -> Probe:
    return lambda api: see(api.create(TEXT_FILE, PNG_FILE))


def member(name: str) -> Probe:
    return receipt(lambda answer: answer.json().get(name))


def stored(see: Callable[[httpx.Response, httpx.Response], object]) -> Probe:
    """See what a search for both files of a create says, beside the receipt."""

    def probe(api: MockApi) -> object:
        created = api.create(("zahn-\u00e4.txt", b"first", "text/plain"), PNG_FILE)
        return see(created, api.search(created.json()["attachmentControlNumber"]))

    return probe


def found(see: Callable[[str], object]) -> Probe:
    return stored(lambda _, answer: see(answer.content.decode("utf-8", "replace")))


def holds(what: str) -> Probe:
    return found(lambda body: what in body)


def names_id(index: int, member_name: str) -> Callable[[httpx.Response, httpx.Response], object]:
    def see(created: httpx.Response, answer: httpx.Response) -> object:
        value = created.json()[member_name]
        bare = (value if isinstance(value, str) else value[index]).partition("#")[2]
        return f'="{bare}"'.encode() in answer.content

    return see


def problem(see: Callable[[httpx.Response], object], **changes: Json) -> Probe:
    return lambda api: see(api.create(TEXT_FILE, changes=changes))


def largest(api: MockApi) -> object:
    """See how much comes back of a file that is larger than most buffers."""
    large = ("large.pdf", sample("pdf", size_bytes=70_000), "application/pdf")
    answer = api.search(*api.create(large).json()["attachmentIds"])
    return len(answer.content.partition(b"\r\n\r\n")[2].rpartition(b"\r\n--")[0])


def two_control_numbers(api: MockApi) -> object:
    numbers = {api.create(TEXT_FILE).json()["attachmentControlNumber"] for _ in range(2)}
    return len(numbers)


CASES: dict[str, Case] = {
    "crash-on-bad-date": Case(
        with_claim(dateOfService="2026-02-30"), (400, "Pattern.req.dateOfService")
    ),
    "npi-length-blamed-on-checksum": Case(
        with_claim(providerNPI="12345678933"), (400, "Pattern.req.providerNpi")
    ),
    "search-loses-a-byte": Case(holds("\r\n\r\nfirst\r\n"), True),
    "search-adds-a-line-end": Case(holds("\r\n\r\nfirst\r\n"), True),
    "search-cuts-large-files": Case(largest, 70_000),
    "search-claims-base64": Case(holds("Content-Transfer-Encoding"), False),
    "search-swaps-files": Case(
        found(lambda body: body.index("zahn") < body.index("first") < body.index("tooth")), True
    ),
    "search-omits-a-file": Case(found(lambda body: body.count("attachmentId=")), 2),
    "search-names-parts-otherwise": Case(found(lambda body: body.count('; name="file";')), 2),
    "search-renames-files": Case(holds('filename="tooth.png"'), True),
    "search-mangles-unicode-names": Case(holds('filename="zahn-\u00e4.txt"'), True),
    "search-gives-wrong-control-number": Case(stored(names_id(0, "attachmentControlNumber")), True),
    "search-gives-wrong-id": Case(stored(names_id(0, "attachmentIds")), True),
    "search-prefixes-ids": Case(holds('"CHC#'), False),
    "search-changes-media-type": Case(holds("Content-Type: image/png\r\n"), True),
    "search-without-terminator": Case(found(lambda body: body.endswith("--\r\n")), True),
    "search-as-octets": Case(
        stored(lambda _, answer: answer.headers["content-type"].partition(";")[0]),
        "multipart/form-data",
    ),
    "control-number-finds-one-file": Case(found(lambda body: body.count("attachmentId=")), 2),
    "control-number-reused": Case(two_control_numbers, 2),
    "created-with-202": Case(receipt(lambda answer: answer.status_code), 201),
    "created-as-text": Case(
        receipt(lambda answer: answer.headers["content-type"]), "application/json"
    ),
    "status-missing": Case(member("status"), "CLOSED"),
    "status-open": Case(member("status"), "CLOSED"),
    "created-at-missing": Case(member("createdAt"), "2026-01-16T12:00:30Z"),
    "created-at-local-time": Case(member("createdAt"), "2026-01-16T12:00:30Z"),
    "attachment-ids-missing": Case(receipt(lambda a: "attachmentIds" in a.json()), True),
    "attachment-ids-as-text": Case(
        receipt(lambda answer: isinstance(answer.json()["attachmentIds"], list)), True
    ),
    "attachment-ids-duplicated": Case(
        receipt(lambda answer: len(set(answer.json()["attachmentIds"]))), 2
    ),
    "attachment-ids-unprefixed": Case(
        receipt(lambda answer: answer.json()["attachmentIds"][1].startswith("CHC#")), True
    ),
    "control-number-unprefixed": Case(
        receipt(lambda answer: answer.json()["attachmentControlNumber"][:4]), "CHC#"
    ),
    "claim-id-changed": Case(member("claimId"), "CLAIM-0001"),
    "transaction-id-missing": Case(
        lambda api: "imageIntelligenceTransactionId" in api.images(PNG_FILE).json(), True
    ),
    "transaction-id-on-plain-create": Case(member("imageIntelligenceTransactionId"), None),
    "refusal-with-200": Case(problem(lambda answer: answer.status_code, claimId=None), 400),
    "error-as-plain-json": Case(
        problem(lambda answer: answer.headers["content-type"], claimId=None),
        "application/problem+json",
    ),
    "error-list-missing": Case(
        problem(lambda answer: "properties" in answer.json(), claimId=None), True
    ),
    "error-code-unpublished": Case(
        problem(lambda answer: answer.json()["properties"]["errors"][0]["code"], claimId=None),
        "DENTATT_004",
    ),
    "error-status-contradicts": Case(
        problem(lambda answer: answer.json()["status"], claimId=None), 400
    ),
    "health-silent": Case(
        lambda api: api.send("GET", DENTAL_HEALTH).json(), {"message": "Service is healthy"}
    ),
    "health-down": Case(lambda api: api.send("GET", DENTAL_HEALTH).status_code, 200),
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
