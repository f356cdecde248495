"""Liberties in what the documents leave open: each can be seen, and the suite holds none against the mock."""

from collections.abc import Callable

import httpx
import pytest

from harness.jsonvalue import Json, lookup, members
from harness.mock.settings import MAIN_CLIENT, MockSettings
from tests.integration.mock_api import (
    METADATA,
    PNG_FILE,
    TEXT_FILE,
    MockApi,
    submission,
    trace_of,
)
from tests.products import TOLERANCES, create_app

PRIOR_AUTH = "/rcm/prior-authorization/v1"
DAYS: dict[str, Json] = {
    "transactionReceivedStartDate": "2026-01-16",
    "transactionReceivedEndDate": "2026-01-17",
}


def taking(*tolerances: str) -> MockApi:
    api = MockApi(client=MAIN_CLIENT)
    settings = MockSettings(clock=lambda: api.now, tolerances=frozenset(tolerances))
    api._transport = httpx.ASGITransport(create_app(settings))
    return api


def names_by_order_of_ids(api: MockApi) -> list[str]:
    ids = api.create(TEXT_FILE, PNG_FILE).json()["attachmentIds"]
    return [
        api.search(each).content.decode("latin-1").split("filename=")[1].split('"')[1]
        for each in ids
    ]


def patient(api: MockApi) -> object:
    dependent: Json = {"firstName": "Dee", "lastName": "Pendent"}
    sent = submission(1, {"dependent": dependent})
    answer = api.status(trace_of(api.upload(sent)), "detail").json()
    return lookup(answer, "/transactionDetails/patientFirstName")


def hits(api: MockApi, criteria: dict[str, Json]) -> int:
    api.upload()
    return len(api.send("POST", METADATA, json={**DAYS, **criteria}).json())


def inquiry(api: MockApi) -> httpx.Response:
    request: Json = {
        "senderId": "201985AAS",
        "submitterTransactionIdentifier": "OPEN0001",
        "payerId": "000000000000003",
        "payerName": "Sample Payer",
        "umClearingHouseId": "000000000000003",
        "requester": {"requesterType": "1P", "organizationName": "Clinic", "npi": "1234567893"},
        "subscriber": {
            "lastName": "Sampleton",
            "firstName": "Sam",
            "memberId": "TST1",
            "dateOfBirth": "20000131",
        },
        "patientEventDetail": {"requestCategoryCode": "HS", "certificationTypeCode": "I"},
    }
    return api.send("POST", f"{PRIOR_AUTH}/inquiry", json=request)


SEEN: dict[str, tuple[Callable[[MockApi], object], object, object]] = {
    "ids-reordered": (
        names_by_order_of_ids,
        ["note.txt", "tooth.png"],
        ["tooth.png", "note.txt"],
    ),
    "tax-id-as-printed": (
        lambda api: (
            api.create(TEXT_FILE, changes={"billingProviderTaxId": "12-3456789"}).status_code
        ),
        400,
        201,
    ),
    "patient-is-subscriber": (patient, "Dee", "Sam"),
    "claim-days-bound": (lambda api: hits(api, {"claimStartDate": "2026-01-01"}), 0, 1),
    "search-wants-submitter": (
        lambda api: api.send("POST", METADATA, json=DAYS).status_code,
        200,
        400,
    ),
    "rejections-elsewhere": (
        lambda api: "requestValidation" in members(lookup(inquiry(api).json(), "/inquiry/json")),
        False,
        True,
    ),
    "x12-in-lines": (lambda api: "~\r\nGS*" in inquiry(api).json()["inquiry"]["x12"], False, True),
    "health-of-components": (
        lambda api: "components" in api.send("GET", f"{PRIOR_AUTH}/healthcheck").json(),
        False,
        True,
    ),
    "other-methods-not-found": (
        lambda api: api.send("PUT", f"{PRIOR_AUTH}/inquiry").status_code,
        405,
        404,
    ),
    "media-types-in-capitals": (
        lambda api: api.create(TEXT_FILE).headers["content-type"],
        "application/json",
        "APPLICATION/JSON",
    ),
}


def test_every_liberty_that_is_looked_at_exists() -> None:
    assert set(SEEN) <= {each.id for each in TOLERANCES}


@pytest.mark.parametrize("name", SEEN)
def test_a_liberty_can_be_seen(name: str) -> None:
    look, plain, free = SEEN[name]

    assert (look(taking()), look(taking(name))) == (plain, free)


def test_a_tax_id_with_a_dash_elsewhere_is_still_malformed() -> None:
    api = taking("tax-id-as-printed")

    answer = api.create(TEXT_FILE, changes={"billingProviderTaxId": "123-456789"})

    assert answer.status_code == 400


def test_a_claim_date_past_the_bound_still_hides_a_transaction() -> None:
    api = taking("claim-days-bound")

    assert hits(api, {"claimEndDate": "2026-01-14"}) == 0
