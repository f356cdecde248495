"""One rule an operation that lets Schemathesis look at its answers, beside the rules of our own.

What it takes for a valid request rests on the document alone, so that only what it says of answers counts.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from harness.jsonvalue import Json
from harness.openapi.model import Operation
from harness.product import ProductFacts, Protected
from harness.rules.document.draft import Access
from harness.rules.fuzz.findings import findings
from harness.rules.fuzz.operation import ON_ANSWERS, Fuzzing, bearer
from harness.rules.part import Exploration, RuleContext
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Target
from harness.rules.trial import Effort

_SHARE = 5
"""Of the examples that a rule of our own gets, every fifth: generating one of a large schema takes a second."""
TITLE = "what Schemathesis generates is answered as the document says"


def second_opinion(
    case: str,
    fuzzing: Callable[[Target], Fuzzing],
    effort: Effort,
    *,
    requirements: tuple[str, ...],
    needs: tuple[str, ...],
) -> AnyRule:
    """Return the rule; what is to be tried is asked once there is a target."""
    # Not shrunk: each step costs a request, and a finding is known by its kind.
    less = replace(effort, examples=max(1, effort.examples // _SHARE), shrink=False)

    def verify(target: Target, _: object) -> Checks:
        return findings(target, fuzzing(target), less)

    # Alone, since Schemathesis has threads and global hooks of its own.
    return Rule(case, TITLE, requirements, verify, needs=needs, alone=True)


def on_answers(
    operation: Operation,
    group: str,
    parameters: Mapping[str, Json] | None = None,
    access: Callable[[Target, str], Access] | None = None,
) -> Fuzzing:
    """Return what is tried of an operation of which nothing but its document is known."""
    return Fuzzing(
        operation,
        group,
        parameters=parameters or {},
        checks=ON_ANSWERS,
        access=access or bearer,
        is_second_opinion=True,
    )


def fuzz_rules(
    facts: ProductFacts,
    requirements: tuple[str, ...],
    context: RuleContext,
    exploration: Exploration,
) -> Iterator[AnyRule]:
    """Yield one rule an operation; none in the quick profile, for Schemathesis takes its time."""
    if not exploration.with_fuzzing:
        return
    # Only operations that a product lists: others have no product whose tokens open them.
    for each in facts.protected:
        if each.api in context.apis:
            yield _rule(facts, each, requirements, exploration)


def _rule(
    facts: ProductFacts, each: Protected, requirements: tuple[str, ...], exploration: Exploration
) -> AnyRule:
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
