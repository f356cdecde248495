"""Run a case: its workflow, then its teardown, within bounds, to a report."""

from collections.abc import Mapping
from dataclasses import replace

from harness.errors import DocumentError
from harness.outcome import Attribution, Check, Status, worst
from harness.workflow.cases.case_list import WorkflowCase
from harness.workflow.document.inputs import properties
from harness.workflow.document.operations import find_workflow
from harness.workflow.engine import render
from harness.workflow.engine.course import Budget
from harness.workflow.engine.reports import CaseReport, Context, Result, TeardownReport
from harness.workflow.engine.walk import Walker


def run(case: WorkflowCase, context: Context) -> CaseReport:
    """Run a case and its teardown. Nothing that goes wrong in it is raised."""
    if case.skip:
        return CaseReport(Status.SKIP, message=case.skip)
    budget = _budget(context)
    walker = Walker(context, budget)
    result = walker.run(case.book, case.workflow, case.inputs, is_main=True)
    teardown = _teardown(case, context, budget, result)
    return CaseReport(
        status=result.status,
        checks=result.checks,
        steps=result.steps,
        outputs=result.outputs,
        teardown=teardown,
        message=_message(case, result, context),
        recovered=result.recovered,
    )


def _budget(context: Context) -> Budget:
    return Budget(context, deadline=context.clock() + context.limits.deadline_seconds)


def _teardown(
    case: WorkflowCase, context: Context, budget: Budget, result: Result
) -> TeardownReport | None:
    """Run what `x-teardown` names, whatever happened before; its failures are reported apart."""
    name = case.workflow.teardown
    if not name:
        return None
    try:
        book, workflow = find_workflow(case.book, name, case.workflow.source)
    except DocumentError as problem:
        refusal = Check(
            f"teardown {name}",
            Status.ERROR,
            actual=f"{problem.what} {problem.advice}".strip(),
            source=str(problem.source or ""),
            attribution=Attribution.DOCUMENT,
        )
        return TeardownReport(name, Status.ERROR, (refusal,), message=refusal.actual)
    given = _known(result, budget, properties(book, workflow))
    # A run that is stopped still removes what it has made.
    patient = replace(context, is_stopped=None)
    # With bounds of its own, for the case may have used up its attempts or its time.
    fresh = _budget(patient)
    fresh.finished.update(budget.finished)
    fresh.sessions.update(budget.sessions)
    torn = Walker(patient, fresh).run(book, workflow, given)
    status = worst(check.status for check in torn.checks)
    message = render.failures(torn.checks, (case.book,), torn.steps, context.show)
    return TeardownReport(name, status, torn.checks, torn.steps, message)


def _known(result: Result, budget: Budget, declared: Mapping[str, object]) -> dict[str, object]:
    """Return what a teardown can be given by name: inputs, then outputs of all that has finished."""
    layers = [result.inputs, *(other.outputs for other in budget.finished.values()), result.outputs]
    # Later layers win: the outputs of the case itself say most about what it made.
    return {name: layer[name] for layer in layers for name in declared if name in layer}


def _message(case: WorkflowCase, result: Result, context: Context) -> str:
    if result.recovered and result.status in (Status.PASS, Status.WARN):
        return f"recovered: {', '.join(result.recovered)}"
    return render.failures(result.checks, (case.book,), result.steps, context.show)
