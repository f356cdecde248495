"""Show on a terminal, in one block that is rewritten, how far a run has come."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from harness.cli.console import Level, say, shown
from harness.cli.progress import Progress as Listener
from harness.cli.progress import Settle

_NARROW = 60
"""Columns below which only the counts are shown."""


class Live:
    """A bar with counts, failures, the suite at work and the time left; lines are printed above it.

    Rich leaves colours out where `NO_COLOR` is set.
    """

    def __init__(self, console: Console | None = None) -> None:
        # Without highlighting, which would colour the numbers and paths of our lines.
        self._console = console or Console(file=sys.stdout, highlight=False)
        columns = [
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TextColumn("{task.fields[failures]}", style="red"),
            TextColumn("{task.fields[suite]}"),
            TimeRemainingColumn(),
        ]
        self._progress = Progress(
            *(columns[1:3] if self._console.width < _NARROW else columns),
            console=self._console,
            # Gone at the end, so that the lines alone remain.
            transient=True,
        )
        self._task = self._progress.add_task("", total=None, failures="", suite="starting")

    def __enter__(self) -> "Live":
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def line(self, text: str, style: str = "") -> None:
        """Print a line above the block; what came from outside cannot act on the terminal."""
        self._console.print(Text(shown(text), style=style), soft_wrap=True)

    def count(self, done: int, total: int, failures: int, suite: str) -> None:
        """Show how far the run has come."""
        self._progress.update(
            self._task,
            completed=done,
            total=total,
            failures=f"{failures:,} failed" if failures else "",
            suite=shown(suite),
        )


@contextmanager
def watching(
    level: Level = Level.NORMAL, settled: Settle | None = None, *, whole: bool = False
) -> Iterator[Listener]:
    """Yield what listens to a run: with a block where the terminal can show one, else with lines alone."""
    console = Console(file=sys.stdout, highlight=False)
    # A dumb terminal cannot move its cursor.
    if level is Level.QUIET or not console.is_terminal or console.is_dumb_terminal:
        yield Listener(say, level=level, whole=whole, settled=settled)
        return
    with Live(console) as block:
        yield Listener(say, level=level, whole=whole, settled=settled, block=block)
