"""Call one workflow from another: find it, pass it values, judge the step by how it went."""

from collections.abc import Iterable
from dataclasses import replace

from harness.errors import DocumentError
from harness.outcome import Attribution, Check, Status
from harness.source import Source
from harness.workflow import criteria
from harness.workflow.attempt import Attempt, take_outputs
from harness.workflow.course import Course
from harness.workflow.expressions import is_near_miss
from harness.workflow.model import Book, Parameter, Step, Workflow
from harness.workflow.operations import find_workflow
from harness.workflow.reports import Result
from harness.workflow.scope import Scope
from harness.workflow.selectors import select
from harness.workflow.templates import ABSENT, Unresolved, value_of


def found_workflow(
    book: Book, reference: str, source: Source
) -> tuple[Book, Workflow] | DocumentError:
    """Return a workflow, or what is wrong with the reference to it."""
    try:
        return find_workflow(book, reference, source)
    except DocumentError as problem:
        return problem


def arguments(parameters: Iterable[Parameter], scope: Scope) -> dict[str, object]:
    """Return the values passed to another workflow. Raises Unresolved."""
    found: dict[str, object] = {}
    for each in parameters:
        if isinstance(each.value, str) and is_near_miss(each.value):
            raise Unresolved(f"parameter {each.name}: {each.value} is not an expression")
        value = value_of(each.value, scope, select)
        if value is not ABSENT:
            found[each.name] = value
    return found


def as_attempt(course: Course, step: Step, result: Result, scope: Scope) -> Attempt:
    """Judge a step by the workflow that it called."""
    called = {"inputs": result.inputs, "outputs": result.outputs}
    workflows = {**scope.workflows, result.workflow: called}
    seen = replace(scope, outputs=result.outputs, workflows=workflows)
    checks = [_called(step, result)]
    if result.completed:
        judged = ((each, criteria.judge(each, seen)) for each in step.criteria)
        checks += [criteria.as_check(each, j, step=step.id, exchange=0) for each, j in judged]
    declared, _ = take_outputs(step.outputs, seen, has_selectors=course.book.minor > 0)
    outputs = {**result.outputs, **declared}
    return Attempt(tuple(checks), seen, inner=result.checks, outputs=outputs)


def _called(step: Step, result: Result) -> Check:
    status = Status.PASS
    if not result.completed:
        status = result.status if result.status is Status.ERROR else Status.FAIL
    bad = next((each for each in result.checks if each.status is result.status), None)
    return Check(
        f"{step.id}: workflow {result.workflow}",
        status,
        expected="a workflow that passes",
        actual="passed" if result.completed else f"{result.status}: {bad.actual if bad else ''}",
        where=f"step {step.id}",
        source=str(step.target_source),
        attribution=bad.attribution if bad else Attribution.API,
    )


def refused(workflow: Workflow, what: str) -> Result:
    """Return the result of a workflow that could not be started."""
    check = Check(
        f"{workflow.id}: can be run",
        Status.ERROR,
        actual=what.strip(),
        source=str(workflow.source),
        attribution=Attribution.DOCUMENT,
    )
    return Result(workflow.id, (check,))
