"""The rules of a document as a product brings them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from harness.jsonvalue import Json
from harness.openapi.model import Api, Operation
from harness.openapi.promises import Promise, requirement_id
from harness.rules.document.access import AccessPlan, access_for
from harness.rules.document.candidates import Given
from harness.rules.document.catalogue import document_rules
from harness.rules.document.draft import Access
from harness.rules.document.scene import SAFE, Scene
from harness.rules.fuzz.operation import Fuzzing
from harness.rules.fuzz.second_opinion import on_answers, second_opinion
from harness.rules.part import Exploration, RuleContext, RulePart
from harness.rules.rule import AnyRule
from harness.rules.target import Target
from harness.rules.trial import Effort

_REMOVES = "DELETE"


def fuzz_rules(
    api: Api, scene: Scene, left_out: Mapping[str, str], effort: Effort
) -> Iterator[AnyRule]:
    """Yield one rule for each operation that may be called."""
    for operation in api.operations:
        # What a user leaves out is not called by Schemathesis either.
        if operation.id not in left_out:
            yield second_opinion(
                f"{operation.api}/{operation.slug}/fuzz",
                partial(_fuzzing, scene, operation),
                effort,
                requirements=tuple(
                    requirement_id(operation, each) for each in (Promise.ANSWERS, Promise.ROBUST)
                ),
                needs=() if operation.method in SAFE else ("writes_allowed",),
            )


def _fuzzing(scene: Scene, operation: Operation, target: Target) -> Fuzzing:
    access: Callable[[Target, str], Access] = lambda each, _: scene.access(each)  # noqa: E731
    return on_answers(
        operation, operation.api, parameters=_existing(scene, operation, target), access=access
    )


def _existing(scene: Scene, operation: Operation, target: Target) -> dict[str, Json]:
    """Return path values that lead to something; nothing that exists is removed by chance."""
    draft = scene.baseline(target, operation).draft
    if draft is None or operation.method == _REMOVES:
        return {}
    # Path values only: it is to choose the others itself, but can hardly guess an id that exists.
    values = {name: value for (place, name), value in draft.values.items() if place == "path"}
    return {f"path.{name}": value for name, value in values.items()}


def part_for(name: str, plan: AccessPlan) -> RulePart:
    """Return the rules for the document of that name."""
    # Partials of module functions, not closures: products travel to other processes.
    return RulePart(partial(_rules, name, plan), partial(_exploring, name, plan))


def _rules(name: str, plan: AccessPlan, context: RuleContext) -> Iterable[AnyRule]:
    api = context.apis.get(name)
    # A product without its document has no rules: the run has chosen other documents.
    return document_rules(api, _scene(api, plan), plan.left_out) if api else ()


def _exploring(
    name: str, plan: AccessPlan, context: RuleContext, exploration: Exploration
) -> Iterable[AnyRule]:
    """Return what Schemathesis is to try; in the quick profile nothing, for it takes seconds."""
    api = context.apis.get(name)
    if api is None or not exploration.with_fuzzing:
        return ()
    return fuzz_rules(api, _scene(api, plan), plan.left_out, exploration.effort)


def _scene(api: Api, plan: AccessPlan) -> Scene:
    # Rules that are made together share what they learn of the API; no other run does.
    return Scene(api, partial(access_for, api, plan), Given(plan.parameters, plan.members))
