"""The Allure that is installed, fed twice: a second run sees the first."""

import json
from pathlib import Path

import pytest

from harness.outcome import Status
from harness.report.allure.generator import find
from harness.session.reporting.reports import render_again
from tests.unit.session.folders import CASES, NPI, run_folder

MISSING = find()

pytestmark = pytest.mark.skipif(isinstance(MISSING, str), reason=str(MISSING))


def statuses(reports: Path) -> list[tuple[str, str]]:
    """Return of each remembered run what became of one case."""
    told = [json.loads(line) for line in (reports / "history.jsonl").read_text().splitlines()]
    return [
        (
            each["run"],
            next(r["status"] for r in each["testResults"].values() if r["name"] == NPI),
        )
        for each in told
    ]


def test_a_case_keeps_its_history_over_runs(tmp_path: Path) -> None:
    first = run_folder(tmp_path / "r1")
    second = run_folder(tmp_path / "r2", {**CASES, NPI: Status.FAIL})

    results = [render_again(each, allure=True) for each in (first, second, second)]

    assert [each.left_out for each in results] == [(), (), ()]
    assert statuses(tmp_path) == [("r1", "passed"), ("r2", "failed")]
    assert (second / "allure-report" / "index.html").is_file()
    metrics = json.loads((tmp_path / "history.jsonl").read_text().splitlines()[0])["metrics"]
    assert metrics == {
        "POST /dental/attachments p50 ms": 10,
        "POST /dental/attachments p95 ms": 10,
    }
