"""What is told twice of a transaction has to agree; what may differ is not held against it."""

from collections.abc import Iterable

import pytest

from harness.exchange import Exchange, Request, Response
from harness.jsonvalue import Json
from harness.openapi.bundled import bundled_document
from harness.outcome import Check, Status
from harness.products.medical.rules.checks import in_time, same_details, same_states
from harness.rules.target import Answered

DATE = "Fri, 16 Jan 2026 12:00:30 GMT"
ANSWERED = Answered(
    Exchange(1, Request("GET", "http://fake/")),
    Response(200, (("Date", DATE),), b"[]"),
    bundled_document("medical-status").operations[0],
    bundled_document("medical-status"),
)


def document(name: str, **more: Json) -> dict[str, Json]:
    return {"documentName": name, "controlNumber": "1", **more}


def state(time: str | None = "2026-01-16T12:00Z", *documents: Json) -> dict[str, Json]:
    return {
        "statusCode": "06",
        "statusMessage": "ACCEPTED_BY_PAYER",
        "statusTimeStamp": time,
        "documents": list(documents),
    }


def failing(checks: Iterable[Check]) -> list[str]:
    return [each.name for each in checks if each.status is not Status.PASS]


def differing(one: dict[str, Json], other: dict[str, Json]) -> list[str]:
    return failing(same_states(ANSWERED, [one], [other]))


def test_documents_may_come_in_any_order_and_times_be_those_of_the_asking() -> None:
    first, second = document("a", statusTimeStamp="2026-01-16T12:00Z"), document("b")

    assert (
        differing(
            state("2026-01-16T12:00Z", first, second), state("2026-01-16 12:04", second, first)
        )
        == []
    )
    assert differing(state(None), state(None)) == []


@pytest.mark.parametrize(
    ("other", "broken"),
    [
        ({**state(), "statusCode": "05"}, ["states.twin"]),
        ({**state(), "statusMessage": "ACCEPTED"}, ["states.twin"]),
        (state("2026-01-16T12:00Z", document("a")), ["states.twin"]),
        (state("2026-01-16T12:06Z"), ["states.twin-times"]),
        (state(None), ["states.twin-times"]),
        (state("noon"), ["states.twin-times"]),
    ],
    ids=["code", "message", "document", "later", "no-time", "no-date"],
)
def test_a_status_told_otherwise_is_seen(other: dict[str, Json], broken: list[str]) -> None:
    assert differing(state(), other) == broken


def test_a_documents_own_verdict_told_otherwise_is_seen() -> None:
    taken = state("2026-01-16T12:00Z", document("a", statusCode="06"))
    refused = state("2026-01-16T12:00Z", document("a", statusCode="52"))

    assert differing(taken, refused) == ["states.twin"]


def test_details_are_the_same_across_the_board() -> None:
    one: dict[str, Json] = {"payerId": "TESTEP06", "transactionSubmittedDate": "2026-01-16T11:30Z"}
    later: dict[str, Json] = {**one, "transactionSubmittedDate": "2026-01-16T11:40Z"}

    assert same_details(ANSWERED, {**one, "payerName": None, "later": 1}, one).actual == "none"
    assert same_details(ANSWERED, one, {**one, "payerId": "TESTEP05"}).actual == "payerId"
    assert same_details(ANSWERED, one, later).actual == "transactionSubmittedDate"


@pytest.mark.parametrize(
    ("time", "holds"),
    [
        ("2026-01-16T11:30Z", True),
        ("2026-01-16 12:00", True),
        ("2026-01-16T11:20Z", False),
        ("2026-01-16T12:10Z", False),
        ("2026-02-30T12:00Z", False),
        ("soon", False),
    ],
)
def test_a_status_comes_after_its_upload_and_before_the_answer(time: str, holds: bool) -> None:
    details: dict[str, Json] = {"transactionSubmittedDate": "2026-01-16T11:30Z"}
    given = state("2026-01-16T12:00Z", document("a", statusTimeStamp=time))

    assert (in_time(ANSWERED, details, [given]).status is Status.PASS) is holds


def test_without_a_time_of_upload_and_answer_any_real_time_will_do() -> None:
    undated = Answered(ANSWERED.exchange, Response(200), ANSWERED.operation, ANSWERED.api)

    assert in_time(undated, {}, [state("2021-08-20T13:22Z")]).status is Status.PASS
    assert in_time(undated, {}, [state("2021-13-20T13:22Z")]).status is Status.FAIL
