from datetime import UTC, datetime

import pytest

from harness.exchange import Exchange, Request, Response
from harness.jsonvalue import Json
from harness.openapi.bundled import bundled_document
from harness.outcome import Status
from harness.products.medical.rules.checks import TIME, field_named
from harness.rules.answers import answer_time, loose, recent, utc
from harness.rules.checks import matches, seen
from harness.rules.target import Answered
from tests.unit.products.medical.rules.fakes import said

DATE = "Fri, 16 Jan 2026 12:00:30 GMT"


def answered(response: Response, started: str = "") -> Answered:
    api = bundled_document("medical-submission")
    exchange = Exchange(7, Request("POST", "http://fake/"), started=started)
    return Answered(exchange, response, api.operations[0], api)


def refusing(*fields: str) -> Answered:
    errors: list[Json] = [{"field": field, "description": "No."} for field in fields]
    return answered(said(400, {"status": "errors", "errors": errors}))


@pytest.mark.parametrize(
    "field",
    [
        "claimInformation.serviceLines[0].attachmentDetails.name",
        "claimInformation.serviceLines.0.attachmentDetails.name",
        "claimInformation.serviceLines.attachmentDetails.name",
        "attachmentDetails.name",
        "name",
    ],
)
def test_a_field_counts_as_named_with_its_parents_or_without(field: str) -> None:
    path = "claimInformation.serviceLines.0.attachmentDetails.name"

    assert field_named(refusing("moon", field), path).status is Status.PASS


def test_a_member_of_a_missing_object_names_that_object() -> None:
    assert field_named(refusing("subscriber.memberId"), "subscriber").status is Status.PASS


@pytest.mark.parametrize("field", ["", "subscriber", "lastName", "rname", "name.first"])
def test_another_field_does_not_count(field: str) -> None:
    check = field_named(refusing(field), "subscriber.firstName")

    assert check.status is Status.FAIL
    assert check.exchange == 7


def test_a_body_without_errors_names_no_field() -> None:
    check = field_named(answered(Response(500)), "controlNumber")

    assert (check.status, check.actual) == (Status.FAIL, "status 500 and no field")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-01-16T12:03Z", Status.PASS),
        ("2026-01-16T11:56Z", Status.PASS),
        ("2026-01-16T15:00Z", Status.FAIL),
        ("2026-01-16T12:00", Status.FAIL),
        (None, Status.FAIL),
    ],
)
def test_a_time_is_judged_by_the_date_of_its_own_answer(value: Json, expected: Status) -> None:
    check = recent("time", answered(Response(200, (("Date", DATE),))), value, where="here")

    assert check.status is expected


def test_a_time_of_any_day_will_do_where_the_answer_has_no_date() -> None:
    check = recent("time", answered(Response(200)), "2021-08-16T05:21Z", where="here")

    assert check.status is Status.PASS


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-01-16T23:59Z", Status.PASS),
        ("2026-01-18T12:00Z", Status.FAIL),
        ("2025-01-16T12:00Z", Status.FAIL),
    ],
)
def test_without_a_date_our_own_clock_is_asked_to_the_day(value: str, expected: Status) -> None:
    undated = answered(Response(200), started="2026-01-16T12:00:30.000000Z")

    assert recent("time", undated, value, where="here").status is expected


@pytest.mark.parametrize(
    "value", ["2026-01-16T12:00Z", "2026-01-16 12:00", "2026-01-16T12:00:00.000+00:00"]
)
def test_a_status_time_is_read_in_either_form(value: str) -> None:
    assert loose(value) == datetime(2026, 1, 16, 12, 0, tzinfo=UTC)
    assert loose(value.replace("16", "46")) is None


def test_only_times_that_say_so_are_utc() -> None:
    assert utc("2021-08-16T05:21Z") == datetime(2021, 8, 16, 5, 21, tzinfo=UTC)
    assert utc("2021-08-16T05:21+02:00") is None
    assert utc("2021-08-16 05:21") is None
    assert utc("yesterday") is None


def test_the_date_header_is_read_where_it_is_one() -> None:
    assert answer_time(Response(200, (("date", DATE),))) == datetime(
        2026, 1, 16, 12, 0, 30, tzinfo=UTC
    )
    assert answer_time(Response(200, (("date", "soon"),))) is None
    assert answer_time(Response(200)) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [("2021-08-19T18:27Z", Status.PASS), ("2021-05-13 10:33", Status.FAIL), ("", Status.FAIL)],
)
def test_the_two_published_time_forms_are_told_apart(value: str, expected: Status) -> None:
    assert matches("form", answered(Response(200)), TIME, value).status is expected


def test_what_is_only_recorded_holds() -> None:
    check = seen("fax", answered(Response(200)), "anything", "refused")

    assert (check.status, check.actual) == (Status.PASS, "refused")
