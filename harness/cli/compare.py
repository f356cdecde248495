"""`harness compare`: what changed between two runs."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from harness.cli.console import say_text
from harness.report.formats import changes
from harness.report.formats.changes import Pair
from harness.session.reporting.verdict_inputs import conclude, load_inputs
from harness.verdict.compare import compare

_RUN = click.Path(path_type=Path)
_FORMATS: Mapping[str, Callable[[Pair], str]] = {
    "text": changes.text,
    "json": changes.as_json,
    "markdown": changes.markdown,
}


@click.command("compare")
@click.argument("base", type=_RUN)
@click.argument("head", type=_RUN)
@click.option(
    "--format", "form", type=click.Choice(list(_FORMATS)), default="text", show_default=True
)
@click.option(
    "--latency-tolerance",
    type=click.FloatRange(min=0),
    default=25.0,
    show_default=True,
    metavar="PCT",
    help="How much slower an operation may be, in percent of what it took before.",
)
def command(*, base: Path, head: Path, form: str, latency_tolerance: float) -> None:
    """Tell what changed from run BASE to run HEAD, case by case.

    Exit code 1: a new failure or a removed test. 3: none, but cases could no longer be judged.

    \b
    Examples:
      harness compare reports/20261121T020000Z-ci reports/latest
      harness compare last-good reports/latest --format markdown --latency-tolerance 50
    """
    old, new = load_inputs(base), load_inputs(head)
    found = compare(
        old.record,
        new.record,
        base_statuses={each.planned.case: each.status for each in conclude(old).judged},
        head_statuses={each.planned.case: each.status for each in conclude(new).judged},
        tolerance=latency_tolerance / 100,
    )
    say_text(_FORMATS[form](Pair(old.record.run, new.record.run, found)))
    sys.exit(1 if found.is_regression else 3 if found.no_longer_judged else 0)
