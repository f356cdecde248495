"""`harness run` says that it has begun before it imports what takes long."""

import subprocess
import sys

import pytest

PROGRAM = """
import sys
from harness.cli import console, run
seen = []
console.click.echo = lambda text, **_: seen.append((text, set(sys.modules)))
def stop(*_): raise SystemExit
sys.modules["harness.cli.running"] = type(sys)("harness.cli.running")
sys.modules["harness.cli.running"].run = lambda **_: stop()
try:
    run.command(sys.argv[1:], standalone_mode=False)
except SystemExit:
    pass
for text, modules in seen:
    print(text.strip(), "|", " ".join(sorted(modules)))
"""
SLOW = {"pytest", "httpx", "hypothesis", "jsonschema", "yaml", "starlette", "rich", "jinja2"}


def told(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_the_first_line_comes_before_what_is_slow_to_import() -> None:
    line, _, modules = told().partition(" | ")

    assert line == "preparing the run"
    assert SLOW.isdisjoint(modules.split())
    assert not [name for name in modules.split() if name.startswith("harness.session")]


@pytest.mark.parametrize("option", ["-q"])
def test_who_wants_the_verdict_alone_gets_no_first_line(option: str) -> None:
    assert told(option) == ""
