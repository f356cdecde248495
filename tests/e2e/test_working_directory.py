"""Nothing is left in the folder that a command is started in, but the reports it was asked for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import harness

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "command",
    [
        "run --no-allure --only dental/create/npi-malformed,dental/model --reports reports",
        "run --no-allure --only dental/fuzz/checkDentalHealth --profile regression --reports reports",
        "generate npi --count 3",
    ],
    ids=["run", "fuzz", "generate"],
)
def test_only_reports_are_left_behind(command: str, tmp_path: Path) -> None:
    environment = {name: each for name, each in os.environ.items() if "HARNESS_" not in name}
    environment["PYTHONPATH"] = str(Path(harness.__file__).parents[1])

    subprocess.run(
        [sys.executable, "-m", "harness", *command.split()],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        timeout=600,
    )

    assert {each.name for each in tmp_path.iterdir()} <= {"reports"}
