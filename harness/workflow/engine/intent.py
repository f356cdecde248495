"""Infer from a step's criteria whether it asks for a success or for a refusal."""

from harness.exchange import Response
from harness.workflow.document.model import Criterion, CriterionKind, Step
from harness.workflow.language.conditions import ConditionError, condition, operands
from harness.workflow.language.criteria import judge
from harness.workflow.language.expressions import Expression
from harness.workflow.language.scope import Received, Scope

_SUCCESSES = (200, 201, 202, 203, 204, 206)


def expects_refusal(step: Step) -> bool:
    """Return whether no successful status can satisfy a step's criteria, as in a negative test."""
    on_status = [criterion for criterion in step.criteria if _is_on_status(criterion)]
    return bool(on_status) and not any(
        all(
            judge(criterion, Scope(received=Received(Response(status)))).passed
            for criterion in on_status
        )
        for status in _SUCCESSES
    )


def _is_on_status(criterion: Criterion) -> bool:
    """Return whether a criterion looks at the status code and at nothing else."""
    if criterion.kind is not CriterionKind.SIMPLE:
        return criterion.context == "$statusCode" and "{$" not in criterion.condition
    try:
        found = operands(condition(criterion.condition))
    except ConditionError:
        return False
    roots = {each.root for each in found if isinstance(each, Expression)}
    return roots == {"statusCode"}
