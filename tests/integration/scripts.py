"""Run cases against a mock with faults, and the scripts of what is found against other mocks."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from harness.config import Overrides
from harness.mock.server import running
from harness.mock.settings import MockSettings
from harness.plugin.clock import real_time
from harness.session.reporting.reports import Result, write_reports
from harness.session.run.lifecycle import Task, run_cases
from harness.session.run.suite_cases import run_suite
from tests.products import FRAME, create_app, load

BASH = shutil.which("bash") or ""
SHOWS, SHOWS_NOT, LOOK = 1, 0, 3


@contextmanager
def mock(*faults: str) -> Iterator[str]:
    settings = MockSettings(faults=frozenset(faults))
    with running(create_app(settings), damage=FRAME.damage(settings.faults)) as url:
        yield url


def run_of(fault: str, only: str, folder: Path) -> Result:
    settings = load(Overrides(only=only, reports=folder), folder=folder, environ={})
    time = real_time()
    ran = run_cases(settings, run_suite, Task(faults=(fault,)), time=time, listen=lambda _: None)
    return write_reports(ran, allure=False)


def tried(script: Path, url: str, variables: Mapping[str, str] | None = None) -> tuple[int, str]:
    done = subprocess.run(
        [BASH, str(script)],
        env={**os.environ, "BASE_URL": url, **(variables or {})},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=600,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr
