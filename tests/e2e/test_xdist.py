"""Arazzo documents under a pytest of one's own: one process or two, the outcomes are the same."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from harness.mock.server import running
from harness.mock.settings import MockSettings
from harness.resources import shipped
from tests.products import create_app
from tests.program import CLEAN

pytestmark = pytest.mark.slow

BOOK = shipped("workflows") / "medical-attachments.arazzo.yaml"
KILLER = """import os, signal

def pytest_runtest_call(item):
    if item.name.endswith("TESTEP10") and "PYTEST_XDIST_WORKER" in os.environ:
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running(create_app(MockSettings(faults=frozenset({"wrong-status-TESTEP06"})))) as url:
        yield url


def collected(server: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    fixed = ("-q", "-p", "no:cacheprovider", "-p", "harness.plugin.pytest_entry")
    target = ("--harness-base-url", server, "--rootdir", str(folder))
    return subprocess.run(
        [sys.executable, "-m", "pytest", *fixed, *target, *arguments, str(BOOK)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        cwd=folder,
        env=CLEAN | {"PYTHONPATH": str(folder)},
    )


def shown(results: Path) -> Mapping[str, tuple[str, str, list[tuple[str, str]]]]:
    """Return of every case what Allure shows, times and the tokens of each process aside."""
    found = [json.loads(path.read_text("utf-8")) for path in results.glob("*-result.json")]
    return {
        each["name"]: (
            each["status"],
            each["historyId"],
            [
                (step["name"].partition(" in ")[0], step["status"])
                for step in each["steps"]
                if "/token" not in step["name"]
            ],
        )
        for each in found
    }


def test_two_processes_come_to_what_one_comes_to(server: str, tmp_path: Path) -> None:
    one = collected(server, tmp_path, "--alluredir", "one")
    two = collected(server, tmp_path, "--alluredir", "two", "-n", "2")

    assert (one.returncode, two.returncode) == (1, 1), one.stdout + two.stdout
    assert len(shown(tmp_path / "one")) == 18
    assert shown(tmp_path / "one") == shown(tmp_path / "two")
    assert shown(tmp_path / "two")["medical/status/TESTEP06"][0] == "failed"


def test_a_process_that_is_killed_is_never_green(server: str, tmp_path: Path) -> None:
    (tmp_path / "killer.py").write_text(KILLER)

    killed = collected(server, tmp_path, "-p", "killer", "-n", "2", "-k", "not TESTEP06")

    assert killed.returncode == 1, killed.stdout
    assert "crashed while running" in killed.stdout
    assert "medical/status/TESTEP10" in killed.stdout
