"""Say which rules a run of the suite has and how hard it tries: one answer for `run` and for `prove`."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from harness.config import Credentials, Settings
from harness.openapi.model import Api
from harness.plugin.bench import Bench
from harness.product import Products
from harness.products.catalogue import exploring_rules, rules
from harness.resources import shipped
from harness.rules.part import Exploration, RuleContext
from harness.rules.rule import AnyRule
from harness.rules.trial import Effort

# Examples of a rule, by profile: more of them find more, and take that much longer.
_EXAMPLES = {"ci": 25, "onboarding": 50, "regression": 25, "deep": 1000}
# What a target gets that has not agreed to load.
_LIVE_EXAMPLES = 3


def suite_rules(bench: Bench, effort: Effort) -> tuple[AnyRule, ...]:
    """Return every rule, in the order in which they run."""
    return rules_of(
        bench.settings,
        bench.credentials,
        bench.apis,
        bench.roles,
        effort,
        can_advance_time=bench.advance is not None,
    )


def rules_of(
    settings: Settings,
    credentials: Credentials,
    apis: Mapping[str, Api],
    roles: Collection[str],
    effort: Effort,
    *,
    can_advance_time: bool,
) -> tuple[AnyRule, ...]:
    """Return every rule that a run with these settings has, also where no target is there yet."""
    context = RuleContext(
        settings.environment,
        credentials,
        apis,
        settings.products,
        can_advance_time=can_advance_time,
    )
    # Fuzzing takes minutes, for which a pipeline does not wait.
    exploration = Exploration(roles, effort, with_fuzzing=settings.profile != "ci")
    return (*rules(context), *exploring_rules(context, exploration))


def effort(bench: Bench) -> Effort:
    """Return how hard to try: profile decides, and a live target is spared the shrinking."""
    return effort_of(bench.settings)


def effort_of(settings: Settings) -> Effort:
    """Return how hard a run with these settings tries."""
    load_allowed = settings.environment.capabilities.load_allowed
    examples = _EXAMPLES[settings.profile] if load_allowed else _LIVE_EXAMPLES
    return Effort(examples=examples, seed=settings.seed, shrink=load_allowed)


def suite_workflows(products: Products, own: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Return the Arazzo documents whose cases run after the rules: those of products, then one's own."""
    # Those that ship belong to products that ship; a run of other documents has none of them.
    own_folder = () if products.are_derived else (shipped("workflows"),)
    folders = (*own_folder, *products.workflows)
    of_products = (path for each in folders for path in sorted(each.glob("*.arazzo.yaml")))
    return (*of_products, *own)
