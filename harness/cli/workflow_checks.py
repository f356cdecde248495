"""Refuse an Arazzo document before anything is sent, and describe why one could not be read."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from harness.cli.console import say, say_problem
from harness.config import Settings
from harness.errors import ConfigurationError, DocumentError
from harness.outcome import Attribution
from harness.plugin.server_resolution import ResolvedServers
from harness.source import Source
from harness.workflow.cases.case_list import WorkflowCase
from harness.workflow.document.model import Book, Finding, Severity
from harness.workflow.document.parse import Resolve, load
from harness.workflow.engine.entry import foreseen_problems
from harness.workflow.engine.render import finding
from harness.workflow.lint.check import lint as findings_of

MAX_LINES = 1_000_000


def format_document_error(problem: DocumentError) -> str:
    """Return a fault of a document as findings are reported; as it is where its line cannot be had."""
    source = problem.source
    line = _line(source) if source is not None else ""
    # Without a line there is nothing to point at.
    if source is None or not line:
        return f"error: {problem}"
    what = problem.what.removesuffix(".")
    title = f"the document {what}" if what.startswith(("is ", "has ", "holds ", "uses ")) else what
    return finding(Finding("document", title, source, line=line, advice=problem.advice))


def _line(source: Source) -> str:
    # Lines are counted by reading them, so that one beyond all measure is not looked for.
    if not 0 < source.line < MAX_LINES:
        return ""
    try:
        with Path(source.path).open(encoding="utf-8-sig") as lines:
            return next(islice(lines, source.line - 1, None), "").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        return ""


def loaded(file: Path, resolve: Resolve, *, allow_outside: bool) -> Book:
    """Load a document, or say at its place what ails it, and leave."""
    try:
        return load(file, allow_outside=allow_outside, resolve=resolve)
    except DocumentError as problem:
        say_problem(format_document_error(problem), prefix="", err=True)
        sys.exit(problem.exit_code)


def selected(cases: Sequence[WorkflowCase], settings: Settings) -> list[WorkflowCase]:
    """Return the cases that `--only` leaves."""
    # Whoever names a document means its cases, whichever API they belong to.
    wanted = replace(settings, apis=settings.products.names)
    return [each for each in cases if wanted.selects(each.id)]


def refuse_inputs(cases: Sequence[WorkflowCase], resolved: ResolvedServers) -> None:
    """Raise ConfigurationError where a case could not begin for what was given on the command line."""
    for case in selected(cases, resolved.settings):
        # A case that is skipped needs no inputs.
        if case.skip:
            continue
        problems = foreseen_problems(
            case.book,
            case.workflow,
            case.inputs,
            resolved.options.inputs,
            resolved.settings.variables,
        )
        for each in problems:
            # Only what the command line can mend is refused here; the run reports the rest.
            if each.attribution is Attribution.DOCUMENT:
                raise ConfigurationError(
                    f"{case.id}: {each.actual}; nothing was sent.",
                    source=case.source,
                    advice="Give inputs as --input NAME=VALUE.",
                )


def refuse_errors(books: Sequence[Book]) -> None:
    """Report what is doubtful and what is wrong. Raises DocumentError where anything is wrong."""
    errors: list[str] = []
    for book in books:
        # Notes are about other runners, and would hide what is wrong.
        found = [each for each in findings_of(book) if each.severity is not Severity.NOTE]
        for each in found:
            say_problem(finding(each), prefix="")
            say(err=True)
        count = sum(each.severity is Severity.ERROR for each in found)
        errors += [f"{book.path} has {count} error{'s' if count > 1 else ''}"] if count else []
    if errors:
        raise DocumentError(f"{' and '.join(errors)}; nothing was sent.")
