"""Find workflows that can never end, because each needs the other first."""

from collections.abc import Iterator

from harness.errors import DocumentError
from harness.source import Source
from harness.workflow.document.model import ActionKind, Book, Finding, Step, TargetKind, Workflow
from harness.workflow.document.operations import find_workflow
from harness.workflow.lint.references import are_uncertain, made

_Node = tuple[str, str]
_Needed = tuple[Book, Workflow, Source]


def cycles(book: Book, workflow: Workflow) -> Iterator[Finding]:
    """Return what leads from a workflow back to itself without a condition on the way."""
    if are_uncertain(other.id for other in book.workflows):
        return  # of two workflows with one id, nobody knows which is meant
    for home, needed, source in _needs(book, workflow):
        if (way := _way_back(home, needed, (book.path, workflow.id))) is not None:
            names = " -> ".join((workflow.id, *way, workflow.id))
            title = f"workflow '{workflow.id}' needs itself: {names}"
            yield made(book, "cycle", title, source, advice="Break the circle.")


def _way_back(book: Book, workflow: Workflow, goal: _Node) -> tuple[str, ...] | None:
    """Return the workflows between one that is needed and the goal; None where no way leads there."""
    waiting: list[tuple[Book, Workflow, tuple[str, ...]]] = [(book, workflow, ())]
    seen: set[_Node] = set()
    while waiting:
        home, each, way = waiting.pop(0)
        node = (home.path, each.id)
        if node == goal:
            return way
        if node not in seen:
            seen.add(node)
            waiting += [(a, b, (*way, each.id)) for a, b, _ in _needs(home, each)]
    return None


def _needs(book: Book, workflow: Workflow) -> Iterator[_Needed]:
    """Return the workflows without which a workflow cannot pass."""
    named = [(name, workflow.source) for name in workflow.depends_on]
    for step in workflow.steps:
        if step.kind is TargetKind.WORKFLOW:
            named.append((step.target, step.target_source))
        if _may_lead_elsewhere(step):
            break
    for name, source in named:
        try:
            yield (*find_workflow(book, name, source), source)
        except DocumentError:
            continue  # the references are checked elsewhere


def _may_lead_elsewhere(step: Step) -> bool:
    return bool(step.on_success) or any(a.kind is ActionKind.GOTO for a in step.on_failure)
