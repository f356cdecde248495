"""`harness prove`: show that the gate can fail, fault by fault, and that it does not cry wolf."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from os import cpu_count
from pathlib import Path

import click

from harness import __version__
from harness.cli.console import say
from harness.cli.options import size_option
from harness.config import Overrides, Settings
from harness.errors import ConfigurationError, NothingSelected
from harness.mock.frame import Frame
from harness.products.mocks import frame_of
from harness.products.registry import installed
from harness.report.formats import proof_files
from harness.report.proof import Detection, OutOfScope, Proof, ProofReport, ToleranceResult
from harness.session.clock import real_time
from harness.session.prove.campaign import (
    Clean,
    Plan,
    is_in_scope,
    look_at_clean_mock,
    out_of_scope,
    prove,
)
from harness.session.run.folder import open_folder, point_latest
from harness.session.run.own_rules import joined
from harness.session.run.spec_products import with_documents
from harness.settings import as_the_mock_knows_it, load

_LISTED = 20


def _seeds(_: click.Context, __: click.Parameter, text: str) -> tuple[int, ...]:
    parts = [each.strip() for each in text.split(",")]
    if not all(each.isascii() and each.isdigit() for each in parts):
        raise ConfigurationError(f"'{text}' names no seeds.", advice="Write them as 1,2,3.")
    return tuple(dict.fromkeys(map(int, parts)))


@click.command("prove")
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
@size_option
def command(
    *,
    specs: tuple[Path, ...],
    faults: tuple[str, ...],
    tolerances: tuple[str, ...],
    apis: tuple[str, ...],
    only: str,
    seeds: tuple[int, ...],
    jobs: int,
    reports: Path | None,
) -> None:
    """Run the suite against every fault of the mock and every liberty it may take.

    Exit code 1 says that a fault escaped, or that a tolerated behaviour failed.

    \b
    Examples:
      harness prove
      harness prove --fault npi-checksum-unchecked --fault search-loses-a-byte
      harness prove --api dental --seeds 1,2,3
      harness prove --spec openapi.yaml
    """
    begun = real_time().monotonic()
    configured = _settings(Overrides(seed=seeds[0], reports=reports, apis=apis, only=only))
    documents = with_documents(configured, specs) if specs else nullcontext(configured)
    with documents as chosen, joined(chosen) as settings:
        report, folder = _proved(settings, (faults, tolerances), (seeds, jobs), begun)
    _conclude(report, folder)


def _proved(
    settings: Settings,
    names: tuple[Sequence[str], Sequence[str]],
    effort: tuple[tuple[int, ...], int],
    begun: float,
) -> tuple[ProofReport, Path]:
    plan = _plan(frame_of(settings.products), names, effort)
    say("looking at the mock as it is ...")
    clean = look_at_clean_mock(settings)
    say(_tolerance_line(clean.tolerance))
    plan, beyond = _in_scope(plan, settings, clean)
    now = real_time().now()
    folder = open_folder(settings.reports, now=now, label="prove")
    found = tuple(_progress_of(prove(plan, settings, clean), plan))
    report = replace(
        _report(plan, clean, found, real_time().monotonic() - begun),
        out_of_scope=beyond,
        selection=_selection(settings),
        started=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        harness_version=__version__,
        subject=_subject(settings),
    )
    proof_files.write(report, folder)
    point_latest(folder)
    return report, folder


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
    effort: tuple[tuple[int, ...], int],
) -> Plan:
    """Return all there is to prove, or just what is named."""
    faults, tolerances = names
    chosen = tuple(map(frame.fault_called, dict.fromkeys(faults)))
    taken = frame.tolerances_called(tolerances)
    if not chosen and not taken:
        chosen, taken = frame.faults, frame.tolerances
    return Plan(chosen, taken, *effort)


def _progress_of(
    results: Iterator[Proof | ToleranceResult], plan: Plan
) -> Iterator[Proof | ToleranceResult]:
    """Pass results on, each with a line of progress."""
    total = (len(plan.faults) + len(plan.tolerances)) * len(plan.seeds)
    for number, result in enumerate(results, start=1):
        line = _proof_line(result) if isinstance(result, Proof) else _tolerance_line(result)
        seed = f" seed {result.seed}" if len(plan.seeds) > 1 else ""
        say(f"  [{number:>{len(str(total))}}/{total}]{seed} {line}")
        yield result


def _proof_line(proof: Proof) -> str:
    if proof.detection is Detection.ESCAPED:
        tried = f"{len(proof.tried)} cases, {proof.requests} requests"
        return f"{proof.fault:<40} ESCAPED ({proof.breaks}), {tried}"
    if proof.detection is Detection.UNOBSERVABLE:
        return f"{proof.fault:<40} not observable: {proof.unobservable}"
    caught = proof.caught_by
    more = f" and {len(caught) - 1} more" if len(caught) > 1 else ""
    word = "caught" if proof.detection is Detection.FAILED else proof.detection.value
    return f"{proof.fault:<40} {word} by {caught[0]}{more}"


def _tolerance_line(tolerance: ToleranceResult) -> str:
    if not tolerance.alarms:
        return f"{tolerance.id:<40} tolerated, {tolerance.cases} cases"
    return f"{tolerance.id:<40} FALSE ALARM: {len(tolerance.alarms)} of {tolerance.cases} cases"


def _report(
    plan: Plan, clean: Clean, found: Sequence[Proof | ToleranceResult], seconds: float
) -> ProofReport:
    faults = [each.id for each in plan.faults]
    proofs = [each for each in found if isinstance(each, Proof)]
    tolerances = [each for each in found if isinstance(each, ToleranceResult)]
    names = [each.id for each in plan.tolerances]
    return ProofReport(
        seeds=plan.seeds,
        cases=clean.cases,
        proofs=tuple(sorted(proofs, key=lambda each: (each.seed, faults.index(each.fault)))),
        tolerances=(
            clean.tolerance,
            *sorted(tolerances, key=lambda each: (each.seed, names.index(each.id))),
        ),
        seconds=seconds,
    )


def _conclude(report: ProofReport, folder: Path) -> None:
    say(f"proof     {folder / 'proof.html'}")
    for each in report.out_of_scope[:_LISTED]:
        say(f"out of scope {each.fault} ({each.breaks}): no selected case could see it")
    if len(report.out_of_scope) > _LISTED:
        say(f"out of scope {len(report.out_of_scope) - _LISTED} more: see proof.json")
    for proof in report.escaped[:_LISTED]:
        say(f"escaped   {proof.fault} ({proof.breaks}, seed {proof.seed}): {proof.sentence}")
    for tolerance in report.alarming[:_LISTED]:
        alarm = tolerance.alarms[0]
        say(f"alarm     {tolerance.id} (seed {tolerance.seed}): {alarm.case}: {alarm.message}")
    counts = report.counts
    if not report.proofs and not report.tolerances[1:]:
        say("Nothing was proved: every fault is out of scope of the selected cases.")
        sys.exit(NothingSelected.exit_code)
    scope = f" Cases: {report.selection}." if report.selection else ""
    say(
        f"{report.sentence}{scope} {counts[Detection.OBSERVED]} by observation only, "
        f"{counts[Detection.INCONCLUSIVE]} as inconclusive; "
        f"{len(report.alarming)} of {len(report.tolerances)} tolerated behaviours raise an alarm."
    )
    sys.exit(0 if report.is_good else 1)
