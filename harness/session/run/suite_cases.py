"""Run the conformance suite and the shipped workflows under pytest."""

from pathlib import Path

import pytest

from harness.errors import HarnessError, NothingSelected, StorageError
from harness.plugin.bench import Bench
from harness.plugin.items import Plugin
from harness.session.run.preflight import check_entitlement, check_target_answers
from harness.session.run.suite_plan import effort, suite_rules, suite_workflows

_SUITE = Path(__file__).parents[2] / "suite"


class CollectionFailed(HarnessError):
    """Report this: a suite module or a shipped workflow could not be read."""


def run_suite(bench: Bench, folder: Path, *, jobs: int = 1, exit_first: bool = False) -> None:
    """Run everything selected, so many cases at a time. Raises NothingSelected, CollectionFailed, TargetError."""
    check_entitlement(bench.settings)
    check_target_answers(bench)
    tried = effort(bench)
    plugin = Plugin(bench, tried, suite_rules(bench, tried), jobs=jobs)
    settings = bench.settings
    places = [str(_SUITE), *map(str, suite_workflows(settings.products, settings.workflows))]
    options = [*_arguments(), *(["-x"] if exit_first else [])]
    code = pytest.main([*options, *places], plugins=[plugin])
    # A crash first: the exit code says no more than that there was one.
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
    # From causes to symptoms, for each of these changes the exit code as well.
    if plugin.collection_errors:
        raise CollectionFailed(f"the suite could not be collected: {plugin.collection_errors[0]}")
    if (tripped := plugin.bench.client.tripped) is not None:
        raise tripped
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
        # It collects garbage ten times at the end, for warnings that nobody reads here.
        "-p",
        "no:unraisableexception",
        "-c",
        str(_SUITE / "pytest.ini"),
        "--rootdir",
        str(_SUITE.parent),
        "--import-mode=importlib",
    ]
