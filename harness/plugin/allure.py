"""Let allure-pytest write results of our cases: the arguments it needs, and the rewriter it gets."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from allure_commons import plugin_manager

from harness.report.allure_results import CaseView, ResultRewriter


def arguments(results: Path) -> list[str]:
    """Return pytest's arguments for results in a folder; captured output stays out of them."""
    return ["-p", "allure_pytest.plugin", "--alluredir", str(results), "--allure-no-capture"]


@contextmanager
def rewriting(lookup: Callable[[str], CaseView | None]) -> Iterator[None]:
    """Rewrite every result that is written meanwhile to show what became of its case."""
    rewriter = ResultRewriter(lookup)
    plugin_manager.register(rewriter)
    try:
        yield
    finally:
        plugin_manager.unregister(rewriter)
