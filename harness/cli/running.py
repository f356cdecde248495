"""Do what `harness run` was asked for; a module of its own since it imports nearly everything."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from shutil import rmtree

import click
from click.core import ParameterSource

from harness.cli.cluster import named_cluster
from harness.cli.console import Level, say
from harness.cli.live import watching
from harness.cli.options import overrides_from
from harness.cli.outcome import conclude
from harness.config import Settings
from harness.errors import ConfigurationError
from harness.products.document import imported_documents
from harness.products.registry import installed
from harness.report.wording import plural
from harness.session.clock import real_time
from harness.session.cluster.running import ClusterRun
from harness.session.reporting.hints import hints
from harness.session.reporting.verdict_inputs import WAIVERS, Settled
from harness.session.run.folder import prune
from harness.session.run.own_rules import joined
from harness.session.run.processes import run_in_processes
from harness.session.run.ready import check_faults, check_plan, ready
from harness.session.run.spec_products import with_documents
from harness.session.run.suite_cases import run_suite
from harness.session.run.suite_run import (
    Durations,
    RunOptions,
    durations_of,
    run_and_report,
    with_split,
)
from harness.session.run.unfinished import (
    overrides_of,
    recorded_specs,
    reopen,
    with_mock_again,
    with_shard_again,
)
from harness.settings import load

_MEANT = "i_mean_production"


def begin_again(
    run: Path, options: RunOptions, target: Mapping[str, object]
) -> tuple[Settings, RunOptions]:
    """Return what to run and how. Raises ConfigurationError where flags contradict the record."""
    # That production is meant has to be said again, and is no choice.
    given = [name for name, value in target.items() if name != _MEANT and not _is_left_out(value)]
    if given or replace(options, allure=True) != RunOptions():
        raise ConfigurationError(
            "--resume goes on as the run was begun; no other choice can be made.",
            advice="Leave the other options out, or begin a run of its own.",
        )
    earlier = reopen(run)
    # Shards that were killed with their run are run again as a whole.
    rmtree(earlier.folder / ".parts", ignore_errors=True)
    overrides = overrides_of(earlier, production_meant=target.get(_MEANT) is True)
    loaded = load(overrides, folder=Path.cwd(), products=installed())
    settings = with_shard_again(with_mock_again(loaded, earlier), earlier)
    say(
        f"going on with {earlier.folder.name}: "
        f"{len(earlier.done)} of {earlier.planned} cases are settled"
    )
    return settings, replace(options, faults=earlier.run.faults, earlier=earlier)


def _is_left_out(value: object) -> bool:
    # A seed of 0 is a choice, although it equals False.
    return value is None or value is False or value in ("", ())


def run(
    *,
    specs: tuple[Path, ...],
    faults: tuple[str, ...],
    waivers: Path | None,
    baseline: Path | None,
    resume: Path | None,
    durations: Path | None,
    no_allure: bool,
    processes: int,
    jobs: int,
    keep: int | None,
    exit_first: bool,
    min_operation_coverage: float,
    min_keyword_coverage: float,
    level: Level,
    address: str | None,
    cluster_ca: Path | None,
    cluster_cert: Path | None,
    cluster_key: Path | None,
    **target: object,
) -> None:
    """Run the contract suite and the workflows, write the verdict and the reports, and leave by it."""
    # Shares are given in percent and kept from 0 to 1.
    options = RunOptions(
        faults,
        waivers,
        baseline,
        allure=not no_allure,
        durations=durations_of(durations) if durations else {},
        min_operation_coverage=min_operation_coverage / 100,
        min_keyword_coverage=min_keyword_coverage / 100,
    )
    cluster = _cluster(
        (
            address,
            {"cluster_ca": cluster_ca, "cluster_cert": cluster_cert, "cluster_key": cluster_key},
        ),
        processes,
        level,
    )
    settings, options, specs = _asked(resume, options, specs, target)
    if durations:
        settings = _balanced(settings, options.durations, is_split=processes > 1 or bool(cluster))
    if processes > 1 and not cluster and (jobs > 1 or exit_first):
        raise ConfigurationError("-n goes with neither --jobs nor -x.", advice="Choose one.")
    documents = with_documents(settings, specs) if specs else nullcontext(settings)
    with documents as chosen, joined(chosen) as whole:
        settings = _ready(whole, options.faults, is_here=cluster is None)
        with watching(level, Settled(_waivers_of(options))) as progress:
            if cluster:
                result = cluster.run(settings, options, progress)
            elif processes > 1:
                result = run_in_processes(
                    settings, options, processes, time=real_time(), listen=progress
                )
            else:
                cases = partial(run_suite, jobs=jobs, exit_first=exit_first)
                result = run_and_report(settings, cases, options, time=real_time(), listen=progress)
    hint_lines = hints(result.verdict, settings, options.faults)
    again = (f"resume    harness run --resume {result.folder}",) if result.interrupted else ()
    # A baseline is needed again the next time.
    spared = (result.folder, *([baseline] if baseline else []))
    removed = prune(settings.reports, keep, spared=spared) if keep else ()
    pruned = (f"removed   {plural(len(removed), 'earlier run')}",) if removed else ()
    conclude(result, (*again, *hint_lines, *pruned), level=level)


def _cluster(
    named: tuple[str | None, dict[str, Path | None]], shards: int, level: Level
) -> ClusterRun | None:
    """Return the cluster that is to run the shards, if one is named."""
    context = click.get_current_context()
    cluster = named_cluster(context, *named)
    if cluster is None:
        return None
    # Unless a number is asked for, there are as many shards as the workers take at a time.
    source = context.get_parameter_source("processes")
    count = shards if source is ParameterSource.COMMANDLINE else 0
    return ClusterRun(cluster, count, real_time(), _quiet if level is Level.QUIET else say)


def _balanced(settings: Settings, durations: Durations, *, is_split: bool) -> Settings:
    """Return settings whose shard is cut by durations. Raises ConfigurationError where there is none."""
    if settings.shard:
        return with_split(settings, settings.shard, durations)
    if is_split:
        return settings
    raise ConfigurationError(
        "--durations has no effect without shards.", advice="Add --shard, -n or --on."
    )


def _quiet(_: str) -> None:
    return


def _ready(settings: Settings, faults: tuple[str, ...], *, is_here: bool) -> Settings:
    """Return settings that can be run; credentials are those of the machine that sends the requests."""
    if is_here:
        return ready(settings, faults, time=real_time())
    # Requests and credentials are the workers' own; faults and the plan can be judged here.
    check_faults(settings, faults)
    check_plan(settings)
    return settings


def _asked(
    resume: Path | None, options: RunOptions, specs: tuple[Path, ...], target: dict[str, object]
) -> tuple[Settings, RunOptions, tuple[Path, ...]]:
    """Return what to run, how, and which documents in place of the installed products."""
    if resume is None:
        named = _documents_named(specs, target)
        return load(overrides_from(target), folder=Path.cwd(), products=installed()), options, named
    settings, again = begin_again(resume, options, {**target, "specs": specs})
    return settings, again, recorded_specs(again.earlier.run) if again.earlier else ()


def _documents_named(specs: tuple[Path, ...], target: dict[str, object]) -> tuple[Path, ...]:
    """Return the documents of --spec, and those of --api that were imported under a name.

    Raises ConfigurationError where installed APIs are named beside them.
    """
    apis: tuple[str, ...] = target.get("apis") or ()  # type: ignore[assignment]  # click has checked it
    own = tuple(each for each in apis if each in imported_documents())
    rest = tuple(each for each in apis if each not in own)
    if rest and (specs or own):
        raise ConfigurationError(
            f"--api {rest[0]} is an installed API, and the other one is a document of your own.",
            advice="Run them one after the other.",
        )
    # What is left are installed APIs, as settings know them.
    target["apis"] = rest
    return (*specs, *(imported_documents()[each] for each in own))


def _waivers_of(options: RunOptions) -> Path | None:
    """Return the waivers of a run, which one that goes on has beside its record."""
    if options.earlier is None:
        return options.waivers
    # Beside its record, where its first sitting has put them.
    kept = options.earlier.folder / WAIVERS
    return kept if kept.is_file() else None
