"""Tell how a run ended, and leave with its exit code."""

import sys
from collections.abc import Sequence

import click

from harness.session.reporting.reports import Result


def conclude(result: Result, hints: Sequence[str] = ()) -> None:
    """Print the summary, what was left out, and where the report lies; the verdict is the last line."""
    if not result.verdict.cases.planned:
        click.echo(f"error: {result.error}", err=True)
        click.echo(f"{result.verdict.conclusion}: see {result.folder / 'report.html'}")
        sys.exit(result.verdict.exit_code)
    summary, _, verdict = result.summary.rstrip("\n").rpartition("\n")
    click.echo(f"\n{summary}")
    for each in hints:
        click.echo(each)
    for each in result.left_out:
        click.echo(f"left out  {each}")
    click.echo(f"report    {result.folder / 'report.html'}")
    allure = result.folder / "allure-report" / "index.html"
    if allure.is_file():
        click.echo(f"allure    {allure}")
    click.echo(verdict)
    sys.exit(result.verdict.exit_code)
