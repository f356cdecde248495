"""The `harness` command: finds the module of each subcommand, and words every error of ours."""

import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from threading import current_thread, main_thread
from types import FrameType

import click

from harness import __version__, limits
from harness.cli import console
from harness.cli.console import say, say_problem, say_text, shown
from harness.cli.lazy import LazyGroup, Place
from harness.errors import HarnessError, StorageError, TargetError, UsageError, suggestion

_MODE = "PYTHONUTF8"


def ensure_utf8() -> None:
    """Start this process again in UTF-8 mode where Python reads names in another encoding (PEP 540).

    Otherwise a folder called `ü` breaks under another locale what holds its path: the record, the
    reports, a document that is named again later.
    """
    is_utf8 = sys.getfilesystemencoding().lower() in ("utf-8", "utf8")
    # Once only: where it has no effect, another start would have none either.
    has_tried = os.environ.get(_MODE) == "1"
    if is_utf8 or has_tried or sys.flags.ignore_environment:
        return
    os.execve(sys.executable, sys.orig_argv, {**os.environ, _MODE: "1"})  # noqa: S606 ourselves again


_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Once:
    """Interrupts once; whatever comes after finds the run on its way to the verdict already."""

    def __init__(self) -> None:
        self._is_ending = False

    def __call__(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 the signature of a handler
        if not self._is_ending:
            self._is_ending = True
            raise KeyboardInterrupt


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Let each of these signals interrupt once; SIGQUIT (Ctrl-\\) still ends at once."""
    # Signals belong to the main thread; tests run commands in others.
    if current_thread() is not main_thread():
        yield
        return
    handler = _Once()
    # What is ignored stays ignored: so `nohup` and a shell's background jobs want it.
    before = {
        each: signal.signal(each, handler)
        for each in _ENDING
        if signal.getsignal(each) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for each, former in before.items():
            signal.signal(each, former)


_COMMANDS = {
    "certify": "run under a certification profile and write a certificate bundle",
    "compare": "tell what changed between two runs",
    "doctor": "check settings, credentials, reachability and tools",
    "judge": "certify a client of an API: observe what it sends, scenario by scenario",
    "generate": "print synthetic data, valid or broken in a named way",
    "load": "run a workflow as many users at a time, and judge it by limits",
    "mock": "serve the mock of the shipped APIs, or of any document",
    "prove": "run the suite against every fault of the mock",
    "replay": "run one case of an earlier run again",
    "report": "render a run's reports again, or join shards",
    "run": "run the contract suite and the workflows against a target",
    "share": "pack what somebody needs to mend what a run found",
    "spec": "work with OpenAPI documents",
    "verify": "check a certificate offline",
    "watch": "run again and again, and tell what changed since the last good run",
    "workflow": "work with Arazzo documents",
}


class _Commands(LazyGroup):
    """Names the nearest command for one that there is not."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        # What begins with a hyphen is an option of the program itself.
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            near = suggestion(args[0], tuple(_COMMANDS))
            ctx.fail(shown(f"No such command '{args[0]}'. {near}".rstrip()))
        return super().resolve_command(ctx, args)


@click.command(
    cls=_Commands,
    places={name: Place(name, summary=what) for name, what in _COMMANDS.items()},
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="harness")
def cli() -> None:
    """Prove whether servers and clients keep a published API contract.

    \b
    Examples:
      harness run                                  against the mock that ships with it
      harness run --base-url http://127.0.0.1:8080 against your server
      harness run --env sandbox --api dental       against the vendor's sandbox
      harness mock --spec openapi.yaml             a mock of any document
      harness judge list                           what clients are judged by
    """
    # Before any document is read; --max-size may raise it further.
    limits.adopt(_limits(Path.cwd()))


def _limits(folder: Path) -> limits.Limits:
    """Return how large documents may be, as the settings say; whoever needs settings tells what ails them."""
    if not any((place / "harness.yaml").is_file() for place in (folder, *folder.parents)):
        return limits.DEFAULT
    from harness.settings_file import document_limits, find  # noqa: PLC0415 most folders have no settings

    try:
        file = find(folder)
    except HarnessError:
        return limits.DEFAULT
    return document_limits(file)


def main() -> None:
    """Run the command line; a user's mistake is one message and an exit code, never a traceback."""
    # First of all, since the process may begin anew, and since no file may become a standard
    # stream.
    ensure_utf8()
    console.open_standard_streams()
    code = _code()
    lost = console.finish()
    # Whoever closed a pipe has read what he wanted; a full disk has kept it from him.
    if lost is not None and not isinstance(lost, BrokenPipeError) and code == 0:
        say(f"error: what was printed could not be written ({lost.strerror or lost}).", err=True)
        code = StorageError.exit_code
    sys.exit(code)


def _code() -> int:
    """Run the command and return its exit code."""
    try:
        with ending_in_order():
            cli.main(standalone_mode=False)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except (click.ClickException, HarnessError) as problem:
        return _mistake(problem)
    except (KeyboardInterrupt, click.Abort):
        say("interrupted", err=True)
        return TargetError.exit_code
    except Exception as problem:  # noqa: BLE001 exit code 1 would say that an API failed
        return _disk(problem) if isinstance(problem, OSError) else _bug(problem)
    return 0


def _disk(problem: OSError) -> int:
    """Word what a disk or a stream did not take or give; that is no bug, wherever it happens."""
    # Whoever closed the pipe has read enough.
    if isinstance(problem, BrokenPipeError):
        return 0
    place = f"{problem.filename}: " if problem.filename else ""
    say(f"error: {place}{problem.strerror or problem}.", err=True)
    return StorageError.exit_code


def _mistake(problem: click.ClickException | HarnessError) -> int:
    if isinstance(problem, HarnessError):
        say_problem(problem)
        return problem.exit_code
    words = StringIO()
    problem.show(words)
    say_text(words.getvalue(), err=True)
    return UsageError.exit_code


def _bug(problem: Exception) -> int:
    where = traceback.extract_tb(problem.__traceback__)[-1]
    place = f"{Path(where.filename).name}:{where.lineno}"
    say(
        f"a bug of ours: {type(problem).__name__}: {problem} ({place}). "
        "Please report it with the command that led here.",
        err=True,
    )
    return HarnessError.exit_code
