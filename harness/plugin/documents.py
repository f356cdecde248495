"""Collect Arazzo documents as pytest files whose items are the rows of their cases."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from harness.config import DOWNLOADED
from harness.errors import DocumentError, HarnessError
from harness.openapi.effective import in_use
from harness.outcome import Outcome, Status
from harness.settings_file import ARAZZO_SUFFIXES
from harness.workflow.cases.case_list import WorkflowCase, expand, refuse_shared_ids
from harness.workflow.document.model import Book, Severity
from harness.workflow.document.parse import load
from harness.workflow.engine import render
from harness.workflow.lint.check import lint

SUFFIXES = ARAZZO_SUFFIXES
OUTCOME = pytest.StashKey[Outcome]()
COLLECTED = pytest.StashKey[dict[Path, tuple[WorkflowCase, ...]]]()

RunCase = Callable[[WorkflowCase], Outcome]

_BAD = (Status.FAIL, Status.ERROR)


class WorkflowFile(pytest.File):
    """An Arazzo document; each row of its cases is an item."""

    def __init__(
        self,
        *,
        run: RunCase,
        downloaded: Path = DOWNLOADED,
        is_linted: bool = False,
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # handed through from from_parent
        self.run = run
        self.is_linted = is_linted
        self.resolve = partial(in_use, downloaded=downloaded)

    def collect(self) -> Iterator[pytest.Item]:
        try:
            book = load(_shown(self.path), resolve=self.resolve)
            if self.is_linted:
                self._refuse_errors(book)
            cases = expand(book)
            found = self.config.stash.setdefault(COLLECTED, {})
            found[self.path] = cases
            # Of all files, here and not once they are all there: xdist reports a file's errors alone.
            refuse_shared_ids(case for value in found.values() for case in value)
        except DocumentError as problem:
            raise self.CollectError(str(problem)) from None
        for case in cases:
            yield WorkflowItem.from_parent(self, name=case.id, run=self.run, case=case)

    def _refuse_errors(self, book: Book) -> None:
        errors = [finding for finding in lint(book) if finding.severity is Severity.ERROR]
        if errors:
            raise self.CollectError("\n\n".join(map(render.finding, errors)))


class WorkflowItem(pytest.Item):
    """One workflow with one row of data."""

    def __init__(self, *, run: RunCase, case: WorkflowCase, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # handed through from from_parent
        self.run = run
        self.case = case
        for mark in case.marks:
            # A row may be marked with any word; --strict-markers is about the words of test code.
            self.config.addinivalue_line("markers", f"{mark}: of a row in an Arazzo document")
            self.add_marker(mark)

    def runtest(self) -> None:
        try:
            outcome = self.run(self.case)
        except HarnessError as problem:
            pytest.fail(f"error: {problem}", pytrace=False)
        settle(self, outcome)
        if self.case.xfail and outcome.status is Status.WARN:
            pytest.xfail(self.case.xfail)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, max(self.case.source.line - 1, 0), self.case.id


def settle(item: pytest.Item, outcome: Outcome) -> None:
    """Keep an outcome and tell pytest about it."""
    item.stash[OUTCOME] = outcome
    if outcome.status in _BAD:
        pytest.fail(outcome.message, pytrace=False)
    if outcome.status in (Status.OMIT, Status.SKIP):
        pytest.skip(f"{outcome.status}: {outcome.message}")


def _shown(path: Path) -> Path:
    """Return the path as messages show it: from the working directory where it lies below that."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
