"""Operations that do not work at all: one failure, and the rest is inconclusive."""

from dataclasses import replace

import pytest

from harness.events import CasePlanned
from harness.exchange import Exchange, Request, Response
from harness.outcome import TOKEN_CHECK, Attribution, Check, Outcome, Status
from harness.verdict.causes import causes
from harness.verdict.findings import finding
from harness.verdict.model import Judged
from harness.verdict.operations import collapse_outages, obstacles, outages

CREATE, HEALTH = "POST /create", "GET /health"


def exchange(number: int, operation: str, status: int = 0) -> Exchange:
    response = Response(status) if status else None
    return Exchange(number, Request("POST", "http://127.0.0.1/", operation=operation), response)


def failed(number: int, check: str = "response", actual: str = "closed") -> Judged:
    name = f"dental/create/{number}"
    bad = Check(check, Status.FAIL, expected="201", actual=actual, exchange=number)
    plan = CasePlanned(name, name, "dental", "create")
    return Judged(plan, Status.FAIL, Outcome(name, Status.FAIL, (bad,)))


def statuses(judged: tuple[Judged, ...]) -> list[str]:
    return [str(each.status) for each in judged]


def test_an_operation_that_never_answers_fails_once() -> None:
    silent = [exchange(number, CREATE) for number in range(1, 7)]
    judged = [failed(number) for number in range(1, 7)]

    found = collapse_outages(judged, [*silent, exchange(9, HEALTH, 200)])

    assert statuses(found) == ["fail", *["error"] * 5]
    assert found[1].because == "POST /create never answers (6 requests)"


def test_an_operation_that_answers_nothing_but_server_errors_fails_once() -> None:
    broken = [exchange(number, CREATE, 503) for number in range(1, 7)]
    judged = [failed(number, "status", "503") for number in range(1, 7)]

    found = collapse_outages(judged, [*broken, exchange(9, HEALTH, 200)])

    assert statuses(found) == ["fail", *["error"] * 5]
    assert found[5].because == "POST /create answers nothing but 503 (6 requests)"


@pytest.mark.parametrize(
    ("last", "count"),
    [
        pytest.param(exchange(9, CREATE, 201), 6, id="it-works-for-others"),
        pytest.param(exchange(9, CREATE, 400), 6, id="it-refuses-others"),
        pytest.param(exchange(9, HEALTH, 200), 4, id="few-enough-to-be-told-one-by-one"),
    ],
)
def test_what_is_no_outage_fails_each_time(last: Exchange, count: int) -> None:
    silent = [exchange(number, CREATE) for number in range(1, count + 1)]
    judged = [failed(number) for number in range(1, count + 1)]

    assert statuses(collapse_outages(judged, [*silent, last])) == ["fail"] * count


def test_a_case_that_fails_by_more_than_the_status_stays_failed() -> None:
    broken = [exchange(number, CREATE, 500) for number in range(1, 7)]
    judged = [failed(number, "error.code", "none") for number in range(1, 7)]

    assert statuses(collapse_outages(judged, [*broken, exchange(9, HEALTH, 200)])) == ["fail"] * 6


def test_where_nothing_works_nothing_is_held_against_the_api() -> None:
    operations = [f"GET /{letter}" for letter in "abcdef"]
    broken = [exchange(number, operations[number % 6], 502) for number in range(1, 31)]
    judged = [failed(number, "status", "502") for number in range(1, 31)]

    found = collapse_outages(judged, broken)

    assert statuses(found) == ["error"] * 30
    assert len(outages(broken)) == 6


def test_a_target_that_is_down_is_one_cause_and_that_of_the_environment() -> None:
    operations = [f"GET /{letter}" for letter in "abcdef"]
    broken = [exchange(number, operations[number % 6], 502) for number in range(1, 31)]
    found = collapse_outages([failed(number, "status", "502") for number in range(1, 31)], broken)
    by_id = {each.id: each for each in broken}

    (cause,) = causes([finding(each, by_id) for each in found])

    assert (cause.reach, cause.attribution) == (30, Attribution.ENVIRONMENT)
    assert cause.finding.sentence == (
        "The target is down: it answers nothing but 502 (30 requests)."
    )


def test_what_many_cases_lack_is_said_once_with_their_number() -> None:
    token = exchange(1, "POST /token", 415)
    lacking = Check(TOKEN_CHECK, Status.ERROR, actual="status 415", exchange=1)
    plan = CasePlanned("a", "a", "dental", "create")
    case = Judged(plan, Status.ERROR, Outcome("a", Status.ERROR, (lacking,)))

    assert obstacles([case, case], [token]) == (
        "POST /token gives no token (status 415), so that 2 cases could not be judged",
    )
    assert obstacles([replace(case, status=Status.PASS)], [token]) == ()
