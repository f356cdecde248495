"""What a failing run prints for its reader to paste runs as it stands: in the terminal and on its pages."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import pytest

from tests.integration.scripts import BASH, SHOWS, SHOWS_NOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not BASH, reason="bash is not installed"),
]
HARNESS = (sys.executable, "-m", "harness")
UNTRIED = 2


def run(arguments: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        arguments, cwd=folder, capture_output=True, text=True, timeout=600, check=False
    )


@contextmanager
def mock_of(command: str) -> Iterator[None]:
    """Run a printed `harness mock ...` until the block ends; it listens once it has said so."""
    asked = [*HARNESS, *shlex.split(command)[1:]]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield
        process.terminate()


def printed(pattern: str, text: str) -> set[str]:
    return {unescape(each) for each in re.findall(pattern, text)}


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the folder of a run that fails by one cause, and what its terminal says."""
    place = tmp_path_factory.mktemp("printed")
    asked = ("run", "--no-allure", "--only", "dental/health", "--fault", "health-silent")
    done = run([*HARNESS, *asked], place)
    return (place / "reports/latest").resolve(), done.stdout


def test_the_commands_of_a_failing_run_show_its_fault(ended: tuple[Path, str]) -> None:
    folder, terminal = ended
    pages = [(folder / name).read_text("utf-8") for name in ("summary.md", "report.html")]
    scripts = printed(r"reproduce +(bash \S+)", terminal)
    (again,) = printed(r"(?m)^mock +(harness mock .*)$", terminal)
    on_pages = [printed(r"[`>](bash reproduce/\w+\.sh)[`<]", page) for page in pages]
    mocks = printed(r"<code>(harness mock [^<]*)</code>", pages[1])

    (script,) = (shlex.split(each) for each in scripts)
    # The terminal names it from where the run was started, pages from where they lie.
    started = folder.parents[1]
    with mock_of(again):
        shown = [run(script, started), *(run(shlex.split(each), folder) for each in on_pages[0])]
    gone = run(script, started)
    with mock_of(again.partition(" --fault")[0]):
        sound = run(script, started)

    assert on_pages[0] == on_pages[1] != set()
    assert mocks == {again}
    assert [each.returncode for each in shown] == [SHOWS] * 2, shown
    assert (gone.returncode, sound.returncode) == (UNTRIED, SHOWS_NOT)
    assert again in gone.stderr


def test_a_token_is_had_by_the_line_that_is_printed(ended: tuple[Path, str]) -> None:
    folder, terminal = ended
    (again,) = printed(r"(?m)^mock +(harness mock .*)$", terminal)
    (token,) = printed(r"(?m)^token +(TOKEN=.*)$", terminal)

    with mock_of(again):
        had = run([BASH, "-c", f"{token}; echo ${{#TOKEN}}"], folder)

    assert int(had.stdout) > len("header.claims.signature"), had.stderr
