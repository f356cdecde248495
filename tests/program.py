"""Run the program as its user starts it: arguments in; output, exit code and files out.

A start costs a second and more of processor time, nearly all of it to load modules. So a process that has
loaded them is kept, and each run is a fork of it, with a folder, variables and streams of its own. What is
about the start itself, about signals or about limits of a process starts one of its own.
"""

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("HARNESS_")}
"""The variables of the tests without any that the program reads."""


@lru_cache(maxsize=1)
def _forking() -> "subprocess.Popen[str]":
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.forking"],
        cwd=ROOT,
        env=CLEAN,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(server.kill)
    assert server.stdout is not None
    assert server.stdout.readline() == "ready\n"
    return server


def harness(
    *words: object, folder: Path | None = None, variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `harness` with these arguments in a folder, with the clean variables and those given."""
    server = _forking()
    assert server.stdin is not None
    assert server.stdout is not None
    told = [str(each) for each in words]
    with TemporaryDirectory() as place:
        out, err = Path(place, "out"), Path(place, "err")
        asked = {
            "words": told,
            "folder": str(folder or Path.cwd()),
            "variables": {**CLEAN, **(variables or {})},
            "out": str(out),
            "err": str(err),
        }
        server.stdin.write(json.dumps(asked) + "\n")
        server.stdin.flush()
        answer = server.stdout.readline()
        assert answer, "the process that runs the program has ended"
        return subprocess.CompletedProcess(told, int(answer), read(out), read(err))


def read(path: Path) -> str:
    """Return what a run printed, with the ends of its lines as they are read from a pipe."""
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
