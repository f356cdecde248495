"""Operation by status: what the documents describe, and what came of it in the run."""

from dataclasses import replace

import pytest

from harness.events import DocumentUsed
from harness.exchange import Exchange, Request, Response
from harness.record import Record
from harness.verdict.fold import judge
from harness.verdict.gates import PROFILES
from harness.verdict.operations import answer_uses
from tests.unit.report.samples import CREATE, TODAY, exchange, passed, plan, record

CASE = "dental/create/x"


def with_answers(found: Record, *answers: str) -> Record:
    used = DocumentUsed("dental", "d.yaml", "ab", ("GET /a",), answers=answers)
    return replace(found, run=replace(found.run, documents=(used,)))


def answered(*statuses: int) -> Record:
    exchanges = tuple(
        Exchange(number, Request("GET", "http://h/a", operation="GET /a"), Response(status))
        for number, status in enumerate(statuses, start=1)
    )
    return record((plan(CASE),), (passed(CASE),), exchanges)


def test_a_status_counts_for_its_own_entry_else_its_range_else_the_default() -> None:
    found = with_answers(
        answered(200, 404, 500), "200 GET /a", "201 GET /a", "4XX GET /a", "default GET /a"
    )

    assert {each.status: each.is_reached for each in answer_uses(found)} == {
        "200": True,
        "201": False,
        "4XX": True,
        "default": True,
    }


def test_an_undocumented_status_reaches_nothing() -> None:
    found = with_answers(answered(418), "200 GET /a")

    assert [each.is_reached for each in answer_uses(found)] == [False]


@pytest.mark.parametrize(("least", "holds"), [(0.0, True), (0.5, False)])
def test_more_coverage_can_be_asked_for_than_the_profile_does(least: float, holds: bool) -> None:
    base = record((plan(CASE),), (passed(CASE),), (exchange(1, CASE),))
    used = DocumentUsed("dental", "d.yaml", "ab", (CREATE, "GET /b", "GET /c"))
    run = replace(base.run, documents=(used,), min_operation_coverage=least)

    verdict = judge(replace(base, run=run), (), PROFILES["ci"], today=TODAY)

    gate = next(each for each in verdict.gates if each.name == "operation_coverage_min")
    assert (gate.limit, gate.passed) == (least, holds)
