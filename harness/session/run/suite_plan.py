"""Say which rules a run of the suite has and how hard it tries: one answer for `run` and for `prove`."""

from pathlib import Path

from harness.plugin.bench import Bench
from harness.products.catalogue import exploring_rules, rules
from harness.resources import shipped
from harness.rules.rule import Rule
from harness.rules.trial import Effort

_EXAMPLES = {"ci": 25, "onboarding": 50, "regression": 25, "deep": 1000}
_LIVE_EXAMPLES = 3


def suite_rules(bench: Bench, effort: Effort) -> tuple[Rule, ...]:
    """Return every rule, in the order in which they run."""
    fixed = rules(
        bench.settings.environment,
        bench.credentials,
        bench.apis,
        can_advance_time=bench.advance is not None,
    )
    explored = exploring_rules(
        bench.credentials,
        bench.apis,
        bench.roles,
        effort,
        with_fuzzing=bench.settings.profile != "ci",
    )
    return (*fixed, *explored)


def suite_workflows() -> tuple[Path, ...]:
    """Return the Arazzo documents whose cases run after the rules, in their order."""
    return tuple(sorted(shipped("workflows").glob("*.arazzo.yaml")))


def effort(bench: Bench) -> Effort:
    """Return how hard to try: profile decides, and a live target is spared the shrinking."""
    load_allowed = bench.settings.environment.capabilities.load_allowed
    examples = _EXAMPLES[bench.settings.profile] if load_allowed else _LIVE_EXAMPLES
    return Effort(examples=examples, seed=bench.settings.seed, shrink=load_allowed)
