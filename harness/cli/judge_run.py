"""`harness judge run`: judge a client that is a program, or a service that learns of each scenario."""

from pathlib import Path

import click

from harness.cli.console import say
from harness.cli.judge import PRODUCT, REPORTS, SCENARIO, SEED
from harness.cli.live import watching
from harness.cli.options import size_option
from harness.cli.outcome import conclude
from harness.config import PROFILES, Overrides
from harness.errors import ConfigurationError
from harness.products.registry import installed
from harness.session.clock import real_time
from harness.session.judge.expected import load_expected_failures
from harness.session.judge.products import judged_products, selected
from harness.session.judge.program import WAIT_SECONDS, Attachment, program_of
from harness.session.judge.run import JudgeOptions, judge_client
from harness.settings import load


@click.command("run")
@click.option(
    "--command",
    "command_line",
    metavar="COMMAND",
    help="Starts the client, once a scenario, without a shell; {url}, {token_url} and {scenario} are filled in.",
)
@click.option(
    "--attach",
    is_flag=True,
    help="Start nothing: print the path of each context, and wait for a client that is a service.",
)
@click.option(
    "--wait",
    "wait_seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=WAIT_SECONDS,
    show_default=True,
    metavar="SECONDS",
    help="With --attach: how long the first call of a scenario may take.",
)
@PRODUCT
@SCENARIO
@click.option(
    "--expected-failures",
    "expected",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Scenarios that may fail for now, with reason and expiry; one that passes fails the run.",
)
@click.option("--waivers", type=click.Path(path_type=Path), help="A waivers.yaml to apply.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    metavar="N",
    help="How many scenarios run side by side, each in a session of its own.",
)
@click.option(
    "--profile",
    type=click.Choice(list(PROFILES)),
    default="ci",
    show_default=True,
    help="How much to demand.",
)
@SEED
@REPORTS
@click.option("--no-allure", is_flag=True, help="Leave the Allure report out.")
@size_option
def run(
    *,
    command_line: str | None,
    attach: bool,
    wait_seconds: float,
    products: tuple[str, ...],
    only: tuple[str, ...],
    expected: Path | None,
    waivers: Path | None,
    jobs: int,
    profile: str,
    seed: int,
    reports: Path | None,
    no_allure: bool,
) -> None:
    """Judge a client program: it is started once a scenario and told by HARNESS_JUDGE_CONTEXT what to do.

    The context is a JSON file with base_url, token_url, client_id, client_secret, action and inputs.
    A client without an action exits with 64; its scenarios are omitted with that reason.

    \b
    Examples:
      harness judge run --command 'python client.py --base {url}'
      harness judge run --command './client' --scenario 'dental/create/*' --jobs 4
      harness judge run --attach --api dental
    """
    _check_way(command_line, attach=attach, jobs=jobs)
    settings = load(
        Overrides(seed=seed, reports=reports, profile=profile),
        folder=Path.cwd(),
        products=installed(),
    )
    whole = judged_products(products)
    chosen = selected(whole, only)
    known = [scenario.id for each in chosen for scenario in each.scenarios]
    failures = (
        load_expected_failures(expected, known, today=real_time().now().date()) if expected else ()
    )
    options = JudgeOptions(
        program=program_of(command_line) if command_line is not None else None,
        attachment=Attachment(_announce, wait_seconds) if attach else None,
        products=chosen,
        jobs=jobs,
        seed=seed,
        waivers=waivers,
        expected_failures=failures,
        profile=profile,
        allure=not no_allure,
        selection=",".join(only),
        # Of the whole, so that a selection shows as one.
        scenarios_total=sum(len(each.scenarios) for each in whole),
    )
    with watching() as progress:
        result = judge_client(settings, options, time=real_time(), listen=progress)
    conclude(result)


def _check_way(command_line: str | None, *, attach: bool, jobs: int) -> None:
    """Refuse to judge nothing, or in two ways at once."""
    # Exactly one of the two is needed.
    if attach == (command_line is not None):
        raise ConfigurationError(
            "--command and --attach exclude each other, and one of them is needed.",
            advice="Give --command for a program, --attach for a service.",
        )
    if attach and jobs != 1:
        raise ConfigurationError(
            "--jobs has no effect with --attach: a service is told one scenario after the other.",
            advice="Leave it out.",
        )


def _announce(path: str) -> None:
    say(f"context {path}")
