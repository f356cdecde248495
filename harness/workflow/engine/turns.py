"""Decide which case runs an `x-scope: session` workflow, so that it is no race between threads."""

from collections.abc import Iterable, Iterator, Mapping

from harness.errors import DocumentError
from harness.workflow.cases.case_list import WorkflowCase
from harness.workflow.document.model import Book, Workflow
from harness.workflow.engine.calls import found_workflow

Key = tuple[str, str]
"""The document and the id of a workflow."""


def turns(cases: Iterable[WorkflowCase]) -> Mapping[str, frozenset[str]]:
    """Return by case the earlier ones that run for it what it shares with them: the first of all."""
    first: dict[Key, str] = {}
    return {
        # The first case in order runs it, and the later ones wait for that case.
        case.id: frozenset(first.setdefault(key, case.id) for key in _sessions(case)) - {case.id}
        for case in cases
        if not case.skip
    }


def _sessions(case: WorkflowCase) -> Iterator[Key]:
    """Yield the session workflows that a case needs, those that they need included."""
    seen: set[Key] = set()
    rest: list[tuple[Book, Workflow]] = [(case.book, case.workflow)]
    while rest:
        book, workflow = rest.pop()
        for reference in workflow.depends_on:
            needed = found_workflow(book, reference, workflow.source)
            # A reference that leads nowhere is reported when the case runs.
            if isinstance(needed, DocumentError) or (key := (needed[0].path, needed[1].id)) in seen:
                continue
            seen.add(key)
            rest.append(needed)
            if needed[1].session:
                yield key
