"""Find steps that nothing can reach."""

from collections.abc import Iterator

from harness.workflow.document.model import ActionKind, Book, Finding, Severity, Step, Workflow
from harness.workflow.lint.references import made


def unreachable(book: Book, workflow: Workflow) -> Iterator[Finding]:
    """Return the steps that no order of successes and failures leads to."""
    reached = _reached(workflow)
    for index, step in enumerate(workflow.steps):
        if index not in reached:
            title = f"step '{step.id}' can never be reached"
            yield made(book, "unreachable", title, step.source, severity=Severity.WARNING)


def _reached(workflow: Workflow) -> set[int]:
    ids = [step.id for step in workflow.steps]
    reached: set[int] = set()
    waiting = [0] if ids else []
    while waiting:
        index = waiting.pop()
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
