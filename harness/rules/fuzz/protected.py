"""Let Schemathesis look at every protected operation of a product of which it has no rules of its own."""

from collections.abc import Iterator

from harness.product import ProductFacts, Protected
from harness.rules.fuzz.operation import Fuzzing
from harness.rules.fuzz.second_opinion import on_answers, second_opinion
from harness.rules.part import Exploration, RuleContext
from harness.rules.rule import Rule
from harness.rules.target import Target


def fuzz_rules(
    facts: ProductFacts,
    requirements: tuple[str, ...],
    context: RuleContext,
    exploration: Exploration,
) -> Iterator[Rule]:
    """Yield one rule an operation; none in the quick profile, for Schemathesis takes its time."""
    if not exploration.with_fuzzing:
        return
    for each in facts.protected:
        if each.api in context.apis:
            yield _rule(facts, each, requirements, exploration)


def _rule(
    facts: ProductFacts, each: Protected, requirements: tuple[str, ...], exploration: Exploration
) -> Rule:
    def fuzzing(target: Target) -> Fuzzing:
        return on_answers(target.operation(each.api, each.operation_id), facts.name)

    # What invents values needs a target that takes them.
    needs = each.needs if each.is_read else (*each.needs, "validates_requests")
    return second_opinion(
        f"{facts.name}/fuzz/{each.operation_id}",
        fuzzing,
        exploration.effort,
        requirements=requirements,
        needs=(*needs, "takes_invented_values"),
    )
