"""Decide with which inputs a workflow starts, and whether it may start at all."""

from collections.abc import Mapping

from harness.jsonvalue import Json
from harness.outcome import Attribution, Check, Status
from harness.workflow.document import inputs
from harness.workflow.document.inputs import Fault
from harness.workflow.document.model import Book, Severity, Workflow
from harness.workflow.engine.reports import Context
from harness.workflow.language.coercion import coerced


def problem_checks(book: Book) -> tuple[Check, ...]:
    """Return what forbids running anything of a document, for its structure is not understood."""
    return tuple(
        Check(
            f"document: {problem.rule}",
            Status.ERROR,
            expected=problem.expected or "a valid Arazzo document",
            actual=" ".join(filter(None, (problem.title, problem.actual, problem.advice))),
            source=str(problem.source),
            attribution=Attribution.DOCUMENT,
        )
        for problem in book.problems
        if problem.severity is Severity.ERROR
    )


def entry_inputs(
    book: Book,
    workflow: Workflow,
    given: Mapping[str, object],
    context: Context,
    *,
    is_main: bool,
) -> tuple[dict[str, object], tuple[Check, ...]]:
    """Return a workflow's inputs and what is wrong with them.

    A default yields to the variable of `x-env`, that to the row of the case, that to what the
    caller of the run asks for. What a step passes to another workflow is final.
    """
    variables = _variables(workflow, context.environment)
    # Before anything is sent or recorded, so that no report can ever hold them.
    for secret in variables.values():
        context.secret(secret)
    asked = _asked(book, workflow, context.inputs)
    # The later one wins: only the workflow that a user starts yields to what the user asks for.
    layers = (given, asked) if is_main else (asked, given)
    values: dict[str, object] = {**inputs.defaults(book, workflow), **variables}
    for layer in layers:
        values.update(layer)
    for name in inputs.secret(book, workflow) & values.keys():
        context.secret(str(values[name]))
    return values, _checks(book, workflow, given, values)


def foreseen_problems(
    book: Book,
    workflow: Workflow,
    given: Mapping[str, Json],
    asked: Mapping[str, Json],
    environment: Mapping[str, str],
) -> tuple[Check, ...]:
    """Return what is wrong with the inputs of a case, as far as it is known before anything runs."""
    values: dict[str, object] = {
        **inputs.defaults(book, workflow),
        **_variables(workflow, environment),
        **given,
        **_asked(book, workflow, asked),
    }
    return _checks(book, workflow, given, values)


def _asked(book: Book, workflow: Workflow, asked: Mapping[str, Json]) -> dict[str, Json]:
    declared = inputs.properties(book, workflow)
    return {
        name: coerced(value, declared[name]) for name, value in asked.items() if name in declared
    }


def _checks(
    book: Book, workflow: Workflow, given: Mapping[str, object], values: Mapping[str, object]
) -> tuple[Check, ...]:
    declared = inputs.properties(book, workflow)
    checks = [_check(workflow, fault) for fault in inputs.faults(book, workflow, values)]
    # A workflow without declared inputs takes whatever it is given.
    if declared:
        checks += [_unknown(workflow, name) for name in given if name not in declared]
    return tuple(checks)


def _variables(workflow: Workflow, environment: Mapping[str, str]) -> dict[str, str]:
    return {
        # An empty variable counts as not set, as shells and CI systems often mean it.
        name: environment[variable]
        for name, variable in workflow.env
        if environment.get(variable)
    }


def _check(workflow: Workflow, fault: Fault) -> Check:
    # A variable that is not set is a matter of the environment and not of the document.
    variable = dict(workflow.env).get(fault.name, "")
    is_missing = fault.keyword == "required" and bool(variable)
    advice = f"; set {variable} in the environment" if is_missing else ""
    return Check(
        f"{workflow.id}: inputs",
        Status.ERROR,
        expected="inputs that satisfy the schema",
        actual=f"{fault.name or 'inputs'}: {fault.message}{advice}",
        source=str(workflow.source),
        attribution=Attribution.ENVIRONMENT if is_missing else Attribution.DOCUMENT,
    )


def _unknown(workflow: Workflow, name: str) -> Check:
    return Check(
        f"{workflow.id}: inputs",
        Status.ERROR,
        expected="inputs that are declared",
        actual=f"there is no input '{name}'",
        source=str(workflow.source),
        attribution=Attribution.DOCUMENT,
    )
