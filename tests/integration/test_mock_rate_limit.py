"""A mock that lets clients call only so often: 429 with Retry-After, in the words of each API."""

from dataclasses import replace

import httpx
import pytest

from harness.mock.settings import CLIENTS, MAIN_CLIENT, PROVIDER_CLIENT, Client, MockSettings, Rate
from tests.integration.mock_api import (
    DENTAL_HEALTH,
    SEARCH,
    STATUS,
    SUBMISSION_HEALTH,
    V2,
    MockApi,
)
from tests.products import create_app

TOO_MANY = "There were too many requests."
PRIOR_AUTH_HEALTH = "/rcm/prior-authorization/v1/healthcheck"


def limited(rate: Rate, clients: tuple[Client, ...] = CLIENTS) -> MockApi:
    api = MockApi(client=clients[0])
    settings = MockSettings(clients=clients, clock=lambda: api.now, rate=rate)
    api._transport = httpx.ASGITransport(create_app(settings))
    return api


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (
            SUBMISSION_HEALTH,
            {"status": "errors", "errors": [{"field": "request", "description": TOO_MANY}]},
        ),
        (f"{STATUS}/healthcheck", {"statusCode": "429", "statusMessage": TOO_MANY}),
        (PRIOR_AUTH_HEALTH, [TOO_MANY]),
    ],
)
def test_a_call_too_many_is_refused_in_the_words_of_its_api(path: str, body: object) -> None:
    api = limited(Rate(1, 60))
    assert api.send("GET", path).status_code == 200

    answer = api.send("GET", path)

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    assert answer.json() == body


def test_the_dental_api_words_it_as_a_problem() -> None:
    api = limited(Rate(1))
    api.send("GET", DENTAL_HEALTH)

    answer = api.send("POST", SEARCH, json={})

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 429
    assert answer.json()["properties"]["errors"][0]["message"] == TOO_MANY


def test_who_waits_as_told_is_served_by_the_clock_of_the_mock() -> None:
    api = limited(Rate(2, 60))
    statuses = [api.send("GET", DENTAL_HEALTH).status_code for _ in range(3)]
    wait = int(api.send("GET", DENTAL_HEALTH).headers["retry-after"])

    api.advance(wait)

    assert (statuses, wait) == ([200, 200, 429], 30)
    assert api.send("GET", DENTAL_HEALTH).status_code == 200


def test_clients_are_counted_apart_and_may_have_a_rate_of_their_own() -> None:
    rare = replace(MAIN_CLIENT, rate=Rate(1))
    api = limited(Rate(2), (rare, PROVIDER_CLIENT))
    other = api.acting_as(PROVIDER_CLIENT)

    mine = [api.send("GET", DENTAL_HEALTH).status_code for _ in range(2)]
    theirs = [other.send("GET", DENTAL_HEALTH).status_code for _ in range(3)]

    assert (mine, theirs) == ([200, 429], [200, 200, 429])


def test_neither_tokens_nor_the_page_nor_a_bad_token_count() -> None:
    api = limited(Rate(1))
    for _ in range(3):
        assert api.send("GET", "/", token="").status_code == 200
        assert api.send("GET", DENTAL_HEALTH, token="bad").status_code == 401
        assert api.send("POST", V2, json=api.fields(), token="").status_code == 200

    assert api.send("GET", DENTAL_HEALTH).status_code == 200


def test_a_reset_fills_the_buckets() -> None:
    api = limited(Rate(1, 3600))
    api.send("GET", DENTAL_HEALTH)

    reset = api.send("POST", "/_mock/reset", token="", headers={"X-Harness-Mock": "1"})

    assert reset.status_code == 204
    assert api.send("GET", DENTAL_HEALTH).status_code == 200
