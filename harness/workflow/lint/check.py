"""Check a document without sending a request, and report all that is wrong with it at once."""

from collections.abc import Iterator

from harness.errors import DocumentError
from harness.source import Source
from harness.workflow.cases import case_list
from harness.workflow.document.model import (
    ActionKind,
    Book,
    Finding,
    Severity,
    Step,
    TargetKind,
    Workflow,
)
from harness.workflow.document.operations import find_workflow
from harness.workflow.document.parse import included
from harness.workflow.lint.operations import operations
from harness.workflow.lint.references import are_uncertain, finding_at, references
from harness.workflow.lint.values import values

_Node = tuple[str, str]
_Needed = tuple[Book, Workflow, Source]


def lint(book: Book) -> tuple[Finding, ...]:
    """Return everything that is wrong with a document, in the order of its lines, each once."""
    # Once each: a finding on the workflow's actions is made again for each step that inherits them.
    found = dict.fromkeys((*_whole(book), *_included(book)))
    return tuple(sorted(found, key=lambda finding: (finding.source.path, finding.source.line)))


def _whole(book: Book) -> Iterator[Finding]:
    yield from book.problems
    yield from _workflows(book)
    yield from case_list.problems(book)


def _included(book: Book) -> Iterator[Finding]:
    """Return the errors of the documents that workflows are taken from."""
    for each in included(book)[1:]:
        # Warnings of a document that others maintain would only be noise here.
        yield from (found for found in _whole(each) if found.severity is Severity.ERROR)


def _workflows(book: Book) -> Iterator[Finding]:
    for workflow in book.workflows:
        yield from references(book, workflow)
        yield from operations(book, workflow)
        yield from values(book, workflow)
        yield from unreachable(book, workflow)
        yield from cycles(book, workflow)


def cycles(book: Book, workflow: Workflow) -> Iterator[Finding]:
    """Return what leads from a workflow back to itself without a condition on the way."""
    if are_uncertain(other.id for other in book.workflows):
        return  # of two workflows with one id, nobody knows which is meant
    for home, needed, source in _needs(book, workflow):
        if (way := _way_back(home, needed, (book.path, workflow.id))) is not None:
            names = " -> ".join((workflow.id, *way, workflow.id))
            title = f"workflow '{workflow.id}' needs itself: {names}"
            yield finding_at(book, "cycle", title, source, advice="Break the circle.")


def _way_back(book: Book, workflow: Workflow, goal: _Node) -> tuple[str, ...] | None:
    """Return the workflows between one that is needed and the goal; None where no way leads there."""
    waiting: list[tuple[Book, Workflow, tuple[str, ...]]] = [(book, workflow, ())]
    seen: set[_Node] = set()
    # Breadth first, so that the shortest circle is named; nothing is visited twice.
    while waiting:
        home, needed, path = waiting.pop(0)
        node = (home.path, needed.id)
        if node == goal:
            return path
        if node not in seen:
            seen.add(node)
            waiting += [(a, b, (*path, needed.id)) for a, b, _ in _needs(home, needed)]
    return None


def _needs(book: Book, workflow: Workflow) -> Iterator[_Needed]:
    """Return the workflows without which a workflow cannot pass."""
    named = [(name, workflow.source) for name in workflow.depends_on]
    for step in workflow.steps:
        if step.kind is TargetKind.WORKFLOW:
            named.append((step.target, step.target_source))
        # A step from which the flow may turn off makes all later ones conditional.
        if _may_lead_elsewhere(step):
            break
    for name, source in named:
        try:
            yield (*find_workflow(book, name, source), source)
        except DocumentError:
            continue  # the references are checked elsewhere


def _may_lead_elsewhere(step: Step) -> bool:
    return bool(step.on_success) or any(a.kind is ActionKind.GOTO for a in step.on_failure)


def unreachable(book: Book, workflow: Workflow) -> Iterator[Finding]:
    """Return the steps that no order of successes and failures leads to."""
    reached = _reached(workflow)
    for index, step in enumerate(workflow.steps):
        if index not in reached:
            title = f"step '{step.id}' can never be reached"
            yield finding_at(book, "unreachable", title, step.source, severity=Severity.WARNING)


def _reached(workflow: Workflow) -> set[int]:
    ids = [step.id for step in workflow.steps]
    reached: set[int] = set()
    waiting = [0] if ids else []
    while waiting:
        index = waiting.pop()
        # Past the last step the workflow ends.
        if index in reached or index >= len(ids):
            continue
        reached.add(index)
        step = workflow.steps[index]
        waiting += [ids.index(name) for name in _jumps(step) if name in ids]
        if _falls_through(step):
            waiting.append(index + 1)
    return reached


def _jumps(step: Step) -> Iterator[str]:
    for action in (*step.on_success, *step.on_failure):
        if action.kind is not ActionKind.END and action.step_id:
            yield action.step_id


def _falls_through(step: Step) -> bool:
    """Return whether a success can lead to the next step: no success action applies always."""
    return all(action.criteria for action in step.on_success)
