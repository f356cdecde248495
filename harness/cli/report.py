"""`harness report`: render a run again, or join the shards of one."""

from collections.abc import Sequence
from pathlib import Path

import click

from harness.cli.console import say_text
from harness.cli.outcome import conclude
from harness.report.formats import summary as github
from harness.session.clock import real_time
from harness.session.reporting.merge import merge_runs
from harness.session.reporting.reports import render_again

_RUN = click.Path(path_type=Path)


class _Group(click.Group):
    """Reads what is not the name of a subcommand as the run to render."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        # What begins with a hyphen is an option of the group's own.
        known = args[0] in self.commands or args[0].startswith("-")
        return super().resolve_command(ctx, args if known else ["render", *args])


@click.group("report", cls=_Group)
def command() -> None:
    """Write the reports of a run again from its record, or join the shards of one run.

    The exit code is that of the verdict, as for `harness run`.

    \b
    Examples:
      harness report reports/latest
      harness report merge shard-1 shard-2 shard-3
    """


@command.command("render", hidden=True)
@click.argument("run", type=_RUN)
@click.option("--allure", is_flag=True, help="Generate the Allure page again, too.")
@click.option("--annotations", is_flag=True, help="Print at most ten annotations for GitHub.")
def render(*, run: Path, allure: bool, annotations: bool) -> None:
    """Write the reports of RUN again: from the same record, the same bytes.

    \b
    Example:
      harness report reports/latest --annotations
    """
    result = render_again(run, allure=allure)
    if annotations:
        say_text(github.render_annotations(result.verdict))
    conclude(result)


@command.command("merge")
@click.argument("runs", nargs=-1, required=True, type=_RUN)
@click.option(
    "--reports",
    type=_RUN,
    default=Path("reports"),
    show_default=True,
    help="Where the joined run is written.",
)
@click.option("--no-allure", is_flag=True, help="Leave the Allure report out.")
def merge(*, runs: Sequence[Path], reports: Path, no_allure: bool) -> None:
    """Join the shards of one run into a run of its own, and judge it as a whole.

    \b
    Example:
      harness report merge shard-1 shard-2 shard-3
    """
    folder = merge_runs(runs, reports, now=real_time().now())
    conclude(render_again(folder, allure=not no_allure))
