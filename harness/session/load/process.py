"""Start the process in which Locust runs the users, hear what it tells, and have it end in order."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Timer
from typing import Any

from harness.errors import HarnessError, TargetError, UsageError
from harness.session.load.load_options import LoadOptions

MODULE = "harness.session.load.swarm"
LAST_SECONDS = 60.0
"""How long it may take after it was told to end: visits, teardowns, the last word of workers."""

Hear = Callable[[Mapping[str, Any]], None]
_RESULTS = ("result", "worked", "error")


@dataclass(frozen=True, slots=True)
class LoadResult:
    """The last line of the process, and whether somebody interrupted it."""

    line: Mapping[str, Any]
    is_interrupted: bool


def run_in_process(options: LoadOptions, hear: Hear) -> LoadResult:
    """Run users until they are done, the time is over, or Ctrl-C; then what was done is told all the same.

    Raises UsageError, TargetError or HarnessError as the process does.
    """
    with _started(options) as process:
        is_interrupted = False
        try:
            line = _last_line(process, hear)
        except KeyboardInterrupt:
            is_interrupted = True
            _end_input(process)
            # What is caught in an endless computation hears nothing.
            bound = Timer(LAST_SECONDS, process.kill)
            bound.start()
            try:
                line = _last_line(process, hear)
            finally:
                bound.cancel()
    if line["kind"] == "error":
        raise _problem(str(line["words"]), int(line["exit_code"]))
    return LoadResult(line, is_interrupted)


@contextmanager
def _started(options: LoadOptions) -> Iterator[subprocess.Popen[str]]:
    # Its own session: Ctrl-C must reach the program alone, which then ends the process in order.
    process = subprocess.Popen(  # noqa: S603 our own program with our own arguments
        [sys.executable, "-m", MODULE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        with suppress(BrokenPipeError):
            assert process.stdin is not None  # noqa: S101 it is a pipe
            process.stdin.write(f"{options.as_text()}\n")
            process.stdin.flush()
        yield process
    finally:
        _end_input(process)
        try:
            process.wait(timeout=LAST_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _last_line(process: subprocess.Popen[str], hear: Hear) -> Mapping[str, Any]:
    """Hear every line up to the last one, which is returned."""
    for text in process.stdout or ():
        line: Mapping[str, Any] = json.loads(text)
        if line["kind"] in _RESULTS:
            return line
        hear(line)
    raise HarnessError("the process of the users has ended without a word.")


def _end_input(process: subprocess.Popen[str]) -> None:
    """Close its standard input, by which it knows that it is to end."""
    with suppress(BrokenPipeError, OSError):
        if process.stdin is not None:
            process.stdin.close()


def _problem(words: str, exit_code: int) -> HarnessError:
    kinds = (UsageError, TargetError)
    kind = next((each for each in kinds if each.exit_code == exit_code), HarnessError)
    return kind(words)
