"""Whatever ends a run, its verdict says so, or its record can be read and resumed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hard.sizes import attempts
from tests.program import harness

pytestmark = pytest.mark.slow

ONLY = "dental/token,dental/create/single/*,dental/health"


def started(reports: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "harness", "run", "--no-allure", "--only", ONLY, *more]
    return subprocess.Popen(
        [*command, "--reports", str(reports)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(60_000):
        if condition():
            return
        time.sleep(0.01)
    pytest.fail("it never came to that")


def lines(reports: Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in reports.glob("2*/record.jsonl"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda each: each.name)
def test_a_signal_ends_a_run_like_ctrl_c(tmp_path: Path, number: signal.Signals) -> None:
    run = started(tmp_path)
    wait_for(lambda: lines(tmp_path) > 100)

    for _ in range(5):
        run.send_signal(number)
    printed, _ = run.communicate(timeout=600)

    verdict = json.loads((tmp_path / "latest" / "verdict.json").read_text())
    assert (run.returncode, verdict["exit_code"]) == (3, 3), printed
    assert verdict["verdict"] == "INCONCLUSIVE"
    assert printed.rstrip().rpartition("\n")[2].startswith("INCONCLUSIVE")


MOMENTS = attempts(200, least=3)


@pytest.mark.parametrize("processes", ["1", "2"])
@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_killed_run_can_be_read_and_resumed(tmp_path: Path, moment: int, processes: str) -> None:
    run = started(tmp_path, "-n", processes)
    wait_for(lambda: (tmp_path / "latest").exists() or run.poll() is not None)
    time.sleep(8.0 * moment / MOMENTS)
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate(timeout=600)

    read = harness("report", str(tmp_path / "latest"))
    assert read.returncode in (0, 1, 3), read.stdout + read.stderr
    if read.returncode == 3:
        resumed = harness("run", "--resume", str(tmp_path / "latest"), "--no-allure")
        assert "is complete" in resumed.stderr or resumed.returncode == 0, (
            resumed.stdout + resumed.stderr
        )
    outcomes = [
        json.loads(line)["case"]
        for line in (tmp_path / "latest" / "record.jsonl").read_text().splitlines()
        if '"type":"outcome"' in line
    ]
    assert len(outcomes) == len(set(outcomes))
