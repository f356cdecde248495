"""`harness share`: pack what somebody needs to mend what a run found."""

from pathlib import Path

import click

from harness.cli.console import say
from harness.outcome import Attribution
from harness.report.wording import plural
from harness.session.reporting.share import share

_PATH = click.Path(path_type=Path)


@click.command("share")
@click.argument("run", type=_PATH)
@click.option(
    "--whose",
    multiple=True,
    type=click.Choice([str(each) for each in Attribution]),
    help="Only the causes for which this is at fault; may be given again. All unless given.",
)
@click.option(
    "-o",
    "--output",
    type=_PATH,
    metavar="FILE",
    help="Where the archive is written; RUN-share.zip beside the run unless given.",
)
def command(*, run: Path, whose: tuple[str, ...], output: Path | None) -> None:
    """Pack the causes of RUN for whoever has to mend them, as one zip.

    In a folder for each that is at fault (api, document, environment, harness, rule) stand a page of at
    most ten sheets, the scripts that show each cause again, and the masked exchanges of one case of
    each cause.

    \b
    Examples:
      harness share reports/latest
      harness share reports/latest --whose api -o for-the-partner.zip
    """
    # `latest` is a link: the archive lies beside the run itself and is named after it.
    folder = run.resolve()
    target = output or folder.with_name(f"{folder.name}-share.zip")
    packed = share(run, target, tuple(Attribution(each) for each in whose))
    for name, count in packed.items():
        say(f"{name:12} {plural(count, 'cause')}")
    say(f"written to {target}")
