"""`harness replay`: run one case of an earlier run again."""

from contextlib import nullcontext
from pathlib import Path

import click

from harness.cli.console import say
from harness.cli.live import watching
from harness.cli.options import size_option
from harness.cli.outcome import conclude
from harness.report.wording import LABELS
from harness.session.clock import real_time
from harness.session.reporting.verdict_inputs import load_inputs
from harness.session.run.again import again
from harness.session.run.own_rules import joined
from harness.session.run.ready import ready
from harness.session.run.spec_products import with_documents
from harness.session.run.suite_cases import run_suite
from harness.session.run.suite_run import RunOptions, run_and_report


@click.command("replay")
@click.argument("case")
@click.option(
    "--of",
    "run_folder",
    type=click.Path(path_type=Path),
    default=Path("reports/latest"),
    show_default=True,
    metavar="RUN",
    help="The run that the case is taken from.",
)
@click.option("--base-url", default="", metavar="URL", help="Another target than that of the run.")
@click.option("--i-mean-production", is_flag=True, help="Allow a run of production to be repeated.")
@size_option
def command(*, case: str, run_folder: Path, base_url: str, i_mean_production: bool) -> None:
    """Run one case of an earlier run again: the same data and the same requests.

    It goes to the target of the run; where that was the mock, one with the same faults is started.

    \b
    Examples:
      harness replay dental/create/npi-checksum
      harness replay dental/create/npi-checksum --of reports/latest
      harness replay dental/health/healthy --base-url http://127.0.0.1:8080
    """
    folder = run_folder.resolve()
    record = load_inputs(folder).record
    found = again(case, folder, record, base_url=base_url, production_meant=i_mean_production)
    options = RunOptions(found.faults, allure=False)
    specs = found.specs
    # The documents of the run in place of the products, as it was begun.
    documents = with_documents(found.settings, specs) if specs else nullcontext(found.settings)
    with documents as chosen, joined(chosen) as whole:
        settings = ready(whole, found.faults, time=real_time())
        with watching() as progress:
            result = run_and_report(settings, run_suite, options, time=real_time(), listen=progress)
    now = next((each.status for each in result.verdict.judged if each.planned.case == case), None)
    before = LABELS[found.before.status] if found.before else "without a result"
    say(f"{case}: was {before}, is {LABELS[now] if now else 'without a result'}")
    conclude(result)
