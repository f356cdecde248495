"""Say what it takes to run one case of an earlier run again."""

from dataclasses import dataclass, replace
from pathlib import Path
from shlex import quote

from harness.config import Overrides, Settings
from harness.errors import ConfigurationError, UnknownName
from harness.events import CasePlanned, RunStarted
from harness.outcome import Outcome
from harness.plugin.workflows import OTHER
from harness.products.registry import installed
from harness.record import Record
from harness.session.run.unfinished import recorded_specs
from harness.settings import load, on_own_mock

FOLDER = "replays"
"""Where the runs of single cases lie, in the folder of the run that they repeat."""


@dataclass(frozen=True, slots=True)
class Again:
    """One case of a run, with the settings and the faults that it ran under."""

    case: str
    before: Outcome | None
    settings: Settings
    faults: tuple[str, ...]
    specs: tuple[Path, ...] = ()
    """The documents that the run tested in place of the installed products."""


def again(
    case: str, folder: Path, record: Record, *, base_url: str = "", production_meant: bool = False
) -> Again:
    """Return how to run a case again: against its own target, the mock with the same faults, or another.

    Raises UnknownName where the run has no such case, ConfigurationError where it is not of the suite.
    """
    planned = {each.case: each for each in record.planned}
    if case not in planned:
        raise UnknownName(None, kind=f"case in {folder.name}", name=case, known=tuple(planned))
    _refuse_documents(planned[case], record)
    run = record.run
    # A mock is started anew; every other server is where it was.
    is_mock = run.embedded and not base_url
    specs = recorded_specs(run)
    overrides = replace(_overrides(run, case, folder, base_url), production_meant=production_meant)
    # Products that are made from documents do not exist yet where the settings are read.
    overrides = replace(overrides, apis=()) if specs else overrides
    loaded = load(overrides, folder=Path.cwd(), products=installed())
    settings = on_own_mock(loaded) if is_mock else loaded
    before = next((each for each in record.outcomes if each.case == case), None)
    return Again(case, before, settings, run.faults if is_mock else (), specs)


def _overrides(run: RunStarted, case: str, folder: Path, base_url: str) -> Overrides:
    own = None if run.embedded else run.base_url
    return Overrides(
        environment=run.settings_of or run.environment,
        base_url=base_url or own,
        profile=run.profile,
        seed=run.seed,
        reports=folder / FOLDER,
        apis=run.apis,
        # A bracket in an id would begin a set in a pattern (fnmatch).
        only=case.replace("[", "[[]"),
    )


def _refuse_documents(planned: CasePlanned, record: Record) -> None:
    """Raise ConfigurationError for a case of a document of one's own, with the command that runs it."""
    if planned.api != OTHER:
        return
    outcomes = (each for each in record.outcomes if each.case == planned.case)
    # A check names the place of its rule, which lies in the document.
    sources = (check.source for each in outcomes for check in each.checks if check.source)
    path = next((each.rsplit(":", 2)[0] for each in sources), "FILE")
    raise ConfigurationError(
        f"{planned.case} is a case of a document of its own.",
        advice=f"Run it again with: harness workflow run {quote(str(path))} --only '{planned.case}'.",
    )
