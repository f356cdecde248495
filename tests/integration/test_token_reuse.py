"""One token per endpoint serves a whole run, however many cases there are and side by side."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from harness.mock.server import running
from harness.mock.settings import MockSettings
from tests.products import create_app
from tests.program import CLEAN

pytestmark = pytest.mark.slow

ONLY = "dental/health/healthy,medical/*-health/healthy,prior-auth/health,prior-auth/inquiry/TST*"


def exchanges_by_operation(record: Path, case: str) -> Counter[str]:
    lines = (json.loads(line) for line in record.read_text().splitlines())
    found = (each for each in lines if each.get("type") == "exchange" or "request" in each)
    return Counter(each["request"]["operation"] for each in found if each["case"] == case)


@pytest.mark.parametrize("jobs", ["1", "4"])
def test_a_run_asks_once_for_the_token_of_each_endpoint(tmp_path: Path, jobs: str) -> None:
    with running(create_app(MockSettings())) as url:
        run = subprocess.run(
            [sys.executable, "-m", "harness", "run", "--no-allure", "--base-url", url,
             "--only", ONLY, "--jobs", jobs, "--reports", str(tmp_path)],
            capture_output=True, text=True, timeout=600, check=False, env=CLEAN,
        )  # fmt: skip

    assert run.returncode == 0, run.stdout + run.stderr
    record = tmp_path / "latest" / "record.jsonl"
    assert exchanges_by_operation(record, "run/token") == {
        "POST /apip/auth/sntl/v1/token": 1,
        "POST /apip/auth/v2/token": 1,
    }
    assert len(record.read_text().splitlines()) > 50
