"""`harness run --jobs`: the same cases, the same order, whichever thread ran them."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.program import harness

pytestmark = pytest.mark.slow


def run(reports: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return harness("run", "--no-allure", "--reports", reports, *arguments)


def lines(reports: Path, kind: str) -> list[dict[str, Any]]:
    found = (reports / "latest" / "record.jsonl").read_text().splitlines()
    return [each for each in map(json.loads, found) if each["type"] == kind]


def judged(reports: Path) -> list[object]:
    """Return of every case, in the order of the record, all but times and what a server makes up."""
    return [
        (
            each["case"],
            each["status"],
            each["requests"],
            [(check["name"], check["status"], check["where"]) for check in each["checks"]],
        )
        for each in lines(reports, "outcome")
    ]


def sent(reports: Path) -> dict[str, list[object]]:
    """Return by case what was sent, in its order, and the status that came back."""
    found: dict[str, list[object]] = {}
    for each in lines(reports, "exchange"):
        response = each["response"] or {}
        told = (each["request"]["operation"], each["request"]["step"], response.get("status"))
        found.setdefault(each["case"], []).append(told)
    found.pop("run/token", None)  # tokens are renewed by time
    return found


def test_jobs_change_neither_the_record_nor_the_verdict(tmp_path: Path) -> None:
    chosen = ("--only", "dental/health,dental/round-trip,medical/status/TESTEP0*")
    broken = ("--fault", "wrong-status-TESTEP06")

    one = run(tmp_path / "one", *chosen, *broken)
    many = run(tmp_path / "many", *chosen, *broken, "--jobs", "4")

    assert (one.returncode, many.returncode) == (1, 1), one.stdout + many.stdout
    assert len(judged(tmp_path / "many")) > 20
    assert judged(tmp_path / "one") == judged(tmp_path / "many")
    assert lines(tmp_path / "one", "case") == lines(tmp_path / "many", "case")
    assert sent(tmp_path / "one") == sent(tmp_path / "many")
    told = [
        json.loads((tmp_path / n / "latest" / "verdict.json").read_text()) for n in ("one", "many")
    ]
    for key in ("verdict", "exit_code", "reason", "cases", "requirements", "operations"):
        assert told[0][key] == told[1][key]


def test_exitfirst_leaves_the_rest_unrun(tmp_path: Path) -> None:
    chosen = ("--only", "medical/status/TEST*", "--fault", "wrong-status-TESTEP06")

    stopped = run(tmp_path, *chosen, "-x")

    verdict = json.loads((tmp_path / "latest" / "verdict.json").read_text())
    assert stopped.returncode == 1, stopped.stdout + stopped.stderr
    assert verdict["cases"]["not_run"] > 0
    assert verdict["verdict"] == "NON_CONFORMANT"


def test_a_coverage_that_is_asked_for_is_a_gate(tmp_path: Path) -> None:
    found = run(tmp_path, "--only", "dental/health/*", "--min-operation-coverage", "90")

    verdict = json.loads((tmp_path / "latest" / "verdict.json").read_text())
    gate = next(each for each in verdict["gates"] if each["name"] == "operation_coverage_min")
    assert found.returncode == 1
    assert (gate["limit"], gate["passed"]) == (0.9, False)
    assert verdict["operations"]["statuses"]["reached"] > 0
    assert (
        verdict["operations"]["statuses"]["reached"]
        < verdict["operations"]["statuses"]["documented"]
    )
