"""`harness prove`: show that the gate can fail, fault by fault, and that it does not cry wolf."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from os import cpu_count
from pathlib import Path
from typing import NoReturn

import click

from harness import __version__
from harness.cli.cluster import named_cluster
from harness.cli.console import say
from harness.cli.options import cluster_options, refuse_given, shard_option, size_option
from harness.cli.proof_lines import conclude_proof, progress_of, tolerance_line
from harness.config import Overrides, Settings
from harness.errors import ConfigurationError, HarnessError, NothingSelected
from harness.mock.frame import Frame
from harness.products.mocks import frame_of
from harness.products.registry import installed
from harness.report.formats import proof_files
from harness.report.proof import (
    DocumentProved,
    NotDone,
    OutOfScope,
    Proof,
    ProofPart,
    ProofReport,
    ToleranceResult,
)
from harness.session.clock import real_time
from harness.session.cluster.address import Cluster
from harness.session.cluster.proving import ClusterProof
from harness.session.prove.campaign import (
    LocalProcesses,
    is_in_scope,
    look_at_clean_mock,
    out_of_scope,
)
from harness.session.prove.merge import merge_proofs
from harness.session.prove.tasks import Clean, Executor, Plan, Task, TaskResult, part_of, tasks_of
from harness.session.run.documents import chosen as documents_in_use
from harness.session.run.documents import own_documents
from harness.session.run.folder import open_folder, point_latest
from harness.session.run.own_rules import joined
from harness.session.run.spec_products import with_documents
from harness.settings import as_the_mock_knows_it, load

_FOLDER = click.Path(path_type=Path)


@click.command("merge")
@click.argument("folders", metavar="DIR...", nargs=-1, required=True, type=_FOLDER)
@click.option(
    "--reports",
    type=_FOLDER,
    default=Path("reports"),
    show_default=True,
    help="Where the joined proof is written.",
)
def merge(*, folders: Sequence[Path], reports: Path) -> None:
    """Join the shards of one proof into what one process would have found.

    \b
    Example:
      harness prove merge shard-1 shard-2 shard-3
    """
    report = merge_proofs(folders)
    folder = open_folder(reports, now=real_time().now(), label="prove")
    proof_files.write(report, folder)
    point_latest(folder)
    conclude_proof(report, folder)


def _seeds(_: click.Context, __: click.Parameter, text: str) -> tuple[int, ...]:
    parts = [each.strip() for each in text.split(",")]
    # isascii, since isdigit holds for digits of every script.
    if not all(each.isascii() and each.isdigit() for each in parts):
        raise ConfigurationError(f"'{text}' names no seeds.", advice="Write them as 1,2,3.")
    return tuple(dict.fromkeys(map(int, parts)))


@click.group("prove", invoke_without_command=True)
@click.option(
    "--spec",
    "specs",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE-OR-NAME",
    help="Prove the suite for this OpenAPI document, by every fault that it gives.",
)
@click.option(
    "--fault", "faults", multiple=True, metavar="NAME", help="Only this fault; may be given again."
)
@click.option(
    "--tolerate",
    "tolerances",
    multiple=True,
    metavar="NAME",
    help="Only this tolerated behaviour; may be given again.",
)
@click.option(
    "--api",
    "apis",
    multiple=True,
    type=click.Choice(installed().names),
    help="Only cases of this API.",
)
@click.option("--only", default="", metavar="PATTERN", help="Only cases of this id or below it.")
@click.option(
    "--seeds",
    "--seed",
    default="1",
    show_default=True,
    callback=_seeds,
    metavar="N,N",
    help="Seeds of the generated data; a fault counts as caught where each of them shows it.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=cpu_count() or 1,
    show_default="one a core",
    help="Faults tried side by side.",
)
@click.option(
    "--reports", type=click.Path(path_type=Path), metavar="DIR", help="Where the proof is written."
)
@shard_option
@cluster_options
@size_option
@click.pass_context
def command(
    context: click.Context,
    /,
    *,
    specs: tuple[Path, ...],
    faults: tuple[str, ...],
    tolerances: tuple[str, ...],
    apis: tuple[str, ...],
    only: str,
    seeds: tuple[int, ...],
    jobs: int,
    reports: Path | None,
    shard: str,
    address: str | None,
    **certificates: Path | None,
) -> None:
    """Run the suite against every fault of the mock and every liberty it may take.

    Exit code 1 says that a fault escaped or a tolerated behaviour failed, 3 that some were not tried.

    \b
    Examples:
      harness prove
      harness prove --fault npi-checksum-unchecked --fault search-loses-a-byte
      harness prove --api dental --seeds 1,2,3
      harness prove --spec openapi.yaml
      harness prove --shard 1/3
      harness prove merge shard-1 shard-2 shard-3
      harness prove --on tls://scheduler:8786
    """
    if context.invoked_subcommand:
        # Before the name of a subcommand they would be lost without a word.
        every = [each.name or "" for each in context.command.params]
        refuse_given(context, every, f"before {context.invoked_subcommand}")
        return
    where = named_cluster(context, address, certificates) or jobs
    overrides = Overrides(seed=seeds[0], reports=reports, apis=apis, only=only, shard=shard)
    _prove(overrides, specs, (faults, tolerances), seeds, where)


command.add_command(merge)


def _prove(
    overrides: Overrides,
    specs: Sequence[Path],
    names: tuple[Sequence[str], Sequence[str]],
    seeds: tuple[int, ...],
    where: Cluster | int,
) -> NoReturn:
    """Prove on a cluster, or in so many processes here, and leave by what it came to."""
    begun = real_time().monotonic()
    configured = _settings(overrides)
    documents = with_documents(configured, specs) if specs else nullcontext(configured)
    with documents as chosen, joined(chosen) as settings:
        executor = _executor(where, settings)
        report, folder = _proved(settings, names, seeds, executor, begun)
    conclude_proof(report, folder)


def _executor(where: Cluster | int, settings: Settings) -> Executor:
    return LocalProcesses(where) if isinstance(where, int) else ClusterProof(where, settings, say)


def _proved(
    settings: Settings,
    names: tuple[Sequence[str], Sequence[str]],
    seeds: tuple[int, ...],
    executor: Executor,
    begun: float,
) -> tuple[ProofReport, Path]:
    plan = _plan(frame_of(settings.products), names, seeds)
    say("looking at the mock as it is ...")
    clean = look_at_clean_mock(settings)
    say(tolerance_line(clean.tolerance))
    plan, beyond = _in_scope(plan, settings, clean)
    tasks = tasks_of(plan, settings, clean)
    # Cut from the whole plan, so that every shard names the same one.
    part = part_of(tasks, settings.shard)
    now = real_time().now()
    folder = open_folder(settings.reports, now=now, label="prove")
    try:
        results = tuple(progress_of(executor.results(part), len(part), seeds=len(seeds)))
    except HarnessError:
        folder.rmdir()  # nothing was found: no folder says that there was a proof
        raise
    report = replace(
        _report(plan, clean, results, real_time().monotonic() - begun),
        out_of_scope=beyond,
        selection=_selection(settings),
        started=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        harness_version=__version__,
        subject=_subject(settings),
        profile=settings.profile,
        documents=_documents(settings),
        part=_part(settings, tasks),
    )
    proof_files.write(report, folder)
    point_latest(folder)
    return report, folder


def _part(settings: Settings, tasks: Sequence[Task]) -> ProofPart | None:
    if settings.shard is None:
        return None
    return ProofPart(str(settings.shard), tuple(task.id for task in tasks))


def _documents(settings: Settings) -> tuple[DocumentProved, ...]:
    """Return what the cases and the faults were made from, so that shards of other documents show."""
    used = [DocumentProved(each.api.name, each.api.sha256) for each in documents_in_use(settings)]
    own = [DocumentProved(each.api, each.sha256) for each in own_documents(settings)]
    return (*used, *own)


def _settings(overrides: Overrides) -> Settings:
    """Return settings for the mock of each trial, whatever target the environment names."""
    loaded = load(replace(overrides, environment="mock"), folder=Path.cwd(), products=installed())
    return as_the_mock_knows_it(loaded)


def _in_scope(plan: Plan, settings: Settings, clean: Clean) -> tuple[Plan, tuple[OutOfScope, ...]]:
    """Leave out what cannot show in the selected cases. Raises NothingSelected where there are none."""
    if not clean.cases:
        raise NothingSelected(
            "no case is selected.", advice="Choose other values for --api and --only."
        )
    faults = [each for each in plan.faults if is_in_scope(each, settings, clean)]
    beyond = tuple(out_of_scope(each) for each in plan.faults if each not in faults)
    return replace(plan, faults=faults), beyond


def _selection(settings: Settings) -> str:
    apis = "" if settings.apis == settings.products.names else f"of {', '.join(settings.apis)}"
    return " ".join(part for part in (settings.only, apis) if part)


def _subject(settings: Settings) -> str:
    """Return what the mock stands in for, unless the selection says it."""
    is_whole = settings.apis == settings.products.names
    return ", ".join(settings.apis) if is_whole else ""


def _plan(
    frame: Frame,
    names: tuple[Sequence[str], Sequence[str]],
    seeds: tuple[int, ...],
) -> Plan:
    """Return all there is to prove, or just what is named."""
    faults, tolerances = names
    chosen = tuple(map(frame.fault_called, dict.fromkeys(faults)))
    taken = frame.tolerances_called(tolerances)
    # Where nothing is named, all of it is meant.
    if not chosen and not taken:
        chosen, taken = frame.faults, frame.tolerances
    return Plan(chosen, taken, seeds)


def _report(plan: Plan, clean: Clean, results: Sequence[TaskResult], seconds: float) -> ProofReport:
    faults = [each.id for each in plan.faults]
    proofs = [each for each in results if isinstance(each, Proof)]
    tolerances = [each for each in results if isinstance(each, ToleranceResult)]
    not_done = [each for each in results if isinstance(each, NotDone)]
    names = [each.id for each in plan.tolerances]
    return ProofReport(
        seeds=plan.seeds,
        cases=clean.cases,
        # In the order of the plan, since results come as they are ready.
        proofs=tuple(sorted(proofs, key=lambda each: (each.seed, faults.index(each.fault)))),
        tolerances=(
            clean.tolerance,
            *sorted(tolerances, key=lambda each: (each.seed, names.index(each.id))),
        ),
        seconds=seconds,
        not_done=tuple(sorted(not_done, key=lambda each: (each.seed, each.is_fault, each.name))),
    )
