"""Call one workflow from another: find it, pass it values, judge the step by how it went."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.errors import DocumentError
from harness.outcome import Attribution, Check, Status
from harness.source import Source
from harness.workflow.document.inputs import properties
from harness.workflow.document.model import Action, Book, Parameter, Step, Workflow
from harness.workflow.document.operations import find_workflow
from harness.workflow.engine.attempt import Attempt, take_outputs, unusable
from harness.workflow.engine.course import WorkflowState
from harness.workflow.engine.reports import Result
from harness.workflow.language import criteria
from harness.workflow.language.expressions import is_near_miss
from harness.workflow.language.scope import Scope
from harness.workflow.language.selectors import select
from harness.workflow.language.templates import ABSENT, Unresolved, value_of


@dataclass(frozen=True, slots=True)
class Handover:
    """A workflow to which control is transferred, with what it is given."""

    book: Book
    workflow: Workflow
    given: Mapping[str, object]


def handover(state: WorkflowState, step: Step, action: Action, scope: Scope) -> Handover | Check:
    """Return the workflow that an action names, or why it cannot be run."""
    found = found_workflow(state.book, action.workflow_id, action.source)
    if isinstance(found, DocumentError):
        return unusable(step, f"{found.what} {found.advice}", str(action.source))
    declared = properties(*found)
    # Arazzo 1.0 cannot pass anything here, so inputs of the same name go along.
    given = {name: value for name, value in state.inputs.items() if name in declared}
    try:
        given |= arguments(action.parameters, scope)
    except Unresolved as problem:
        return unusable(step, str(problem), str(action.source))
    return Handover(*found, given)


def joined(results: Sequence[Result]) -> Result:
    """Make one result of workflows that handed over to one another: the last one's is the result."""
    first, last = results[0], results[-1]
    return replace(
        first,
        checks=tuple(check for result in results for check in result.checks),
        steps=tuple(step for result in results for step in result.steps),
        recovered=tuple(name for result in results for name in result.recovered),
        outputs=last.outputs,
        completed=last.completed,
        last=last.last,
    )


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
    values: dict[str, object] = {}
    for parameter in parameters:
        # Passed on as text, a misspelt expression would be sent to the API.
        if isinstance(parameter.value, str) and is_near_miss(parameter.value):
            raise Unresolved(f"parameter {parameter.name}: {parameter.value} is not an expression")
        value = value_of(parameter.value, scope, select)
        if value is not ABSENT:
            values[parameter.name] = value
    return values


def as_attempt(state: WorkflowState, step: Step, result: Result, scope: Scope) -> Attempt:
    """Judge a step by the workflow that it called."""
    called = {"inputs": result.inputs, "outputs": result.outputs}
    workflows = {**scope.workflows, result.workflow: called}
    # A step that calls a workflow may judge the last answer that this workflow got.
    last = result.last or scope
    seen = replace(
        scope,
        outputs=result.outputs,
        workflows=workflows,
        sent=last.sent,
        received=last.received,
    )
    declared, _ = take_outputs(step.outputs, seen, has_selectors=state.book.minor > 0)
    # The outputs of the called workflow are the step's own, unless it declares one by that name.
    outputs = {**result.outputs, **declared}
    seen = replace(seen, steps={**scope.steps, step.id: outputs})
    checks = [_called(step, result)]
    # Of a workflow that failed the criteria would only repeat the failure.
    if result.completed:
        judged = ((criterion, criteria.judge(criterion, seen)) for criterion in step.criteria)
        checks += [
            criteria.as_check(criterion, j, step=step.id, exchange=0) for criterion, j in judged
        ]
    return Attempt(tuple(checks), seen, inner=result.checks, outputs=outputs)


def _called(step: Step, result: Result) -> Check:
    status = Status.PASS
    if not result.completed:
        status = result.status if result.status is Status.ERROR else Status.FAIL
    # The check that gives the result its status explains it.
    bad = next((check for check in result.checks if check.status is result.status), None)
    return Check(
        f"{step.id}: workflow {result.workflow}",
        status,
        expected="a workflow that passes",
        actual="passed" if result.completed else f"{result.status}: {bad.actual if bad else ''}",
        where=f"step {step.id}",
        source=str(step.target_source),
        attribution=bad.attribution if bad else Attribution.API,
    )


def timed_out(step: Step) -> Check:
    """Say that the workflow a step called had not come to its end in the step's time."""
    return Check(
        f"{step.id}: in time",
        Status.FAIL,
        expected=f"at most {step.timeout_seconds or 0.0:g} s",
        actual="the workflow was still under way, and was aborted",
        where=f"step {step.id}",
        source=str(step.target_source),
    )


def unmet(state: WorkflowState, step: Step) -> str:
    """Return the first of a step's dependencies that has not been completed (1.1.0)."""
    for reference in step.depends_on:
        parts = reference.split(".")
        # `$workflows.<workflow>.steps.<step>` counts as completed with the workflow of that step.
        elsewhere = len(parts) > 3 and state.budget.is_completed(parts[-3])
        if reference not in state.steps and not elsewhere:
            return reference
    return ""


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


def unavailable(failed: Result, workflow: Workflow) -> Check:
    """Return the check of a case that needs what a session workflow could not give it.

    The case that ran it first reports the failure; to the others it is no breach of their own.
    """
    bad = next((check for check in failed.checks if check.status is failed.status), None)
    detail = f": {bad.name}: expected {bad.expected}, got {bad.actual}" if bad else ""
    return Check(
        f"workflow {failed.workflow}",
        Status.ERROR,
        expected="a workflow that completes",
        actual=f"it failed before{detail}",
        exchange=bad.exchange if bad else 0,
        source=str(workflow.source),
        attribution=bad.attribution if bad else Attribution.API,
    )
