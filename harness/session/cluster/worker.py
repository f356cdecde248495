"""What runs on a worker: it hands an order to a process of its own, and what comes back to the asker.

A process of its own, so that a worker may have several threads, and a crash is not that of the worker.
"""

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock

from harness.jsonvalue import members, parsed, text

CHILD = "harness.session.cluster.child"
# A Dask worker runs orders in threads of one process, which share what is below.
_lock = Lock()
_idle: "dict[str, list[subprocess.Popen[str]]]" = {}
"""Processes that wait for the next order, by campaign."""


def perform(order: str) -> tuple[str, bytes]:
    """Do what an order says; return JSON and the files of a shard. Raises OSError where the process ends."""
    campaign = text(members(json.loads(order)).get("campaign"))
    child = _take(campaign)
    try:
        answer = _ask(child, order)
    except BaseException:
        # Its state is unknown: what it still writes would be taken for the next answer.
        child.kill()
        raise
    with _lock:
        _idle.setdefault(campaign, []).append(child)
    archive = text(members(parsed(answer)).get("archive"))
    return answer, _collected(Path(archive)) if archive else b""


def _take(campaign: str) -> "subprocess.Popen[str]":
    """Return a process of this campaign; those of others end, since what they have read may have changed."""
    with _lock:
        for other in [each for each in _idle if each != campaign]:
            for child in _idle.pop(other):
                _end(child)
        # Those that have ended meanwhile are dropped, until one lives or none is left.
        while waiting := _idle.get(campaign):
            child = waiting.pop()
            if child.poll() is None:
                return child
    return subprocess.Popen(  # noqa: S603 our own module
        # -P: no module from the folder that the worker was started in.
        [sys.executable, "-P", "-m", CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _ask(child: "subprocess.Popen[str]", order: str) -> str:
    """Send one line and read one; the process sees by the end of its stream that this one has gone."""
    if child.stdin is None or child.stdout is None:
        raise OSError("the process has no streams.")
    child.stdin.write(f"{order}\n")
    child.stdin.flush()
    answer = child.stdout.readline()
    # A line without its end was cut off, and the process with it.
    if not answer.endswith("\n"):
        raise OSError("the process that did the work has ended.")
    return answer


def _collected(archive: Path) -> bytes:
    raw = archive.read_bytes()
    archive.unlink()
    return raw


def _end(child: "subprocess.Popen[str]") -> None:
    with suppress(OSError):
        if child.stdin:
            # The end of its input is what ends it; see `child._lines`.
            child.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        child.wait(timeout=5)
