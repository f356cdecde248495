"""List every runtime expression of a workflow with the place and the moment of its use."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from harness.jsonvalue import Json, text
from harness.source import Source
from harness.workflow.document.model import Action, Criterion, CriterionKind, Output, Step, Workflow
from harness.workflow.language.conditions import ConditionError, condition, operands
from harness.workflow.language.expressions import Expression, ExpressionError, parse
from harness.workflow.language.templates import is_selector, strings, template


class Moment(StrEnum):
    """When an expression is evaluated: before the request, after the response, at the end."""

    REQUEST = "request"
    RESPONSE = "response"
    END = "end"


@dataclass(frozen=True, slots=True)
class Use:
    """One use of an expression. `step` is None at the end of the workflow."""

    expression: Expression
    source: Source
    moment: Moment
    step: Step | None = None


def uses(workflow: Workflow) -> Iterator[Use]:
    """Return all uses in a workflow, in the order of its steps."""
    for step in workflow.steps:
        # In this order a step's own outputs count as later than its request.
        for found, source in _request(step):
            yield Use(found, source, Moment.REQUEST, step)
        for found, source in _response(step):
            yield Use(found, source, Moment.RESPONSE, step)
    for output in workflow.outputs:
        for found in _value(output.value):
            yield Use(found, output.source, Moment.END)


def criteria(step: Step) -> Iterator[Criterion]:
    """Return all criteria of a step and of its actions."""
    yield from step.criteria
    for action in (*step.on_success, *step.on_failure):
        yield from action.criteria


def of_criterion(criterion: Criterion) -> tuple[Expression, ...]:
    """Return the expressions of a criterion; none where it cannot be read."""
    try:
        if criterion.kind is CriterionKind.SIMPLE:
            listed = operands(condition(criterion.condition))
            return tuple(each for each in listed if isinstance(each, Expression))
        # A condition that is one whole expression is a query of its own: nothing in it is replaced.
        embedded = template(criterion.condition)
        return (parse(criterion.context), *(() if embedded.whole else embedded.expressions))
    except (ConditionError, ExpressionError):
        return ()


def _request(step: Step) -> Iterator[tuple[Expression, Source]]:
    for parameter in step.parameters:
        for found in _value(parameter.value):
            yield found, parameter.source
    if step.body is None:
        return
    values = [(step.body.payload, step.body.source)]
    values += [(replacement.value, replacement.source) for replacement in step.body.replacements]
    values += [(file.path, file.source) for file in step.body.files]
    for value, source in values:
        for found in _value(value):
            yield found, source


def _response(step: Step) -> Iterator[tuple[Expression, Source]]:
    for criterion in criteria(step):
        for found in of_criterion(criterion):
            yield found, criterion.source
    for action in (*step.on_success, *step.on_failure):
        yield from _arguments(action)
    for output in step.outputs:
        yield from _output(output)


def _arguments(action: Action) -> Iterator[tuple[Expression, Source]]:
    for parameter in action.parameters:
        for found in _value(parameter.value):
            yield found, parameter.source


def _output(output: Output) -> Iterator[tuple[Expression, Source]]:
    for found in _value(output.value):
        yield found, output.source


def _value(value: Json) -> Iterator[Expression]:
    if isinstance(value, Mapping) and is_selector(value):
        # A selector's query holds signs of its own, so only these two texts hold expressions.
        yield from template(text(value.get("context"))).expressions
        yield from template(text(value.get("selector"))).expressions
        return
    for _, written in strings(value):
        yield from template(written).expressions
