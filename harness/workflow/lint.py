"""Check a document without sending a request, and report all that is wrong with it at once."""

from collections.abc import Iterator

from harness.workflow import cases
from harness.workflow.lint_flow import unreachable
from harness.workflow.lint_operations import operations
from harness.workflow.lint_references import references
from harness.workflow.lint_values import values
from harness.workflow.model import Book, Finding


def lint(book: Book) -> tuple[Finding, ...]:
    """Return everything that is wrong with a document, in the order of its lines, each once."""
    found = dict.fromkeys((*book.problems, *_workflows(book), *cases.problems(book)))
    return tuple(sorted(found, key=lambda each: (each.source.path, each.source.line)))


def _workflows(book: Book) -> Iterator[Finding]:
    for workflow in book.workflows:
        yield from references(book, workflow)
        yield from operations(book, workflow)
        yield from values(book, workflow)
        yield from unreachable(book, workflow)
