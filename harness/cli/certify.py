"""`harness certify`: a run under a certification profile, and the bundle that proves it."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from shlex import quote

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from harness.cli.options import certified_options, overrides_from, refuse_given
from harness.cli.outcome import conclude
from harness.errors import ConfigurationError, UsageError
from harness.products.registry import installed
from harness.session.certify import keys
from harness.session.certify.certificate import (
    ARCHIVE,
    FOLDER,
    Application,
    check_papers,
    check_run,
    issue,
)
from harness.session.clock import real_time
from harness.session.reporting.reports import Result, render
from harness.session.reporting.verdict_inputs import JudgedRun, judged_run
from harness.settings import load
from harness.verdict.certificate import Subject, certifying
from harness.verdict.scope import CLIENT

PROFILE = "onboarding"
_FILE = click.Path(path_type=Path)
# Options of a run, which --of does not make.
_OF_A_RUN = (
    *("environment", "base_url", "apis", "seed", "reports", "i_mean_production", "profile"),
    *("waivers", "baseline", "no_allure"),
)


def _refuse_part(_: click.Context, option: click.Parameter, value: object) -> None:
    """Refuse what would leave a part of a product out."""
    if value:
        raise ConfigurationError(
            f"{option.opts[0]} leaves cases out, and a certificate is for whole products.",
            advice="Narrow it to a product with --api, or use harness run for a part.",
        )


def _not_blank(_: click.Context, option: click.Parameter, value: str) -> str:
    """Refuse a name of the subject that names nothing."""
    if not value.strip():
        raise ConfigurationError(
            f"{option.opts[0]} is empty.", advice="Say who or what is certified."
        )
    return value.strip()


def _profile(_: click.Context, __: click.Parameter, value: str) -> str:
    if value not in certifying():
        raise ConfigurationError(
            f"profile {value} certifies nothing.",
            advice=f"Leave --profile out: {' or '.join(certifying())} is meant for it.",
        )
    return value


@click.command("certify")
@click.option("--partner", required=True, callback=_not_blank, help="Who is certified.")
@click.option("--product", required=True, callback=_not_blank, help="What is certified.")
@click.option(
    "--version",
    "product_version",
    required=True,
    callback=_not_blank,
    help="Which version of it.",
)
@click.option(
    "--role",
    default="",
    help="What it is to the others: payer, provider, clearinghouse; client for a run of the judge.",
)
@click.option(
    "--issuer", default="", help="Who issues the certificate; the partner itself unless given."
)
@click.option("--key", type=_FILE, help="An Ed25519 key in PEM; made beside the runs if left out.")
@click.option("--attest", type=_FILE, help="A YAML file of what people saw: who, when, what.")
@click.option("--proof", type=_FILE, help="The proof.json of `harness prove`.")
@click.option("--of", "finished", type=_FILE, metavar="RUN", help="Certify this run, run nothing.")
@certified_options
@click.option(
    "--profile",
    default=PROFILE,
    show_default=True,
    callback=_profile,
    metavar="NAME",
    help="A profile that certifies.",
)
@click.option("--waivers", type=_FILE, help="A waivers.yaml to apply; see docs/waivers.md.")
@click.option("--baseline", type=_FILE, help="A run to compare with, as a gate.")
@click.option("--no-allure", is_flag=True, help="Leave the Allure report out.")
@click.option("--only", hidden=True, callback=_refuse_part, expose_value=False)
@click.option("--shard", hidden=True, callback=_refuse_part, expose_value=False)
@click.option(
    "-x", "--exitfirst", is_flag=True, hidden=True, callback=_refuse_part, expose_value=False
)
@click.pass_context
def command(  # each option is an argument
    context: click.Context,
    /,
    *,
    partner: str,
    product: str,
    product_version: str,
    role: str,
    issuer: str,
    key: Path | None,
    attest: Path | None,
    proof: Path | None,
    finished: Path | None,
    waivers: Path | None,
    baseline: Path | None,
    no_allure: bool,
    **target: object,
) -> None:
    """Run whole products under a certification profile, and write a certificate that anyone can check offline.

    The bundle is written whatever the verdict; only a conformant one certifies, and one against the
    mock that ships with the program is a SPECIMEN. Exit codes as for `harness run`.

    \b
    Examples:
      harness certify --partner 'Sample Payer' --product Gateway --version 4.2
      harness certify --partner P --product G --version 1 --env sandbox --key signing-key.pem
      harness certify --partner P --product G --version 1 --of reports/latest
      harness certify --partner P --product C --version 1 --role client --of reports/latest
    """
    judged = judged_run(finished) if finished else None
    tested = judged.inputs.record.run.role if judged else "server"
    subject = Subject(partner, product, product_version, _role(role.strip(), tested, finished))
    application = Application(subject, attest, proof, issuer.strip())
    now = real_time().now
    # Before hours are spent on a run whose papers cannot be read.
    check_papers(application, installed(), today=now().date(), role=tested)
    if judged:
        refuse_given(context, _OF_A_RUN, "with --of, which runs nothing")
        check_run(judged)
        signing, hints = _key(key, judged.folder.resolve().parent)
        lines = _issued(judged, application, signing, now())
        result = render(judged, allure=False)
    else:
        given = {"waivers": waivers, "baseline": baseline}
        result, (signing, hints) = _run(target, given, key, allure=not no_allure)
        judged = judged_run(result.folder)
        lines = _issued(judged, application, signing, now())
        if (judged.folder / FOLDER).is_dir():  # the Allure results carry the certificate along
            render(judged, allure=not no_allure)
    conclude(result, [*lines, *hints])


def _role(given: str, tested: str, finished: Path | None) -> str:
    """Return the role of the subject; what a run tested and what is to be certified must be one."""
    if tested == CLIENT:
        if given not in ("", CLIENT):
            raise ConfigurationError(
                f"{finished} judged a client, not a {given}.", advice="Say --role client."
            )
        return CLIENT
    if given != CLIENT:
        return given
    if finished is None:
        raise ConfigurationError(
            "a client is certified by a run of the judge, and none is named.",
            advice="Run harness judge run --profile onboarding, then add --of reports/latest.",
        )
    raise ConfigurationError(
        f"{finished} tested a server, not a client.",
        advice="Name a run of harness judge with --of.",
    )


def _run(
    target: Mapping[str, object],
    given: Mapping[str, Path | None],
    key: Path | None,
    *,
    allure: bool,
) -> tuple[Result, tuple[Ed25519PrivateKey, list[str]]]:
    # The suite is slow to import, and what was run before is certified without it.
    from harness.cli.live import watching  # noqa: PLC0415
    from harness.session.reporting.verdict_inputs import Settled  # noqa: PLC0415
    from harness.session.run.own_rules import joined  # noqa: PLC0415
    from harness.session.run.ready import ready  # noqa: PLC0415
    from harness.session.run.suite_cases import run_suite  # noqa: PLC0415
    from harness.session.run.suite_run import RunOptions, run_and_report  # noqa: PLC0415

    options = RunOptions(waivers=given["waivers"], baseline=given["baseline"], allure=allure)
    settings = load(overrides_from(target), folder=Path.cwd(), products=installed())
    with joined(settings) as whole:
        settings = ready(whole, (), time=real_time())
        # Before the run: one that nobody can sign need not be made.
        signing = _key(key, settings.reports)
        with watching(settled=Settled(given["waivers"])) as progress:
            result = run_and_report(settings, run_suite, options, time=real_time(), listen=progress)
    return result, signing


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
    judged: JudgedRun, application: Application, key: Ed25519PrivateKey, now: datetime
) -> list[str]:
    """Write the bundle and tell where; a run with an error tells that."""
    if not judged.verdict.cases.executed:
        return []
    try:
        folder = issue(judged, application, key, now=now)
    except UsageError as problem:
        # A verdict that failed keeps its exit code; that there is no bundle is only said.
        if judged.verdict.exit_code == 0:
            raise
        return [f"no bundle {problem}"]
    archive = folder.parent / ARCHIVE
    specimen = judged.verdict.scope.is_mock
    return [
        *(
            ["SPECIMEN  made against the mock that ships with the program; it certifies nothing"]
            * specimen
        ),
        f"bundle    {folder}",
        f"          {archive}",
        f"verify    harness verify {quote(str(archive))}",
    ]
