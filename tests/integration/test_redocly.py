"""The bundled documents as another tool reads them; runs only where that tool is installed."""

import shutil
import subprocess
from pathlib import Path

import pytest

from harness.openapi.bundled import document_names
from harness.resources import shipped

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def redocly(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the command of @redocly/cli; nothing is installed for it."""
    found = shutil.which("redocly")
    if found:
        return [found]
    npx = shutil.which("npx")
    if npx is None:
        pytest.skip("Node with npx is not installed")
    command = [npx, "--no-install", "@redocly/cli"]
    if _run([*command, "--version"], tmp_path_factory.mktemp("npx")).returncode:
        pytest.skip("@redocly/cli is not installed")
    return command


@pytest.mark.parametrize("name", document_names())
def test_redocly_finds_no_error(redocly: list[str], tmp_path: Path, name: str) -> None:
    path = shipped("specs") / name / "openapi.yaml"

    linted = _run([*redocly, "lint", str(path), "--format", "summary"], tmp_path)

    assert linted.returncode == 0, linted.stdout + linted.stderr


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, timeout=600, check=False, cwd=folder
    )
