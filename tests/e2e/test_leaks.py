"""No secret of a run reaches any file or the screen, whatever the run came to."""

import re
from pathlib import Path

import pytest

from harness.config import MOCK_CLIENT_SECRET
from harness.report.leaks import scan
from tests.program import harness

pytestmark = pytest.mark.slow

JWT = re.compile(rb"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}")


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(
            ["--only", "dental/token,dental/health,medical/token,medical/status/TESTEP06"],
            id="clean",
        ),
        pytest.param(
            ["--fault", "token-error-echoes-secret", "--only", "dental/token,medical/token"],
            id="echo",
        ),
    ],
)
def test_neither_secret_nor_token_is_in_any_artefact(tmp_path: Path, arguments: list[str]) -> None:
    run = harness("run", *arguments, "--reports", tmp_path)

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 20
    assert scan(tmp_path, (MOCK_CLIENT_SECRET,)) == ()
    assert [path.name for path in files if JWT.search(path.read_bytes())] == []
    assert JWT.search((run.stdout + run.stderr).encode()) is None
    assert b'"leak_scan", "limit": 0' in _flat(tmp_path / "latest" / "verdict.json")


def _flat(path: Path) -> bytes:
    return re.sub(rb"\s+", b" ", path.read_bytes())
