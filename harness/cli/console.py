"""Print to the terminal, as much as was asked for: the one way there, on which nothing from outside can act."""

import os
import re
import sys
from dataclasses import dataclass
from enum import Enum

import click

from harness.hosts import mask_logins

# Control characters, and marks that cannot be seen or turn text around: a terminal acts on them,
# and a reader would not know.
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


@dataclass
class _Output:
    """Whether what was printed has reached anybody."""

    problem: OSError | None = None


_output = _Output()


def say(line: object = "", *, err: bool = False) -> None:
    """Print one line; a line break within it is shown as one."""
    _write(f"{shown(str(line))}\n", err=err)


def say_text(text: str, *, err: bool = False) -> None:
    """Print text of our own making that has several lines, and ends as it ends."""
    _write(_visible(text), err=err)


def say_problem(problem: object, *, prefix: str = "error: ", err: bool = True) -> None:
    """Print a message; its further lines are set in, so that none can pass for a line of ours."""
    first, *rest = f"{prefix}{problem}".split("\n")
    for line in (first, *(each if each.startswith(" ") else f"    {each}" for each in rest)):
        say(line, err=err)


def say_data(text: str) -> None:
    """Print one value that we made and that somebody wants exactly as it is."""
    _write(f"{text}\n")


def shown(text: str) -> str:
    """Return text from outside as one line in which every control character can be seen."""
    return _visible(text).replace("\n", "\\n")


def finish() -> OSError | None:
    """Bring what was printed to where it goes; return why it did not arrive, if it did not."""
    for stream in (sys.stdout, sys.stderr):
        try:
            # None where the stream was closed before Python began.
            if stream is not None:
                stream.flush()
        except (OSError, ValueError) as problem:
            _lose(problem)
    if _output.problem is not None:
        # The interpreter flushes once more when it ends, and would complain on top.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return _output.problem


def open_standard_streams() -> None:
    """Occupy closed standard streams: the next file opened would become one, and be printed to."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            # The lowest free number is taken, which is this one (open(2)).
            os.open(os.devnull, os.O_RDWR)


def _write(text: str, *, err: bool = False) -> None:
    """Write, and go on where nobody reads any more: a run is worth its record without a reader."""
    if _output.problem is not None and not err:
        return
    try:
        click.echo(text, nl=False, err=err)
    except UnicodeEncodeError:
        # Escaped as ASCII it can be written in any encoding.
        _write(text.encode("ascii", "backslashreplace").decode("ascii"), err=err)
    except (OSError, ValueError) as problem:
        _lose(problem)


def _lose(problem: OSError | ValueError) -> None:
    _output.problem = problem if isinstance(problem, OSError) else OSError(str(problem))


def _visible(text: str) -> str:
    return _CONTROL.sub(_escaped, mask_logins(text))


def _escaped(match: re.Match[str]) -> str:
    number = ord(match[0])
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


class Level(Enum):
    """How much is printed."""

    QUIET = "quiet"
    """The verdict alone."""
    NORMAL = "normal"
    FULL = "full"
    """Every case that does not pass, with its whole message."""
