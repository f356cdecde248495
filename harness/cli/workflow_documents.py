"""`harness workflow list` and `lint`: what a document holds, and what is wrong with it."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from harness.cli.console import say, say_problem
from harness.cli.options import outside_option, size_option
from harness.cli.workflow_checks import format_document_error
from harness.errors import DocumentError
from harness.openapi.effective import in_use
from harness.products.registry import installed
from harness.session.run.suite_plan import suite_workflows
from harness.session.workflows.located import exported, located
from harness.workflow.cases.case_list import expand
from harness.workflow.document.model import Severity
from harness.workflow.document.parse import load
from harness.workflow.engine.render import finding
from harness.workflow.lint.check import lint as findings_of
from harness.workflow.lint.portability import notes


@click.command("list")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@size_option
def list_(files: Sequence[Path]) -> None:
    """List the cases of documents with the requirements they verify; of those that ship with the program where none is named.

    \b
    Examples:
      harness workflow list
      harness workflow list medical-attachments
    """
    for path in located(files) or suite_workflows(installed()):
        say(path)
        for case in expand(load(path, resolve=in_use)):
            ids = f"  [{', '.join(case.requirements)}]" if case.requirements else ""
            say(f"  {case.id:<32} {case.title}{ids}")


@click.command("lint")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@outside_option
@size_option
def lint(*, files: Sequence[Path], allow_outside: bool) -> None:
    """Find everything that can be known to be wrong before the first request.

    Exit code 1 says that there is an error; warnings alone do not, nor do notes on what other runners read differently.

    \b
    Example:
      harness workflow lint dental-attachments
    """
    paths = located(files)
    # Every document is looked at, whatever the first one has.
    errors = sum(_report_findings(path, allow_outside=allow_outside) for path in paths)
    if errors:
        say(f"{errors} error{'s' if errors > 1 else ''}")
        sys.exit(1)
    say(f"{len(paths)} document{'s' if len(paths) > 1 else ''} without an error")


@click.command("export")
@click.argument("name")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path(),
    metavar="FOLDER",
    help="Copy into this folder; here unless said otherwise.",
)
def export(*, name: str, output: Path) -> None:
    """Copy a document that ships with the program, and the rows and files that it uses, to change it.

    \b
    Example:
      harness workflow export medical-attachments -o own
    """
    written = exported(name, output)
    for path in written:
        say(f"wrote {path}")
    say(f"run it with: harness workflow run {written[0]}")


def _report_findings(path: Path, *, allow_outside: bool) -> int:
    """Print what is wrong with a document; return how many of these are errors."""
    try:
        book = load(path, allow_outside=allow_outside, resolve=in_use)
        findings = (*findings_of(book), *notes(book))
    except DocumentError as problem:
        say_problem(format_document_error(problem), prefix="", err=False)
        say()
        return 1
    for each in findings:
        say_problem(finding(each), prefix="", err=False)
        say()
    return sum(each.severity is Severity.ERROR for each in findings)
