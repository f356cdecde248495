"""Report how a run ended, and leave with its exit code."""

import sys
from collections.abc import Sequence

from harness.cli.console import Level, say, say_problem, say_text
from harness.session.reporting.reports import Result


def conclude(result: Result, hints: Sequence[str] = (), *, level: Level = Level.NORMAL) -> None:
    """Print the summary, what was left out, and where the report lies; the verdict is the last line."""
    # Where nothing was planned there is no table to print.
    if not result.verdict.cases.planned:
        say_problem(result.error)
        say(f"report    {result.folder / 'report.html'}")
        scope = result.verdict.scope.sentence
        say(f"{result.verdict.conclusion}: no case was planned. {scope}")
        sys.exit(result.verdict.exit_code)
    summary, _, verdict = result.summary.rstrip("\n").rpartition("\n")
    # Whoever asked for quiet gets the verdict and nothing else.
    if level is Level.QUIET:
        say(verdict)
        sys.exit(result.verdict.exit_code)
    say()
    say_text(f"{summary}\n")
    for each in hints:
        say(each)
    for each in result.left_out:
        say(f"left out  {each}")
    say(f"report    {result.folder / 'report.html'}")
    allure = result.folder / "allure-report" / "index.html"
    if allure.is_file():
        say(f"allure    {allure}")
    say(last_line(verdict, result.verdict.exit_code))
    sys.exit(result.verdict.exit_code)


def last_line(verdict: str, exit_code: int) -> str:
    """Return the verdict as the last line that a command prints."""
    is_broken = exit_code != 0 and verdict.startswith("CONFORMANT")
    # Who reads the last line alone must not take a run that failed a gate for one that passed.
    return f"GATE FAILED: {verdict}" if is_broken else verdict
