"""The rules of a document as a product brings them."""

from collections.abc import Iterable
from functools import partial

from harness.rules.document.access import AccessPlan, access_for
from harness.rules.document.catalogue import document_rules
from harness.rules.document.scene import Given, Scene
from harness.rules.part import RuleContext, RulePart
from harness.rules.rule import Rule


def part_for(name: str, plan: AccessPlan) -> RulePart:
    """Return the rules for the document of that name."""
    return RulePart(partial(_rules, name, plan))


def _rules(name: str, plan: AccessPlan, context: RuleContext) -> Iterable[Rule]:
    api = context.apis.get(name)
    if api is None:
        return ()
    scene = Scene(api, partial(access_for, api, plan), Given(plan.parameters, plan.members))
    return document_rules(api, scene, plan.left_out)
