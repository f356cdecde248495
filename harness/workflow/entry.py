"""Decide with which inputs a workflow starts, and whether it may start at all."""

from collections.abc import Mapping

from harness.jsonvalue import Json, members
from harness.outcome import Attribution, Check, Status
from harness.workflow import inputs
from harness.workflow.inputs import Fault
from harness.workflow.model import Book, Severity, Workflow
from harness.workflow.reports import Context


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
    declared = inputs.properties(book, workflow)
    variables = _variables(workflow, context)
    asked = {
        name: coerced(value, declared[name])
        for name, value in context.inputs.items()
        if name in declared
    }
    layers = (given, asked) if is_main else (asked, given)
    values: dict[str, object] = {**inputs.defaults(book, workflow), **variables}
    for layer in layers:
        values.update(layer)
    for name in inputs.secret(book, workflow) & values.keys():
        context.secret(str(values[name]))
    faults = inputs.faults(book, workflow, values)
    checks = [_check(workflow, fault) for fault in faults]
    if declared:
        checks += [_unknown(workflow, name) for name in given if name not in declared]
    return values, tuple(checks)


def coerced(value: Json, schema: Json) -> Json:
    """Give a text from a command line or a CSV file the type that its schema asks for."""
    if not isinstance(value, str):
        return value
    match members(schema).get("type"):
        case "integer" if value.removeprefix("-").isdecimal() and len(value) < 20:
            return int(value)
        case "number":
            return _number(value)
        case "boolean" if value in ("true", "false"):
            return value == "true"
        case "null" if value == "":
            return None
        case _:
            return value


def _number(value: str) -> Json:
    try:
        return float(value)
    except ValueError:
        return value


def _variables(workflow: Workflow, context: Context) -> dict[str, str]:
    found = {
        name: context.environment[variable]
        for name, variable in workflow.env
        if context.environment.get(variable)
    }
    for value in found.values():
        context.secret(value)
    return found


def _check(workflow: Workflow, fault: Fault) -> Check:
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
