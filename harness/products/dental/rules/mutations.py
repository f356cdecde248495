"""Promises on single fields of a claim, one case for each named fault and each limit."""

from collections.abc import Mapping

from harness.config import Environment
from harness.jsonvalue import Json
from harness.openapi.requirements import Strength
from harness.products.dental.codes.errors import DentalError
from harness.products.dental.rules.baseline import REFUSES, WRITES, claim, uploads
from harness.products.dental.rules.receipts import acceptance
from harness.products.dental.rules.refusals import errors_of_blank, refusal
from harness.products.dental.rules.requests import CREATIONS, Creation, create, created
from harness.products.dental.strategies.boundary_cases import BoundaryCase, boundary_cases
from harness.products.dental.strategies.mutations import Mutation, mutations
from harness.rules.rule import Checks, Rule
from harness.rules.target import Target


def rules(environment: Environment) -> tuple[Rule, ...]:
    """Return, for both create operations, a rule for every single fault and every limit."""
    whole = claim(environment)
    return tuple(rule for by in CREATIONS for rule in _rules(whole, by))


def _rules(whole: Mapping[str, Json], by: Creation) -> tuple[Rule, ...]:
    faults = mutations(whole, image_intelligence=by.wants_metadata)
    return (
        *(_fault(fault, by) for fault in faults),
        *(_limit(boundary_case, by) for boundary_case in boundary_cases(whole)),
    )


def _fault(fault: Mutation, by: Creation) -> Rule:
    errors = _errors(fault)

    def verify(target: Target, _: object) -> Checks:
        return refusal(create(target, fault.claim, uploads(1), by), errors, fault.claim)

    return Rule(
        f"dental/{by.group}/{fault.rule}",
        f"a claim is refused where {fault.description}",
        fault.requirements,
        verify,
        strength=Strength.SHALL if fault.published else Strength.OBSERVE,
        needs=REFUSES,
    )


def _errors(fault: Mutation) -> tuple[DentalError, ...]:
    also = errors_of_blank(fault.field, fault.claim.get(fault.field))
    return tuple(dict.fromkeys((fault.error, *fault.alternatives, *also)))


def _limit(limit: BoundaryCase, by: Creation) -> Rule:
    def verify(target: Target, _: object) -> Checks:
        return acceptance(created(create(target, limit.claim, uploads(1), by)), 1, limit.claim)

    return Rule(
        f"dental/{by.group}/{limit.rule}",
        f"a claim is accepted where {limit.description}",
        limit.requirements,
        verify,
        strength=Strength.SHALL if limit.published else Strength.OBSERVE,
        needs=WRITES,
    )
