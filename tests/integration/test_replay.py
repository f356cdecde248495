"""`harness replay` runs one case of a run again, against the target that it had or another."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli.replay import command
from harness.cli.run import command as run_command
from harness.errors import UnknownName
from harness.mock.server import running
from harness.mock.settings import MockSettings
from tests.products import create_app

pytestmark = pytest.mark.slow

CASE = "dental/health/healthy"


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    flags = ["--no-allure", "--only", "dental/health", "--fault", "health-silent", "--seed", "7"]
    CliRunner().invoke(run_command, flags)
    return (tmp_path / "reports" / "latest").resolve()


def replayed(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def test_a_case_is_run_again_with_the_faults_and_the_seed_of_its_run(recorded: Path) -> None:
    result = replayed(CASE)

    assert result.exit_code == 1, result.output
    assert f"{CASE}: was failed, is failed" in result.output
    verdict = json.loads((recorded / "replays/latest/verdict.json").read_text())
    assert (verdict["seed"], verdict["cases"]["planned"]) == (7, 1)
    assert (recorded.parent / "latest").resolve() == recorded


def test_a_case_can_be_run_again_against_another_target(recorded: Path) -> None:
    with running(create_app(MockSettings())) as url:
        result = replayed(CASE, "--of", str(recorded), "--base-url", url)

    assert result.exit_code == 0, result.output
    assert f"{CASE}: was failed, is passed" in result.output


def test_a_case_that_the_run_did_not_have_is_named_with_a_near_one(recorded: Path) -> None:
    result = replayed("dental/health/healty", "--of", str(recorded))

    assert isinstance(result.exception, UnknownName)
    assert "Did you mean 'dental/health/healthy'?" in str(result.exception)
