"""`harness compare`: what changed between two runs."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from harness.cli.console import say_text
from harness.report.formats import changes
from harness.report.formats.changes import Pair
from harness.report.html import pages
from harness.session.reporting.verdict_inputs import conclude, load_inputs
from harness.verdict.cause_changes import cause_changes
from harness.verdict.compare import compare

_RUN = click.Path(path_type=Path)
_HTML = "html"
_FORMATS: Mapping[str, Callable[[Pair], str]] = {
    "text": changes.text,
    "json": changes.as_json,
    "markdown": changes.markdown,
}


@click.command("compare")
@click.argument("base", type=_RUN)
@click.argument("head", type=_RUN)
@click.option(
    "--format", "form", type=click.Choice([*_FORMATS, _HTML]), default="text", show_default=True
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
    """Tell what changed from run BASE to run HEAD, by causes and case by case.

    Exit code 1: a new failure or a removed test. 3: none, but cases could no longer be judged.

    \b
    Examples:
      harness compare reports/20261121T020000Z-ci reports/latest
      harness compare last-good reports/latest --format markdown --latency-tolerance 50
      harness compare last-good reports/latest --format html > changes.html
    """
    old, new = load_inputs(base), load_inputs(head)
    before, now = conclude(old), conclude(new)
    found = compare(
        old.record,
        new.record,
        base_statuses={each.planned.case: each.status for each in before.judged},
        head_statuses={each.planned.case: each.status for each in now.judged},
        tolerance=latency_tolerance / 100,
    )
    pair = Pair(old.record.run, new.record.run, found, cause_changes(before, now))
    if form == _HTML:
        findings = (*before.findings, *now.unverified, *now.findings)
        say_text(pages.render_comparison(pair, {each.case: each.sentence for each in findings}))
    else:
        say_text(_FORMATS[form](pair))
    # A regression outweighs what can no longer be judged.
    sys.exit(1 if found.is_regression else 3 if found.no_longer_judged else 0)
