"""The shell of `action.yml`, as a runner would start it."""

import subprocess
import sys
from pathlib import Path

import pytest

from harness import document
from harness.jsonvalue import items, lookup, members, text
from harness.verdict.model import Conclusion
from tests.program import CLEAN

pytestmark = pytest.mark.slow

ACTION = Path(__file__).parents[2] / "action.yml"


def script() -> str:
    """Return the step that runs the harness."""
    steps = items(lookup(document.read(ACTION).data, "/runs/steps"))
    return next(text(members(step)["run"]) for step in steps if members(step).get("id") == "run")


def step(folder: Path, arguments: str, command: str = "run") -> tuple[int, dict[str, str], str]:
    """Return the exit code, the outputs and the summary of the step."""
    programs = folder / "action" / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "harness").write_text(f'#!/bin/sh\nexec {sys.executable} -m harness "$@"\n')
    (programs / "harness").chmod(0o755)
    (programs / "python").symlink_to(sys.executable)
    output, summary = folder / "output", folder / "summary"
    output.touch()
    summary.touch()
    told = {
        "GITHUB_ACTION_PATH": str(folder / "action"),
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
        "COMMAND": command,
        "ARGUMENTS": arguments,
        "REPORTS": "reports",
        "PYTHONPATH": str(ACTION.parent),
    }
    ran = subprocess.run(
        ["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script()],
        cwd=folder,
        env=CLEAN | told,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    lines = [line.partition("=") for line in output.read_text().splitlines()]
    return ran.returncode, {name: value for name, _, value in lines}, summary.read_text()


def test_a_run_hands_on_its_exit_code_its_verdict_and_its_summary(tmp_path: Path) -> None:
    code, outputs, summary = step(
        tmp_path, "--only 'dental/health/healthy' --fault health-down --no-allure"
    )

    assert code == 1
    assert outputs == {"exit-code": "1", "verdict": str(Conclusion.NON_CONFORMANT)}
    assert summary.startswith("## NON\\_CONFORMANT")


def test_arguments_that_cannot_be_read_run_nothing(tmp_path: Path) -> None:
    code, outputs, _ = step(tmp_path, "--only 'dental/health --no-allure")

    assert (code, outputs) == (2, {})
    assert not (tmp_path / "reports").exists()


def test_the_verdict_of_an_earlier_run_is_not_taken_for_this_one(tmp_path: Path) -> None:
    (tmp_path / "reports" / "old").mkdir(parents=True)
    (tmp_path / "reports" / "old" / "verdict.json").write_text('{"verdict": "CONFORMANT"}')
    (tmp_path / "reports" / "latest").symlink_to("old")

    code, outputs, summary = step(tmp_path, "--no-such-option")

    assert (code, outputs, summary) == (2, {"exit-code": "2"}, "")


def test_a_command_that_is_none_is_refused(tmp_path: Path) -> None:
    code, outputs, _ = step(tmp_path, "", command="mock; rm -rf /")

    assert (code, outputs) == (2, {})
