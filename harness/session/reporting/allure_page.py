"""Have the Allure page of a run made, with the trend of the runs before it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from harness.errors import ConfigurationError, StorageError
from harness.events import RunStarted
from harness.report.allure import history as allure_history
from harness.report.allure import page as allure_html
from harness.report.allure.generator import Generator, find
from harness.report.allure.history import Entry, config, title
from harness.scratch import made
from harness.session.reporting.staging import staged
from harness.verdict.model import Verdict

RESULTS = "allure-results"
PAGE = "allure-report"
HISTORY = "history.jsonl"
"""Lies beside the runs of a reports folder: one line a run, the newest last."""


@dataclass(frozen=True, slots=True)
class Page:
    """What came of the page: why there is none, where there is none, and what to remember of it."""

    left_out: tuple[str, ...] = ()
    entry: Entry | None = None


def make_page(place: Path, runs: Path, run: RunStarted, verdict: Verdict) -> Page:
    """Render the Allure results at a place as one page, with the history of a folder of runs."""
    found = find()
    if isinstance(found, str):
        return _without(f"{found}; `harness doctor --fix` sets it up")
    try:
        page = _made(found, place, runs, run, title(run, verdict.conclusion, verdict.scope))
    except OSError as problem:
        page = _without(f"it cannot be written ({problem.strerror})")
    # Half a page would be taken for a whole one.
    if page.left_out:
        shutil.rmtree(place / PAGE, ignore_errors=True)
    return page


def remember(folder: Path, page: Page) -> tuple[str, ...]:
    """Add a run to the history beside it, where its page was made; return why it could not be."""
    if page.entry is None:
        return ()
    # Resolved, since `latest` is a link, and the history lies beside the runs themselves.
    path = folder.resolve().parent / HISTORY
    try:
        with staged(path.parent) as place:
            lines = allure_history.joined(allure_history.read(path), page.entry)
            (place / HISTORY).write_text("".join(lines), encoding="utf-8")
    except (ConfigurationError, StorageError):
        return (f"the run's place in the trend: {path} cannot be written",)
    return ()


def _made(generator: Generator, place: Path, runs: Path, run: RunStarted, named: str) -> Page:
    known = allure_history.read(runs / HISTORY)
    # Beside it, so that the real history changes only once the page is made.
    with made("allure") as aside:
        history = aside / HISTORY
        history.write_text("".join(allure_history.before(known, run)), encoding="utf-8")
        configuration = config(named, history)
        reason = allure_html.render(generator, place / RESULTS, place / PAGE, configuration)
        return _without(reason) if reason else Page((), allure_history.last(history, run, named))


def _without(reason: str) -> Page:
    return Page((f"{PAGE}: {reason}",))
