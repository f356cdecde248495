"""Liberties of the mock: each changes something that a client can see, and no promise is broken."""

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from harness.mock.server import running
from harness.mock.settings import MAIN_CLIENT, MockSettings
from tests.integration.mock_api import (
    DENTAL_HEALTH,
    NOON,
    PNG_FILE,
    SEARCH,
    SNTL,
    TEXT_FILE,
    MockApi,
    scans,
    submission,
    trace_of,
)
from tests.integration.test_mock_open_tolerances import SEEN as OPEN
from tests.products import TOLERANCES, create_app, tolerances_called


def taking(*tolerances: str) -> MockApi:
    api = MockApi(client=MAIN_CLIENT)
    settings = MockSettings(clock=lambda: api.now, tolerances=frozenset(tolerances))
    api._transport = httpx.ASGITransport(create_app(settings))
    return api


def searched(api: MockApi) -> httpx.Response:
    return api.search(*api.create(TEXT_FILE, PNG_FILE).json()["attachmentIds"])


def found(api: MockApi) -> bytes:
    return searched(api).content


def documents(api: MockApi) -> list[dict[str, object]]:
    return list(api.status(trace_of(api.upload())).json()[0]["documents"])


def codes(answer: httpx.Response) -> list[str]:
    return [each["code"] for each in answer.json()["properties"]["errors"]]


def file_names(api: MockApi) -> list[str]:
    body = found(api).decode("latin-1")
    return [
        line.split("filename=")[1].split('"')[1]
        for line in body.split("\r\n")
        if "filename" in line
    ]


def document_names(api: MockApi) -> list[str]:
    request = submission(2, {"tradingPartnerServiceId": "TESTEP06"})
    answer = api.status(trace_of(api.upload(request, scans(2)))).json()
    return [each["documentName"] for each in answer[0]["documents"]]


def error_keys(api: MockApi) -> list[str]:
    answer = api.create(TEXT_FILE, changes={"claimId": None, "payerId": None}).json()
    return [each["field"] for each in answer["properties"]["errors"]]


def statuses(api: MockApi) -> list[int]:
    return [api.send("GET", "/", token="").status_code for _ in range(21)]


SEEN: dict[str, Callable[[MockApi], object]] = {
    "busy-once": statuses,
    "rate-limited": statuses,
    "chunked-bodies": lambda api: "content-length" in api.send("GET", DENTAL_HEALTH).headers,
    "one-chunk-bodies": lambda api: "content-length" in api.send("GET", DENTAL_HEALTH).headers,
    "connection-closed": lambda api: api.send("GET", DENTAL_HEALTH).headers.get("connection"),
    "unknown-members": lambda api: sorted(api.send("GET", DENTAL_HEALTH).json()),
    "members-reordered": lambda api: list(api.create(TEXT_FILE).json()),
    "json-indented": lambda api: api.send("GET", DENTAL_HEALTH).text,
    "charset-named": lambda api: api.send("GET", DENTAL_HEALTH).headers["content-type"],
    "header-names-in-capitals": lambda api: [
        name for name, _ in api.send("GET", DENTAL_HEALTH).headers.raw if name != b"date"
    ],
    "part-header-names-in-capitals": lambda api: b"CONTENT-DISPOSITION:" in found(api),
    "parts-reordered": file_names,
    "documents-reordered": document_names,
    "errors-reordered": error_keys,
    "dental-token-lives-two-hours": lambda api: api.send(
        "POST", SNTL, data=api.fields(), token=""
    ).json()["expires_in"],
    "created-with-200": lambda api: api.create(TEXT_FILE).status_code,
    "created-at-with-fraction": lambda api: api.create(TEXT_FILE).json()["createdAt"],
    "health-in-other-words": lambda api: api.send("GET", DENTAL_HEALTH).json(),
    "gateway-refuses-tokens": lambda api: api.send("GET", DENTAL_HEALTH, token="no").headers[
        "content-type"
    ],
    "trace-id-in-body-alone": lambda api: "x-trace-id" in api.upload().headers,
    "detail-in-a-list": lambda api: type(api.status(trace_of(api.upload()), "detail").json()),
    "nulls-spelt-out": lambda api: None in documents(api)[0].values(),
    "unknown-trace-refused": lambda api: api.status(UNKNOWN).status_code,
    "code-as-printed": lambda api: codes(api.send("POST", SEARCH, json={})),
    "ids-apart-forbidden": lambda api: (
        api.search(
            *(api.create(TEXT_FILE).json()["attachmentIds"][0] for _ in range(2))
        ).status_code
    ),
    "boundary-quoted": lambda api: '="' in searched(api).headers["content-type"],
    "parts-with-length": lambda api: b"Content-Length: 14" in found(api),
    "control-numbers-in-capitals": lambda api: any(
        sign in "abcdef"
        for _ in range(5)
        for sign in api.create(TEXT_FILE).json()["attachmentControlNumber"]
    ),
}
SLOW = {"slow-answers"}
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def test_every_liberty_is_looked_at() -> None:
    elsewhere = set(OPEN)

    assert {each.id for each in TOLERANCES} == set(SEEN) | SLOW | elsewhere


@pytest.mark.parametrize("name", SEEN)
def test_a_liberty_can_be_seen(name: str) -> None:
    assert SEEN[name](taking(name)) != SEEN[name](taking())


def test_parts_and_documents_only_change_places() -> None:
    assert file_names(taking("parts-reordered")) == file_names(taking())[::-1]
    assert document_names(taking("documents-reordered")) == document_names(taking())[::-1]
    assert error_keys(taking("errors-reordered")) == error_keys(taking())[::-1]


def test_who_is_sent_away_is_told_when_to_come_back() -> None:
    api = taking("rate-limited", "busy-once")
    answers = [api.send("GET", "/", token="") for _ in range(20)]

    assert [(n, a.status_code) for n, a in enumerate(answers, 1) if a.status_code != 200] == [
        (3, 503),
        (20, 429),
    ]
    assert {answers[2].headers["retry-after"], answers[19].headers["retry-after"]} == {"1"}


def test_a_token_of_two_hours_lives_two_hours() -> None:
    api = taking("dental-token-lives-two-hours")
    token = api.send("POST", SNTL, data=api.fields(), token="").json()["access_token"]

    api.advance(7199)
    early = api.send("GET", DENTAL_HEALTH, token=token).status_code
    api.advance(1)
    late = api.send("GET", DENTAL_HEALTH, token=token).status_code

    assert (early, late) == (200, 401)


def test_over_a_socket_bodies_come_in_chunks_and_are_whole() -> None:
    settings = MockSettings(clock=lambda: NOON, tolerances=frozenset({"chunked-bodies"}))
    with running(create_app(settings)) as url:
        answer = httpx.get(url)

    assert answer.headers["transfer-encoding"] == "chunked"
    assert answer.text.endswith("</html>\n")


def test_a_slow_answer_is_far_from_any_deadline() -> None:
    pace = replace(tolerances_called(["slow-answers"])[0].pace)

    assert 0 < pace.late_seconds < 1
    assert pace.late_every == 100
