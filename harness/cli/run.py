"""`harness run`: the main job."""

from contextlib import nullcontext
from functools import partial
from pathlib import Path

import click

from harness.cli.live import watching
from harness.cli.options import (
    jobs_options,
    level_of,
    level_options,
    overrides_from,
    target_options,
)
from harness.cli.outcome import conclude
from harness.cli.resume import begin_again
from harness.errors import ConfigurationError
from harness.products.document import imported_documents
from harness.products.registry import installed
from harness.report.wording import plural
from harness.session.clock import real_time
from harness.session.reporting.hints import hints
from harness.session.reporting.settled import Settled
from harness.session.reporting.verdict_inputs import WAIVERS
from harness.session.run.processes import run_in_processes
from harness.session.run.pruning import prune
from harness.session.run.ready import ready
from harness.session.run.spec_products import with_documents
from harness.session.run.suite_cases import run_suite
from harness.session.run.suite_run import RunOptions, run_and_report
from harness.settings import load


@click.command("run")
@target_options
@click.option(
    "--spec",
    "specs",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE-OR-NAME",
    help="Test this OpenAPI document in place of the installed APIs; may be given again.",
)
@click.option(
    "--fault", "faults", multiple=True, metavar="NAME", help="Break a promise of the mock."
)
@click.option("--waivers", type=click.Path(path_type=Path), help="A waivers.yaml to apply.")
@click.option(
    "--baseline", type=click.Path(path_type=Path), help="A run to compare with, as a gate."
)
@click.option(
    "--shard", default="", metavar="I/N", help="Only the I-th of N parts of the cases; see merge."
)
@click.option(
    "--resume",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="Finish a run that was cut off; what it settled is not repeated.",
)
@click.option(
    "--no-allure", is_flag=True, help="Leave the Allure report out; report.html is always made."
)
@click.option(
    "--min-operation-coverage",
    type=click.FloatRange(0, 100),
    default=0.0,
    metavar="PCT",
    help="Fail the run where fewer of the documented operations were reached.",
)
@click.option(
    "--min-keyword-coverage",
    type=click.FloatRange(0, 100),
    default=0.0,
    metavar="PCT",
    help="Fail the run where fewer of the constraints on requests were exercised from both sides.",
)
@click.option(
    "-n",
    "--processes",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    metavar="N",
    help="How many processes share the cases; only against a target on this machine.",
)
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    metavar="N",
    help="Afterwards remove all but the N newest finished runs of the reports folder.",
)
@jobs_options
@level_options
def command(
    *,
    specs: tuple[Path, ...],
    faults: tuple[str, ...],
    waivers: Path | None,
    baseline: Path | None,
    resume: Path | None,
    no_allure: bool,
    processes: int,
    jobs: int,
    keep: int | None,
    exit_first: bool,
    min_operation_coverage: float,
    min_keyword_coverage: float,
    level: str | None,
    **target: object,
) -> None:
    """Run the contract suite and the workflows, and write the verdict and the reports.

    Without a target, the mock that ships with the program is started for the run.

    \b
    Examples:
      harness run
      harness run --api dental --only 'dental/create/*'
      harness run --base-url http://127.0.0.1:8080 --seed 7
      harness run --fault npi-checksum-unchecked
      harness run --jobs 4 -x
      harness run -n 2
      harness run --min-operation-coverage 90
      harness run --min-keyword-coverage 60
      harness run --shard 1/3
      harness run --resume reports/latest
      harness run --spec openapi.yaml --base-url http://127.0.0.1:8080
      harness run -q
      harness run --keep 5
    """
    wishes = RunOptions(
        faults,
        waivers,
        baseline,
        allure=not no_allure,
        min_operation_coverage=min_operation_coverage / 100,
        min_keyword_coverage=min_keyword_coverage / 100,
    )
    specs = _documents_named(specs, target)
    if resume:
        settings, wishes = begin_again(resume, wishes, target)
    else:
        settings = load(overrides_from(target), folder=Path.cwd(), products=installed())
    if processes > 1 and (jobs > 1 or exit_first):
        raise ConfigurationError("-n goes with neither --jobs nor -x.", advice="Choose one.")
    documents = with_documents(settings, specs) if specs else nullcontext(settings)
    shown = level_of(level)
    with documents as chosen:
        settings = ready(chosen, wishes.faults, time=real_time())
        with watching(shown, Settled(_waivers_of(wishes))) as progress:
            if processes > 1:
                result = run_in_processes(
                    settings, wishes, processes, time=real_time(), listen=progress
                )
            else:
                cases = partial(run_suite, jobs=jobs, exit_first=exit_first)
                result = run_and_report(settings, cases, wishes, time=real_time(), listen=progress)
    told = hints(result.verdict, settings, wishes.faults)
    again = (f"resume    harness run --resume {result.folder}",) if result.interrupted else ()
    spared = (result.folder, *([baseline] if baseline else []))
    removed = prune(settings.reports, keep, spared=spared) if keep else ()
    pruned = (f"removed   {plural(len(removed), 'earlier run')}",) if removed else ()
    conclude(result, (*again, *told, *pruned), level=shown)


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
    target["apis"] = rest
    return (*specs, *(imported_documents()[each] for each in own))


def _waivers_of(wishes: RunOptions) -> Path | None:
    """Return the waivers of a run, which one that goes on has beside its record."""
    if wishes.earlier is None:
        return wishes.waivers
    kept = wishes.earlier.folder / WAIVERS
    return kept if kept.is_file() else None
