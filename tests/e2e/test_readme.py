"""What the README shows is what happens."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def harness(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "harness", *arguments],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )


def commands() -> list[list[str]]:
    found = re.findall(r"^\$ (?:\.venv/bin/)?harness (.+?)(?:  +#.*)?$", README, re.MULTILINE)
    return [shlex.split(line) for line in found]


def test_the_fault_it_shows_is_found_and_told_as_shown(tmp_path: Path) -> None:
    (command,) = [each for each in commands() if "--fault" in each]

    run = harness(*command, "--no-allure", folder=tmp_path)

    shown = re.search(r"^  FAIL .+$", README, re.MULTILINE)
    assert shown is not None
    assert shown[0] in run.stdout
    assert run.stdout.rstrip().splitlines()[-1] in README


def test_the_run_it_shows_has_the_size_and_the_sum_of_a_run_of_today(tmp_path: Path) -> None:
    run = harness("run", "--only", "platform", "--no-allure", folder=tmp_path)

    cases = re.search(r"of ([\d,]+) cases", run.stdout)
    requirements = re.search(r"of ([\d,]+) requirements", run.stdout)
    assert cases is not None
    assert requirements is not None
    assert set(re.findall(r"of ([\d,]+) cases", README)) == {cases[1]}
    assert set(re.findall(r"([\d,]+) cases planned", README)) == {cases[1]}
    assert set(re.findall(r"of ([\d,]+) requirements", README)) == {requirements[1]}
    listed = re.findall(r"^  [\w-]+ +([\d,]+) cases .+ ok$", README, re.MULTILINE)
    total = sum(int(each.replace(",", "")) for each in listed)
    assert f"{total:,}" == cases[1]


def test_it_says_of_the_vendor_what_must_be_said_and_stays_short() -> None:
    assert "not affiliated" in README
    assert len(README.splitlines()) <= 155


def test_the_workflow_it_shows_runs(tmp_path: Path) -> None:
    document = re.search(r"```yaml\n(arazzo:.+?)```", README, re.DOTALL)
    assert document is not None
    (tmp_path / "workflows").mkdir()
    (tmp_path / "workflows" / "shown.arazzo.yaml").write_text(document[1])

    run = harness("workflow", "run", "workflows/shown.arazzo.yaml", folder=tmp_path)

    assert run.stdout.rstrip().splitlines()[-1].startswith("CONFORMANT: "), run.stdout + run.stderr


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_it_shows_exists_with_these_options(
    command: list[str], tmp_path: Path
) -> None:
    options = [each for each in command if each.startswith("--")]
    names = [each for each in command[:2] if re.fullmatch(r"[a-z]+", each)]

    told = harness(*names, "--help", folder=tmp_path)

    assert told.returncode == 0
    assert all(option in told.stdout for option in options)


def test_every_file_it_links_to_exists() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)

    assert [link for link in links if not (ROOT / link).exists()] == []
