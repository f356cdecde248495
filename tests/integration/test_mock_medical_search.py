"""The metadata search as a caller sees it."""

import pytest

from tests.integration.mock_api import METADATA, MockApi, trace_of


@pytest.fixture(scope="module")
def api() -> MockApi:
    return MockApi()


def test_a_search_without_days_is_refused(api: MockApi) -> None:
    answer = api.send("POST", METADATA, json={"payerId": "TESTEP06"})

    assert answer.status_code == 400


def test_a_search_that_meets_nothing_answers_an_empty_array(api: MockApi) -> None:
    assert api.hits({"memberId": "nobody"}).json() == []


def test_a_hit_has_trace_details_and_status() -> None:
    mock = MockApi()
    trace_id = trace_of(mock.upload())

    hits = mock.hits({"patientLastName": "sampleton", "claimNumber": "CLAIM-0001"}).json()

    detail = mock.status(trace_id, "detail").json()
    assert hits == [{"traceId": trace_id, **detail}]


def test_a_hundred_hits_are_listed_and_one_more_is_refused() -> None:
    mock = MockApi()
    for _ in range(100):
        mock.upload()
    before = mock.hits()

    mock.upload()

    assert len(before.json()) == 100
    assert mock.hits().json() == {
        "statusCode": "400",
        "statusMessage": (
            "There are more than 100 records found. Please refine your search criteria."
        ),
    }


def test_metadata_is_searched_by_post_only(api: MockApi) -> None:
    answer = api.send("GET", METADATA)

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
