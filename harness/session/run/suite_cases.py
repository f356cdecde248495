"""Run the conformance suite and the shipped workflows under pytest."""

from pathlib import Path

import pytest

from harness.errors import HarnessError, NothingSelected, StorageError
from harness.plugin.bench import Bench
from harness.plugin.items import Plugin
from harness.products.catalogue import exploring_rules, rules
from harness.rules.part import Exploration, RuleContext
from harness.rules.rule import Rule
from harness.rules.trial import Effort
from harness.session.run.documents import suite_workflows
from harness.session.run.preflight import check_entitlement, check_target_answers

_SUITE = Path(__file__).parents[2] / "suite"
_EXAMPLES = {"ci": 25, "onboarding": 50, "regression": 25, "deep": 1000}


class CollectionFailed(HarnessError):
    """Report this: a suite module or a shipped workflow could not be read."""


def run_suite(bench: Bench, folder: Path, *, jobs: int = 1, exit_first: bool = False) -> None:
    """Run everything selected, so many cases at a time. Raises NothingSelected, CollectionFailed, TargetError."""
    check_entitlement(bench.settings)
    check_target_answers(bench)
    plugin = Plugin(bench, effort(bench), _rules(bench), jobs=jobs)
    workflows = suite_workflows(bench.settings.products)
    places = [str(_SUITE), *(str(path) for path in workflows)]
    options = [*_arguments(), *(["-x"] if exit_first else [])]
    code = pytest.main([*options, *places], plugins=[plugin])
    _raise_for_crash(plugin.crash, folder)
    _raise_for(code, plugin)


def _raise_for_crash(crash: BaseException | None, folder: Path) -> None:
    """Pass on what broke pytest itself, in our words where it is known."""
    match crash:
        case None:
            return
        case HarnessError():
            raise crash
        case OSError():
            raise StorageError(folder, crash) from None
        case _:
            raise CollectionFailed(f"pytest ended with {type(crash).__name__}: {crash}")


def _raise_for(code: int, plugin: Plugin) -> None:
    if plugin.collection_errors:
        raise CollectionFailed(f"the suite could not be collected: {plugin.collection_errors[0]}")
    if (gone := plugin.bench.client.gone) is not None:
        raise gone
    if code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if not plugin.plans:
        only = plugin.bench.settings.only
        raise NothingSelected(
            f"no case is selected by '{only}'.",
            advice="Case ids look like API/ENDPOINT/NAME; --only takes one, its start, or a pattern.",
        )
    if code in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERNAL_ERROR):
        raise CollectionFailed(f"pytest ended with {code!r}.")


def _rules(bench: Bench) -> tuple[Rule, ...]:
    context = RuleContext(
        bench.settings.environment,
        bench.credentials,
        bench.apis,
        bench.settings.products,
        can_advance_time=bench.advance is not None,
    )
    with_fuzzing = bench.settings.profile != "ci"
    exploration = Exploration(tuple(bench.roles), effort(bench), with_fuzzing=with_fuzzing)
    return (*rules(context), *exploring_rules(context, exploration))


def effort(bench: Bench) -> Effort:
    """Return how hard to try: profile decides, and a live target is spared the shrinking."""
    load_allowed = bench.settings.environment.capabilities.load_allowed
    examples = _EXAMPLES[bench.settings.profile] if load_allowed else 3
    return Effort(examples=examples, seed=bench.settings.seed, shrink=load_allowed)


def _arguments() -> list[str]:
    """Keep the run free of whatever pytest configuration and plugins the machine has."""
    return [
        "--disable-plugin-autoload",
        "-p",
        "no:terminal",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:faulthandler",
        "-c",
        str(_SUITE / "pytest.ini"),
        "--rootdir",
        str(_SUITE.parent),
        "--import-mode=importlib",
    ]
