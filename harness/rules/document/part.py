"""The rules of a document as a product brings them."""

from collections.abc import Iterable
from functools import partial

from harness.openapi.model import Api
from harness.rules.document.access import AccessPlan, access_for
from harness.rules.document.catalogue import document_rules
from harness.rules.document.fuzzing import fuzz_rules
from harness.rules.document.scene import Given, Scene
from harness.rules.part import Exploration, RuleContext, RulePart
from harness.rules.rule import Rule


def part_for(name: str, plan: AccessPlan) -> RulePart:
    """Return the rules for the document of that name."""
    return RulePart(partial(_rules, name, plan), partial(_exploring, name, plan))


def _rules(name: str, plan: AccessPlan, context: RuleContext) -> Iterable[Rule]:
    api = context.apis.get(name)
    return document_rules(api, _scene(api, plan), plan.left_out) if api else ()


def _exploring(
    name: str, plan: AccessPlan, context: RuleContext, exploration: Exploration
) -> Iterable[Rule]:
    """Return what Schemathesis is to try; in the quick profile nothing, for it takes seconds."""
    api = context.apis.get(name)
    if api is None or not exploration.with_fuzzing:
        return ()
    return fuzz_rules(api, _scene(api, plan), plan.left_out, exploration.effort)


def _scene(api: Api, plan: AccessPlan) -> Scene:
    return Scene(api, partial(access_for, api, plan), Given(plan.parameters, plan.members))
