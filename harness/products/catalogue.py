"""Every rule there is, for one environment, one pair of credentials and the documents in use."""

from collections.abc import Iterator
from dataclasses import replace

from harness.errors import ConfigurationError
from harness.product import Product
from harness.products.platform.rules import catalogue as platform
from harness.rules import documents
from harness.rules.part import Exploration, RuleContext, RulePart
from harness.rules.rule import Rule


def rules(context: RuleContext) -> tuple[Rule, ...]:
    """Return all rules in the order in which they run: tokens and health first."""
    own = (rule for part in _parts(context) for rule in part.rules(context))
    shared = () if context.products.are_derived else platform.rules(context)
    fixed = (*shared, *own, *documents.rules(context))
    if context.environment.name != "production":
        return fixed
    places = {
        sandbox: production
        for facts in context.products.facts
        for sandbox, production in facts.in_production.items()
    }
    return tuple(
        replace(
            rule, requirements=tuple(dict.fromkeys(places.get(n, n) for n in rule.requirements))
        )
        for rule in fixed
    )


def exploring_rules(context: RuleContext, exploration: Exploration) -> tuple[Rule, ...]:
    """Return the rules that choose their own requests: sequences against a model, and Schemathesis."""
    return tuple(rule for part in _parts(context) for rule in part.exploring(context, exploration))


def _parts(context: RuleContext) -> Iterator[RulePart]:
    return (part for product in context.products.all if (part := part_of(product)) is not None)


def part_of(product: Product) -> RulePart | None:
    """Return the rules of a product; None where it has none. Raises ConfigurationError."""
    part = product.rules()
    if part is not None and not isinstance(part, RulePart):
        raise ConfigurationError(
            f"the rules of '{product.facts.name}' are a {type(part).__name__}.",
            advice="Let Product.rules return a harness.rules.part.RulePart.",
        )
    return part
