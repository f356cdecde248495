"""`harness run`: the main job."""

from pathlib import Path
from typing import Any

import click

from harness.cli.console import Level, say
from harness.cli.options import (
    cluster_options,
    jobs_options,
    level_of,
    level_options,
    shard_option,
    suite_options,
    target_options,
)

FIRST_LINE = "preparing the run"
"""Printed before all that is slow to import: whoever waits sees that something goes on."""


@click.command("run")
@target_options
@suite_options
@click.option(
    "--baseline", type=click.Path(path_type=Path), help="A run to compare with, as a gate."
)
@shard_option
@click.option(
    "--durations",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="Balance the shards by how long each case took in this earlier run.",
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
    help="How many processes share the cases, on this machine against a target on it; with --on, how "
    "many shards the workers share.",
)
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    metavar="N",
    help="Afterwards remove all but the N newest finished runs of the reports folder.",
)
@cluster_options
@jobs_options
@level_options
def command(*, level: str | None, **asked: Any) -> None:
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
      harness run --shard auto
      harness run --shard 1/3 --durations reports/latest
      harness run --resume reports/latest
      harness run --spec openapi.yaml --base-url http://127.0.0.1:8080
      harness run -q
      harness run --keep 5
      harness run --on tls://scheduler:8786
    """
    shown = level_of(level)
    if shown is not Level.QUIET:
        # Before the import, which takes seconds on a slow machine.
        say(FIRST_LINE)
    from harness.cli.running import run  # noqa: PLC0415 slow to import, and somebody is waiting

    run(level=shown, **asked)
