"""`harness watch` against the mock: a fault that comes and goes, and an end in order."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli.main import cli
from harness.errors import ConfigurationError

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
NPI = "dental/create/npi-checksum"
WORDS = ["watch", "--api", "dental", "--only", NPI]
FAULT = ["--fault", "npi-checksum-unchecked"]


def watched(folder: Path, *words: str) -> tuple[int, list[str]]:
    result = CliRunner().invoke(cli, [*WORDS, "--folder", str(folder), *words])
    return result.exit_code, result.output.splitlines()


def test_a_fault_of_the_mock_comes_and_goes(tmp_path: Path) -> None:
    told = [watched(tmp_path, *words) for words in (FAULT, ())]

    issues = json.loads((tmp_path / "issues.json").read_text())
    assert [code for code, _ in told] == [1, 0]
    assert [lines[0].split()[0] for _, lines in told] == ["new", "gone"]
    assert "A status of 201 and no error came" in told[-1][1][0]
    assert [each["replay"] for each in issues["closed"]] == [f"harness replay {NPI}"]
    assert all(lines[-1].startswith(("CONFORMANT: ", "NON_CONFORMANT: ")) for _, lines in told)


def test_a_watch_for_good_ends_in_order_and_keeps_others_out(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "harness", *WORDS, "--folder", str(tmp_path), "--every", "24h"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    first = [process.stdout.readline() for _ in range(4)]
    second = CliRunner().invoke(cli, [*WORDS, "--folder", str(tmp_path)])
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=60)

    assert first[-1].startswith("CONFORMANT: 1 case ran")
    assert isinstance(second.exception, ConfigurationError)
    assert (process.returncode, rest) == (0, "")
