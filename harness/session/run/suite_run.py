"""Run cases, judge their record, and write every report: what `run` and `workflow run` share."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness import record
from harness.client.http import Time
from harness.config import Settings
from harness.errors import ConfigurationError
from harness.events import DocumentUsed
from harness.openapi import requirements
from harness.plugin.bench import WorkflowOptions
from harness.product import Products
from harness.session.reporting.reports import Result, write_reports
from harness.session.reporting.verdict_inputs import load_inputs
from harness.session.run.documents import chosen, documents_used, own_documents
from harness.session.run.journal import Listen
from harness.session.run.lifecycle import Cases, Task, run_cases
from harness.session.run.unfinished import Unfinished, check_documents
from harness.shard import Shard, balanced
from harness.verdict import waivers
from harness.verdict.scope import CONTRACT

Durations = Mapping[str, float]
"""Seconds by case."""


def durations_of(run: Path) -> Durations:
    """Return how long the cases of a run took. Raises ConfigurationError, DocumentError."""
    # A folder of a run, or its record itself.
    found = record.read(run / record.FILE_NAME if run.is_dir() else run)
    if found.run.suite not in ("", CONTRACT) or not found.outcomes:
        raise ConfigurationError(
            f"{run} holds no cases of the suite whose durations could be read.",
            advice="Name a finished run of: harness run.",
        )
    return {each.case: each.duration_seconds for each in found.outcomes}


def with_split(settings: Settings, shard: Shard, durations: Durations) -> Settings:
    """Return settings for a shard; where durations are known, all shards take about as long."""
    # Only cases of this run weigh anything here.
    selected = {case: each for case, each in durations.items() if settings.selects(case)}
    split = balanced(selected, shard.count) if selected else None
    return replace(settings, shard=replace(shard, split=split))


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What may be asked of a run besides its settings."""

    faults: tuple[str, ...] = ()
    """Promises that the mock is to break."""
    waivers: Path | None = None
    baseline: Path | None = None
    allure: bool = True
    workflows: WorkflowOptions | None = None
    durations: Durations = field(default_factory=dict)
    """How long cases took before; shards of this run are balanced by it."""
    earlier: Unfinished | None = None
    """A run that was cut off and is to be finished."""
    min_operation_coverage: float = 0.0
    """A share from 0 to 1 that the run must reach, where the profile asks for less."""
    min_keyword_coverage: float = 0.0
    """Likewise, of the constraints on requests."""
    documents: tuple[DocumentUsed, ...] | None = None
    """What is under test, where it is not the APIs of the settings."""
    suite: str = CONTRACT
    """What the cases are taken from."""


def run_and_report(
    settings: Settings, cases: Cases, options: RunOptions, *, time: Time, listen: Listen
) -> Result:
    """Run cases and write their reports. Raises where a file it was given cannot be read."""
    task = task_of(options, settings.products)
    # The rest of a run must be judged as its beginning was.
    if options.earlier:
        used = documents_used(chosen(settings))
        check_documents(options.earlier, (*used, *own_documents(settings)))
    completed = run_cases(settings, cases, task, time=time, listen=listen)
    return write_reports(completed, allure=options.allure)


def task_of(options: RunOptions, products: Products) -> Task:
    """Read what was named. Raises where a file cannot be read."""
    if options.waivers:
        # Read for its mistakes alone, before a run is begun.
        waivers.load(options.waivers, requirements.load(more=products.specs))
    return Task(
        faults=options.faults,
        workflows=options.workflows,
        waiver_file=options.waivers,
        baseline=load_inputs(options.baseline) if options.baseline else None,
        earlier=options.earlier,
        min_operation_coverage=options.min_operation_coverage,
        min_keyword_coverage=options.min_keyword_coverage,
        documents=options.documents,
        suite=options.suite,
    )
