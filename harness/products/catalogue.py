"""Every rule there is, for one environment, one pair of credentials and the documents in use."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from harness.errors import ConfigurationError
from harness.openapi import requirements
from harness.product import Products, part_of
from harness.products.platform.rules import catalogue as platform
from harness.rules import part
from harness.rules.part import Exploration, RuleContext, RulePart
from harness.rules.rule import AnyRule


def rules(context: RuleContext) -> tuple[AnyRule, ...]:
    """Return all rules in the order in which they run: tokens and health first."""
    own = (rule for brought in _parts(context) for rule in brought.rules(context))
    # Rules on tokens speak of the platform's endpoints, which a derived product lacks.
    shared = () if context.products.are_derived else platform.rules(context)
    fixed = tuple(_checked((*shared, *own, *part.rules(context)), context.products))
    if context.environment.name != "production":
        return fixed
    # Some promises name a host: the rule is the same, the requirement is that of production.
    places = {
        sandbox: production
        for facts in context.products.facts
        for sandbox, production in facts.in_production.items()
    }
    return tuple(
        rule.verifying(tuple(dict.fromkeys(places.get(name, name) for name in rule.requirements)))
        for rule in fixed
    )


def exploring_rules(context: RuleContext, exploration: Exploration) -> tuple[AnyRule, ...]:
    """Return the rules that choose their own requests: sequences against a model, and Schemathesis."""
    exploring = (
        rule for brought in _parts(context) for rule in brought.exploring(context, exploration)
    )
    return tuple(_checked(exploring, context.products))


def _checked(rules_made: Iterable[AnyRule], products: Products) -> Iterator[AnyRule]:
    """Yield rules whose requirement ids are all in a set. Raises ConfigurationError.

    A misspelt id would leave its requirement untested for ever, and a certificate would say so only
    in a row that reads as an omission.
    """
    known = _known_ids(products.specs)
    for rule in rules_made:
        for name in rule.requirements:
            if name not in known:
                raise ConfigurationError(
                    f"{rule.id} verifies '{name}', which no requirement set has.",
                    advice="Correct the id in the rule, or add it to requirements.yaml.",
                )
        yield rule


@lru_cache(maxsize=8)
def _known_ids(specs: tuple[Path, ...]) -> frozenset[str]:
    return frozenset(requirement.id for requirement in requirements.load(more=specs))


def _parts(context: RuleContext) -> Iterator[RulePart]:
    parts = (part_of(product, "rules", RulePart) for product in context.products.all)
    return (part for part in parts if part is not None)
