"""`harness run -n`: the cases of one run in several processes, judged as one run."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from tests.program import CLEAN

pytestmark = pytest.mark.slow

CHOSEN = ("--only", "dental/health,dental/search/no-ids*,medical/status/detail-testep0*")
BROKEN = ("--fault", "wrong-status-TESTEP06")


def command(reports: Path, *arguments: str) -> list[str]:
    fixed = [sys.executable, "-m", "harness", "run", "--no-allure", "--reports", str(reports)]
    return [*fixed, *arguments]


def run(reports: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(reports, *arguments),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env=CLEAN,
    )


def lines(reports: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line) for line in (reports / "latest" / "record.jsonl").read_text().splitlines()
    ]


def judged(reports: Path) -> Mapping[str, object]:
    """Return of every case all but times and what a server makes up."""
    return {
        each["case"]: (
            each["status"],
            each["requests"],
            [(check["name"], check["status"], check["where"]) for check in each["checks"]],
        )
        for each in lines(reports)
        if each["type"] == "outcome"
    }


def verdict(reports: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((reports / "latest" / "verdict.json").read_text())
    return told


def test_two_processes_give_the_record_and_the_verdict_of_one(tmp_path: Path) -> None:
    one = run(tmp_path / "one", *CHOSEN, *BROKEN)
    two = run(tmp_path / "two", *CHOSEN, *BROKEN, "-n", "2")

    assert (one.returncode, two.returncode) == (1, 1), one.stdout + two.stdout + two.stderr
    assert len(judged(tmp_path / "one")) > 20
    assert judged(tmp_path / "one") == judged(tmp_path / "two")
    for key in ("verdict", "exit_code", "reason", "cases", "requirements", "operations"):
        assert verdict(tmp_path / "one")[key] == verdict(tmp_path / "two")[key]
    assert [
        path.name for path in (tmp_path / "two" / "latest").iterdir() if path.name[0] == "."
    ] == []


def test_a_process_that_is_killed_is_never_green(tmp_path: Path) -> None:
    with subprocess.Popen(
        command(tmp_path, "--only", "dental/create", "-n", "2"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=CLEAN,
    ) as program:
        os.kill(worker_at_work(program.pid, tmp_path), signal.SIGKILL)
        told, errors = program.communicate(timeout=600)

    assert program.returncode == 3, told + errors
    assert verdict(tmp_path)["verdict"] == "INCONCLUSIVE"
    assert verdict(tmp_path)["cases"]["not_run"] > 0
    gates = {each["name"]: each["passed"] for each in verdict(tmp_path)["gates"]}
    assert (gates["run_complete"], gates["leak_scan"]) == (False, False)


def worker_at_work(program: int, reports: Path) -> int:
    """Return a process that has planned its cases and has not ended them."""
    until = monotonic() + 600
    while monotonic() < until:
        for record in reports.glob("2*/.parts/shard-*/2*/record.jsonl"):
            if '"type":"started"' in record.read_text():
                return next(writers(program, record))
    raise AssertionError("no shard has begun")


def writers(program: int, record: Path) -> Iterator[int]:
    """Yield the children that hold a record open."""
    for child in Path(f"/proc/{program}/task/{program}/children").read_text().split():
        links = Path(f"/proc/{child}/fd").iterdir()
        if any(link.resolve() == record.resolve() for link in links):
            yield int(child)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["--shard", "1/2"], "--shard and --resume cannot be asked", id="shard"),
        pytest.param(["--jobs", "2"], "-n goes with neither --jobs nor -x", id="jobs"),
        pytest.param(
            ["--base-url", "https://api.example"], "at the rate of several clients", id="elsewhere"
        ),
    ],
)
def test_what_processes_cannot_share_is_refused(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    refused = run(tmp_path, "-n", "2", *arguments)

    assert refused.returncode == 2, refused.stdout
    assert said in refused.stderr
    assert not list(tmp_path.iterdir())
