"""Word findings and failures: what, where, the line with a caret, expected, actual, what to do."""

from collections.abc import Callable, Iterable, Iterator

from harness.document import Document
from harness.outcome import Check, Status
from harness.source import Source
from harness.workflow.document.model import Book, Finding
from harness.workflow.engine.reports import StepReport

# A failure should fit on a screen beside those of other cases.
MAX_LINES = 15
MAX_WIDTH = 160

Show = Callable[[int], tuple[str, ...]]
"""Returns a few masked lines on an exchange."""


def finding(problem: Finding) -> str:
    """Return a finding in at most fifteen lines."""
    lines = [f"{problem.severity}: {problem.title}", *_place(problem.source, problem.line)]
    lines += _facts(problem.expected, problem.actual, problem.advice)
    return "\n".join(lines[:MAX_LINES])


def check(
    failed: Check,
    books: Iterable[Book] = (),
    steps: Iterable[StepReport] = (),
    show: Show = lambda _: (),
) -> str:
    """Return a check that did not pass in at most fifteen lines."""
    source = _source(failed.source)
    document = next(
        (candidate for candidate in _documents(books) if candidate.path == source.path), None
    )
    line = document.line(source.line) if document and source.line else ""
    lines = [f"{failed.status}: {failed.name}", *_place(source, line)]
    lines += _facts(failed.expected, failed.actual, "")
    lines += _attempts(failed, steps)
    if failed.exchange:
        lines += show(failed.exchange) or (f"  exchange: {failed.exchange}",)
    # One line is left for "and n more".
    return "\n".join(lines[: MAX_LINES - 1])


def failures(
    checks: Iterable[Check],
    books: Iterable[Book],
    steps: Iterable[StepReport] = (),
    show: Show = lambda _: (),
) -> str:
    """Return the check that decided against a case, and how many others are against it too."""
    listed = tuple(checks)
    # What the API did wrong comes before what could not be judged.
    for status in (Status.FAIL, Status.ERROR):
        bad = [candidate for candidate in listed if candidate.status is status]
        if bad:
            more = f"\n  and {len(bad) - 1} more" if len(bad) > 1 else ""
            return check(bad[0], books, steps, show) + more
    return ""


def _attempts(failed: Check, steps: Iterable[StepReport]) -> Iterator[str]:
    """Say which attempt at the step this was, of how many, and how long was waited for it."""
    report = next((step for step in steps if failed.exchange in step.exchanges), None)
    # With one attempt allowed and made there is nothing to count.
    if report is None or max(report.attempts, report.allowed) == 1:
        return
    number = report.exchanges.index(failed.exchange) + 1
    notes = "; ".join(part for part in report.message.split("; ") if "attempts" not in part)
    waited = f", waited {report.waited_seconds:g} s" if report.waited_seconds else ""
    yield f"  attempt: {number} of {report.allowed}{waited}{f'; {notes}' if notes else ''}"


def _documents(books: Iterable[Book], depth: int = 0) -> Iterator[Document]:
    for book in books:
        yield book.document
        for description in book.descriptions:
            if description.api is not None and description.api.document is not None:
                yield description.api.document
            # The line is only a help, so documents that are included more deeply are not searched.
            if description.book is not None and depth < 5:
                yield from _documents((description.book,), depth + 1)


def _source(written: str) -> Source:
    # From the right, since a path may hold colons itself.
    path, line, column = (
        ("", *written.rsplit(":", 2))[-3:] if written.count(":") > 1 else (written, "", "")
    )
    if line.isdecimal() and column.isdecimal():
        return Source(path, int(line), int(column))
    return Source(written)


def _place(source: Source, line: str) -> Iterator[str]:
    if source.path:
        yield f"  --> {source}"
    if line:
        shown = line[:MAX_WIDTH]
        yield f"  | {shown}"
        column = max(source.column - 1, 0)
        if column < len(shown):
            # Tabs stay tabs, so that the caret stands below its character.
            indent = "".join("\t" if char == "\t" else " " for char in shown[:column])
            yield f"  | {indent}^"


def _facts(expected: str, actual: str, advice: str) -> Iterator[str]:
    for label, value in (("expected", expected), ("actual", actual), ("advice", advice)):
        if value:
            yield f"  {label}: {_clipped(value)}"


def _clipped(value: str) -> str:
    flat = " ".join(value.split())
    return flat if len(flat) <= 2 * MAX_WIDTH else f"{flat[: 2 * MAX_WIDTH - 1]}…"
