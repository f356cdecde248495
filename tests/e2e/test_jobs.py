"""`harness run --jobs`: the same cases, the same order, whichever thread ran them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def run(reports: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "harness", "run", "--no-allure", "--reports", str(reports)]
    return subprocess.run(
        [*command, *arguments], capture_output=True, text=True, timeout=120, check=False
    )


def cases(reports: Path) -> list[str]:
    lines = (reports / "latest" / "record.jsonl").read_text().splitlines()
    found = [json.loads(line) for line in lines]
    return [each["case"] for each in found if each["type"] == "outcome"]


def test_jobs_change_neither_the_cases_nor_their_order(tmp_path: Path) -> None:
    chosen = ("--only", "dental/health,dental/round-trip,medical/status/TESTEP0*")

    one = run(tmp_path / "one", *chosen)
    many = run(tmp_path / "many", *chosen, "--jobs", "4")

    assert (one.returncode, many.returncode) == (0, 0), one.stdout + many.stdout
    assert cases(tmp_path / "one") == cases(tmp_path / "many")
    assert len(cases(tmp_path / "many")) > 20


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
