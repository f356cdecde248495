"""`harness certify`: a run under a certification profile, and the bundle that proves it."""

from datetime import datetime
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from harness.cli.options import overrides_from, target_options
from harness.cli.outcome import conclude
from harness.cli.progress import Progress
from harness.errors import UsageError
from harness.products.registry import installed
from harness.session.certify import keys
from harness.session.certify.certificate import ARCHIVE, Application, check_papers, issue
from harness.session.clock import real_time
from harness.session.reporting.reports import Result, render_again
from harness.session.run.suite_cases import run_suite
from harness.session.run.suite_run import Wishes, run_and_report
from harness.settings import load
from harness.verdict.certificate import Subject

PROFILE = "onboarding"
_FILE = click.Path(path_type=Path)


@click.command("certify")
@click.option("--partner", required=True, help="Who is certified.")
@click.option("--product", required=True, help="What is certified.")
@click.option("--version", "product_version", required=True, help="Which version of it.")
@click.option(
    "--role", default="", help="What it is to the others: payer, provider, clearinghouse."
)
@click.option("--key", type=_FILE, help="An Ed25519 key in PEM; made beside the runs if left out.")
@click.option("--attest", type=_FILE, help="A YAML file of what people saw: who, when, what.")
@click.option("--proof", type=_FILE, help="The proof.json of `harness prove`.")
@click.option("--of", "finished", type=_FILE, metavar="RUN", help="Certify this run, run nothing.")
@target_options
@click.option("--waivers", type=_FILE, help="A waivers.yaml to apply.")
@click.option("--baseline", type=_FILE, help="A run to compare with, as a gate.")
@click.option("--no-allure", is_flag=True, help="Leave the Allure report out.")
def command(
    *,
    partner: str,
    product: str,
    product_version: str,
    role: str,
    key: Path | None,
    attest: Path | None,
    proof: Path | None,
    finished: Path | None,
    waivers: Path | None,
    baseline: Path | None,
    no_allure: bool,
    **target: object,
) -> None:
    """Run under profile onboarding and write a certificate that anyone can check offline.

    The bundle is written whatever the verdict; only a conformant one certifies. Exit codes as for
    `harness run`.

    \b
    Examples:
      harness certify --partner 'Sample Payer' --product Gateway --version 4.2
      harness certify --partner P --product G --version 1 --env sandbox --key signing-key.pem
      harness certify --partner P --product G --version 1 --of reports/latest
    """
    application = Application(Subject(partner, product, product_version, role), attest, proof)
    now = real_time().now
    check_papers(application, installed(), today=now().date())
    given = overrides_from({**target, "profile": target.get("profile") or PROFILE})
    settings = load(given, folder=Path.cwd(), products=installed())
    signing, hints = _key(key, finished.resolve().parent if finished else settings.reports)
    if finished:
        result = render_again(finished, allure=False)
    else:
        wishes = Wishes((), waivers, baseline, allure=not no_allure)
        progress = Progress(click.echo, terminal=False)
        result = run_and_report(settings, run_suite, wishes, time=real_time(), listen=progress)
    told = _issued(result, application, signing, now(), allure=not (no_allure or finished))
    conclude(result, [*told, *hints])


def _key(given: Path | None, folder: Path) -> tuple[Ed25519PrivateKey, list[str]]:
    """Load the key that was given, else the one beside the runs, which is made the first time."""
    if given:
        return keys.load_private(given), []
    path = folder / keys.FILE_NAME
    key, made = keys.load_or_make(path)
    return key, [
        f"key       made {path}; keep it secret, it signs the next one too"
    ] if made else []


def _issued(
    result: Result, application: Application, key: Ed25519PrivateKey, now: datetime, *, allure: bool
) -> list[str]:
    """Write the bundle, which Allure carries along, and tell where; a run with an error tells that."""
    if not result.verdict.cases.executed:
        return []
    try:
        folder = issue(result.folder, application, key, now=now)
    except UsageError as problem:
        if result.verdict.exit_code == 0:
            raise
        return [f"no bundle {problem}"]
    render_again(result.folder, allure=allure)
    return [
        f"bundle    {folder}",
        f"          {folder.parent / ARCHIVE}",
        f"verify    harness verify {folder.parent / ARCHIVE}",
    ]
