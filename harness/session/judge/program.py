"""Start the client program of a scenario, bound it, and end it with everything that it started."""

import os
import shlex
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from harness.errors import ConfigurationError
from harness.judge.evidence import ClientEnd

MOST_OUTPUT_BYTES = 4 * 1024 * 1024
"""So much of what a program printed last is searched for secrets."""
_GRACE_SECONDS = 2.0
_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Program:
    """A command line with places for what differs from session to session."""

    words: tuple[str, ...]

    def filled(self, values: Mapping[str, str]) -> list[str]:
        """Return the words with `{url}`, `{token_url}` and `{scenario}` filled in."""
        found = []
        for word in self.words:
            for name, value in values.items():
                word = word.replace(f"{{{name}}}", value)  # noqa: PLW2901 one place after the other
            found.append(word)
        return found


def program_of(command: str) -> Program:
    """Split a command as a shell would, without one. Raises ConfigurationError."""
    try:
        words = tuple(shlex.split(command))
    except ValueError as problem:
        raise ConfigurationError(
            f"the command cannot be read ({problem}).", advice="Check its quotes."
        ) from None
    if not words:
        raise ConfigurationError("the command is empty.", advice="Name the client's program.")
    return Program(words)


def run_program(
    words: Sequence[str],
    environment: Mapping[str, str],
    limit_seconds: float,
    is_enough: Callable[[], bool] = lambda: False,
) -> ClientEnd:
    """Run a program to its end, or end its whole process group at the limit or once it is enough.

    Raises ConfigurationError where it cannot be started.
    """
    begun = monotonic()
    try:
        process = subprocess.Popen(  # noqa: S603 the command is what the user asked to have judged
            list(words),
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as problem:
        raise ConfigurationError(
            f"the client cannot be started: {words[0]}: {problem.strerror}.",
            advice="Check --command; it is started without a shell, from this folder.",
        ) from None
    output = _Tail(process)
    timed_out = was_stopped = False
    try:
        while process.poll() is None and not timed_out and not was_stopped:
            was_stopped = is_enough()
            timed_out = monotonic() - begun >= limit_seconds
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK_SECONDS)
    finally:
        end_group(process)
    is_ours = timed_out or was_stopped
    return ClientEnd(
        exit_code=None if is_ours else process.returncode,
        timed_out=timed_out,
        was_stopped=was_stopped,
        seconds=monotonic() - begun,
        output=output.text(),
    )


def leaked(output: str, secret: str, tokens: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the secrets that stand in what a program printed."""
    named = {"the client secret": secret, **{f"token {n}": t for n, t in enumerate(tokens, 1)}}
    return tuple(name for name, value in named.items() if value and value in output)


def end_group(process: "subprocess.Popen[bytes]") -> None:
    """End a process and whatever it left behind: SIGTERM, then SIGKILL for the whole group."""
    _signal(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE_SECONDS)
    _signal(process.pid, signal.SIGKILL)
    process.wait()


def _signal(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


class _Tail:
    """Read a program's output to its end, so that it never blocks, and keep the last of it."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self._kept: deque[bytes] = deque()
        self._bytes = 0
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def text(self) -> str:
        self._thread.join(_GRACE_SECONDS)
        # A process that has left the group may still hold the other end; then it is not waited for.
        if self._process.stdout is not None and not self._thread.is_alive():
            self._process.stdout.close()
        return b"".join(tuple(self._kept)).decode("utf-8", "replace")

    def _read(self) -> None:
        stream = self._process.stdout
        while stream is not None and (piece := os.read(stream.fileno(), 65536)):
            self._kept.append(piece)
            self._bytes += len(piece)
            while self._bytes - len(self._kept[0]) >= MOST_OUTPUT_BYTES:
                self._bytes -= len(self._kept.popleft())
