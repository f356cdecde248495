"""Check a document without sending a request, and report all that is wrong with it at once."""

from collections.abc import Iterator

from harness.workflow.cases import case_list as cases
from harness.workflow.document.model import Book, Finding, Severity
from harness.workflow.document.parse import included
from harness.workflow.lint.cycles import cycles
from harness.workflow.lint.flow import unreachable
from harness.workflow.lint.operations import operations
from harness.workflow.lint.references import references
from harness.workflow.lint.values import values


def lint(book: Book) -> tuple[Finding, ...]:
    """Return everything that is wrong with a document, in the order of its lines, each once."""
    found = dict.fromkeys((*_whole(book), *_included(book)))
    return tuple(sorted(found, key=lambda finding: (finding.source.path, finding.source.line)))


def _whole(book: Book) -> Iterator[Finding]:
    yield from book.problems
    yield from _workflows(book)
    yield from cases.problems(book)


def _included(book: Book) -> Iterator[Finding]:
    """Return the errors of the documents that workflows are taken from."""
    for each in included(book)[1:]:
        yield from (found for found in _whole(each) if found.severity is Severity.ERROR)


def _workflows(book: Book) -> Iterator[Finding]:
    for workflow in book.workflows:
        yield from references(book, workflow)
        yield from operations(book, workflow)
        yield from values(book, workflow)
        yield from unreachable(book, workflow)
        yield from cycles(book, workflow)
