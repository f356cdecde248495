"""Run `harness spec` in a folder of its own, with bounded memory."""

import resource
import subprocess
import sys
from pathlib import Path

from tests.program import CLEAN, ROOT

TOKEN = "openapi: 3.1.0\ninfo: {title: T, version: '9'}\npaths: {/apip/auth/v2/token: {post: {}}}\n"
SCHEMAS = f"{TOKEN}components:\n  schemas:\n"
BOUNDED = """
import resource
resource.setrlimit(resource.RLIMIT_DATA, (500 * 1024 * 1024,) * 2)
from harness.cli.main import main
main()
"""


def spec(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder, with 500 MB of memory at most."""
    return subprocess.run(
        [sys.executable, "-c", BOUNDED, "spec", *arguments],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        cwd=folder,
        env={**CLEAN, "PYTHONPATH": str(ROOT)},
    )


def worked() -> float:
    """Return the seconds that all processes started so far have worked, however busy the machine."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
