import json
from typing import cast

import pytest

from harness.outcome import Outcome, Status
from harness.report.formats.ctrf import render
from harness.report.report_data import report_data
from tests.unit.report.runs import waived_run
from tests.unit.report.samples import exchange, failed, passed, plan, record, sample

CASE = "dental/create/npi"
# CTRF 1.0 allows no member outside these, `extra` apart.
TEST_MEMBERS = {
    *("id", "name", "status", "duration", "start", "stop", "suite", "message", "trace"),
    *("rawStatus", "tags", "labels", "type", "extra"),
}


def rendered(*outcomes: Outcome) -> dict[str, object]:
    plans = [plan(each.case, "D112") for each in outcomes]
    exchanges = [exchange(1, CASE)]
    found = sample(record(plans, outcomes, exchanges))
    document: dict[str, object] = json.loads(render(report_data(found.record, found.verdict)))
    return cast(dict[str, object], document["results"])


def only(results: dict[str, object]) -> dict[str, object]:
    (test,) = cast(list[dict[str, object]], results["tests"])
    return test


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.PASS, "passed"),
        (Status.WARN, "passed"),
        (Status.FAIL, "failed"),
        (Status.ERROR, "failed"),
        (Status.WAIVED, "other"),
        (Status.SKIP, "skipped"),
        (Status.OMIT, "skipped"),
        (Status.REVIEW, "pending"),
        (Status.NOT_RUN, "pending"),
    ],
)
def test_every_status_has_its_place_and_keeps_its_name(status: Status, expected: str) -> None:
    results = rendered(Outcome(CASE, status, message="why"))

    test = only(results)
    summary = cast(dict[str, int], results["summary"])
    assert (test["status"], test["rawStatus"]) == (expected, str(status))
    assert summary["tests"] == summary[expected] == 1
    assert set(test) <= TEST_MEMBERS


def test_a_failure_says_what_was_expected_and_how_to_see_it() -> None:
    test = only(rendered(failed(CASE, exchange=1)))

    assert test["message"] == "error.code: expected DENTATT_009, got 201"
    assert str(test["trace"]).startswith("curl ")
    assert test["labels"] == {"title": "npi", "conformance": "SHALL", "requirement": ["D112"]}


def test_a_case_keeps_its_id_from_run_to_run() -> None:
    assert only(rendered(passed(CASE)))["id"] == only(rendered(failed(CASE)))["id"]


def test_the_run_is_told_with_its_times_in_milliseconds() -> None:
    found = sample(record((), (), ()))

    document = json.loads(render(report_data(found.record, found.verdict)))

    assert (document["reportFormat"], document["specVersion"]) == ("CTRF", "1.0.0")
    summary = document["results"]["summary"]
    assert (summary["start"], summary["stop"]) == (1795341600000, 1795341609000)
    assert document["results"]["environment"]["healthy"] is False


def test_a_whole_run_is_rendered_the_same_twice() -> None:
    made = waived_run()

    assert render(made) == render(made)
    assert len(json.loads(render(made))["results"]["tests"]) == len(made.verdict.judged)
