"""Every rule on prior authorization."""

from collections.abc import Iterable

from harness.config import Environment
from harness.products.prior_auth.facts import FACTS, NAME
from harness.products.prior_auth.rules import decisions, headers, messages, refusals, selection
from harness.rules.fuzz.second_opinion import fuzz_rules
from harness.rules.part import Exploration, RuleContext, RulePart
from harness.rules.rule import AnyRule

_PRODUCTION = "production"


def _rules(context: RuleContext) -> Iterable[AnyRule]:
    return prior_auth_rules(context.environment) if NAME in context.apis else ()


def prior_auth_rules(environment: Environment) -> tuple[AnyRule, ...]:
    """Return the rules on inquiry and submission that an environment can be held to.

    Of the predefined values production knows the test members alone (S016).
    """
    if environment.like == _PRODUCTION:
        # Anything else there would be a real request for a review.
        return decisions.member_rules(("S016",))
    return (
        *decisions.member_rules(),
        *decisions.rules(),
        *selection.rules(),
        *headers.rules(),
        *refusals.rules(),
        *messages.rules(),
        refusals.prior_auth_health_rule(),
    )


def _exploring(context: RuleContext, exploration: Exploration) -> Iterable[AnyRule]:
    return fuzz_rules(FACTS, ("P030",), context, exploration)


PART = RulePart(_rules, _exploring)
