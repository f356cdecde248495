"""Start the client of a scenario with what it needs, bound it, and end it; or wait for one that runs as a service."""

import json
import os
import shlex
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from harness.client.http import Time
from harness.errors import ConfigurationError
from harness.jsonvalue import Json, members
from harness.judge.calls import Call
from harness.judge.evidence import ClientEnd
from harness.judge.judgement import NO_SUCH_ACTION
from harness.judge.product import ClientProduct, Inputs
from harness.judge.scenario import Scenario
from harness.judge.session import Session

MOST_OUTPUT_BYTES = 4 * 1024 * 1024
"""So much of what a program printed last is searched for secrets, and as much of what it printed first."""
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


@dataclass(frozen=True, slots=True)
class Children:
    """What a program has started, known by a variable of its environment, whatever group it is in."""

    mark: str
    """As `NAME=value`; no other program has it."""
    is_quiet: Callable[[float], bool]
    """Takes the seconds since the program's end: whether nothing has come for long enough."""
    sleep: Callable[[float], None]

    def go_on(self, seconds: float) -> bool:
        """Return whether some are there that may still call."""
        if self.is_quiet(seconds) or not left_behind(self.mark):
            return False
        self.sleep(_LOOK_SECONDS)
        return True

    def end(self) -> None:
        """End those that have left the group: SIGTERM, then SIGKILL."""
        until = monotonic() + _GRACE_SECONDS
        number = signal.SIGTERM
        while (left := left_behind(self.mark)) and number is not signal.SIGKILL:
            number = signal.SIGTERM if monotonic() < until else signal.SIGKILL
            for each in left:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(each, number)
            self.sleep(_LOOK_SECONDS)


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
    children: Children | None = None,
) -> ClientEnd:
    """Run a program to its end, or end its group at the limit or once it is enough. Raises ConfigurationError."""
    begun = monotonic()
    process = _started(words, environment)
    output = _Tail(process)
    timed_out = was_stopped = False
    ended = 0.0
    try:
        while not timed_out and not was_stopped:
            # What it left behind is still its client: it is observed until it is quiet.
            if process.poll() is not None:
                ended = ended or monotonic()
                if children is None or not children.go_on(monotonic() - ended):
                    break
            was_stopped = is_enough()
            timed_out = monotonic() - begun >= limit_seconds
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK_SECONDS)
    finally:
        # After a good end as well: what the program left behind would go on calling.
        end_group(process)
        if children is not None:
            children.end()
    # An exit code that we have brought about says nothing of the client.
    is_ours = timed_out or was_stopped
    return ClientEnd(
        exit_code=None if is_ours else process.returncode,
        timed_out=timed_out,
        was_stopped=was_stopped,
        seconds=monotonic() - begun,
        output=output.text(),
        printed_bytes=output.total,
    )


def _started(words: Sequence[str], environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """Start a program in a process group of its own. Raises ConfigurationError where it cannot be."""
    try:
        return subprocess.Popen(  # noqa: S603 the command is what the user asked to have judged
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


def left_behind(mark: str) -> tuple[int, ...]:
    """Return the processes that have a mark in their environment; none where the system does not tell."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ") if mark else ():
        # One that has ended meanwhile, or is somebody else's, is not to be read.
        with suppress(OSError):
            if mark.encode() in path.read_bytes().split(b"\0"):
                found.append(int(path.parent.name))
    return tuple(found)


def _signal(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


class _Tail:
    """Read a program's output to its end, so that it never blocks, and keep the first and the last of it."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self._first: list[bytes] = []
        self._last: deque[bytes] = deque()
        self._last_bytes = 0
        self.total = 0
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def text(self) -> str:
        self._thread.join(_GRACE_SECONDS)
        # A process that has left the group may still hold the other end; then it is not waited for.
        if self._process.stdout is not None and not self._thread.is_alive():
            self._process.stdout.close()
        pieces = (*self._first, *tuple(self._last))
        return b"".join(pieces).decode("utf-8", "replace")

    def _read(self) -> None:
        stream = self._process.stdout
        while stream is not None and (piece := os.read(stream.fileno(), 65536)):
            self.total += len(piece)
            if self.total <= MOST_OUTPUT_BYTES:
                self._first.append(piece)
                continue
            self._last.append(piece)
            self._last_bytes += len(piece)
            while self._last_bytes - len(self._last[0]) >= MOST_OUTPUT_BYTES:
                self._last_bytes -= len(self._last.popleft())


VERSION = 1
RESULT = "result.json"
CONTEXT = "context.json"
_MOST_RESULT_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Asked:
    """One action of a client, with the folder that its files and its result lie in."""

    scenario: str
    action: str
    inputs: Inputs
    repeat: int
    folder: Path


def write_context(
    asked: Asked, product: ClientProduct, session: Session, url: str, ca_file: str = ""
) -> Path:
    """Write the context, version 1, with the files to send beside it; return its path.

    The file holds the session's credentials, which are worth nothing anywhere else; it is readable
    by its owner alone and deleted with its folder.
    """
    asked.folder.mkdir(parents=True, exist_ok=True)
    base = f"{url}{session.prefix}"
    files = [_written(asked.folder, each.name, each.content) for each in asked.inputs.files]
    listed: Json = [
        {"path": str(path), "name": each.name, "media_type": each.media_type}
        for path, each in zip(files, asked.inputs.files, strict=True)
    ]
    inputs = {**product.common_inputs, **asked.inputs.values}
    if files:
        inputs["files"] = listed
    context: Mapping[str, Json] = {
        "version": VERSION,
        "scenario": asked.scenario,
        "product": product.name,
        "action": asked.action,
        "base_url": base,
        "token_url": f"{base}{product.token_path}",
        "token_form": product.token_form,
        "client_id": session.credentials.client_id,
        "client_secret": session.credentials.client_secret,
        "ca_file": ca_file or None,
        "inputs": inputs,
        "repeat": asked.repeat,
        "result_file": str(asked.folder / RESULT),
    }
    path = asked.folder / CONTEXT
    path.touch(mode=0o600)
    path.write_text(json.dumps(context, indent=2), encoding="utf-8")
    return path


def read_result(folder: Path) -> Mapping[str, Json]:
    """Return what the client says of itself; nothing where it says nothing that can be read."""
    path = folder / RESULT
    try:
        with path.open("rb") as stream:
            raw = stream.read(_MOST_RESULT_BYTES + 1)
        if len(raw) > _MOST_RESULT_BYTES:
            return {}
        return members(json.loads(raw))
    except (OSError, ValueError, RecursionError):
        return {}


def _written(folder: Path, name: str, content: bytes) -> Path:
    # The name on the wire may be anything; on this disk it is a plain one in a folder of ours.
    path = folder / "files" / f"{len(list(folder.glob('files/*'))) + 1}" / Path(name).name
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


WAIT_SECONDS = 120.0
"""How long the first call may take, unless another time is asked for."""
_QUIET_SECONDS = 2.0
_DATE_SECONDS = 6.0


@dataclass(frozen=True, slots=True)
class Attachment:
    """How a service is told of a scenario, and how long it is waited for."""

    announce: Callable[[str], None]
    """Takes the path of the context."""
    wait_seconds: float = WAIT_SECONDS


def attended(
    session: Session,
    scenario: Scenario,
    result: Callable[[], Mapping[str, Json]],
    wait_seconds: float,
    time: Time,
) -> ClientEnd:
    """Wait until the client has written its result, or has called and is quiet, or its time is up.

    A client that has nothing to call writes its result to say so; silence alone ends nothing early.
    """
    begun = time.monotonic()
    while True:
        now = time.monotonic()
        calls = session.calls
        told = result()
        if told and session.is_idle:
            code = NO_SUCH_ACTION if told.get("exit_code") == NO_SUCH_ACTION else None
            return ClientEnd(exit_code=code, seconds=now - begun)
        if not calls and now - begun >= wait_seconds:
            return ClientEnd(seconds=now - begun)
        if calls and is_quiet(session, scenario, now):
            return ClientEnd(seconds=calls[-1].ended - begun)
        if calls and now - calls[0].at >= scenario.limit_seconds:
            return ClientEnd(timed_out=True, seconds=now - begun)
        time.sleep(_LOOK_SECONDS)


def is_quiet(session: Session, scenario: Scenario, now: float, since: float = 0.0) -> bool:
    """Return whether nothing has come for as long as it takes to believe that nothing will."""
    last = session.calls[-1:]
    silent_for = now - max(since, *(each.ended for each in last), 0.0)
    wanted = _quiet(scenario, last[0]) if last else _QUIET_SECONDS
    return session.is_idle and silent_for >= wanted


def _quiet(scenario: Scenario, last: Call) -> float:
    """Return how long nothing may come: longer than the last answer asks the client to wait."""
    told = last.reply.header("retry-after")
    asked = 0.0 if told is None else float(told) if told.isdecimal() else _DATE_SECONDS
    return max(scenario.quiet_seconds, _QUIET_SECONDS, asked + 1.0)
