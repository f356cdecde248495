"""Load the program once, and run it in forks: what `tests/program.py` starts and speaks with.

A line of JSON on standard input says what to run; a line with the exit code answers it.
"""

import gc
import json
import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import click

# Loaded for the forks, as is every command below.
import hypothesis.internal.conjecture.engine  # noqa: F401
import uvicorn.protocols.http.h11_impl  # noqa: F401

import harness.cli.running
import harness.report.html.report_page
import harness.session.certify.certificate
import harness.session.judge.run
import harness.session.prove.campaign  # noqa: F401
from harness.cli.main import cli, main


def load(group: click.Group) -> None:
    """Import the module of every command."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            load(command)


def say(line: str) -> None:
    """Answer whoever asked."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def forked() -> dict[str, Any] | None:
    """Run what is asked in forks; return in each of them what it is to run, and None at the end."""
    for line in sys.stdin.buffer:
        child = os.fork()
        if child == 0:
            asked: dict[str, Any] = json.loads(line)
            return asked
        _, status = os.waitpid(child, 0)
        say(str(os.waitstatus_to_exitcode(status)))
    return None


def become(asked: dict[str, Any]) -> None:
    """Take on the arguments, the folder, the variables and the streams of a run."""
    sys.argv = ["harness", *asked["words"]]
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["variables"])
    sys.path[1:1] = [each for each in os.environ.get("PYTHONPATH", "").split(os.pathsep) if each]
    with Path(os.devnull).open() as nothing, Path(asked["out"]).open("w") as out:
        os.dup2(nothing.fileno(), 0)
        os.dup2(out.fileno(), 1)
    with Path(asked["err"]).open("w") as err:
        os.dup2(err.fileno(), 2)
    sys.stdin = TextIOWrapper(os.fdopen(0, "rb", closefd=False))
    sys.stdout = TextIOWrapper(os.fdopen(1, "wb", closefd=False))
    sys.stderr = TextIOWrapper(os.fdopen(2, "wb", closefd=False), errors="backslashreplace")


if __name__ == "__main__":
    load(cli)
    gc.freeze()
    say("ready")
    wanted = forked()
    if wanted is not None:
        become(wanted)
        main()
