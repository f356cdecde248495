"""`harness workflow replay`: judge recorded answers again."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from harness.cli.console import say
from harness.cli.options import checks_option, pairs, size_option
from harness.config import Overrides
from harness.products.registry import installed
from harness.session.workflows.replay import Replayed, replay
from harness.settings import load as load_settings
from harness.workflow.engine.reports import ContractChecks


@click.command("replay")
@click.argument("run_folder", metavar="RUN", type=click.Path(path_type=Path))
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--input", "inputs", multiple=True, metavar="K=V", help="As it was given to the run.")
@checks_option
@size_option
def replay_(
    *, run_folder: Path, files: Sequence[Path], inputs: Sequence[str], contract_checks: str
) -> None:
    """Run the workflow cases of a recorded run again on its own exchanges, without a network.

    FILES are the documents as they are now; those that the record names, where none is given.
    Exit code 1 says that an outcome is not what it was.

    \b
    Examples:
      harness workflow replay reports/latest
      harness workflow replay reports/latest book.arazzo.yaml
    """
    settings = load_settings(Overrides(), folder=Path.cwd(), products=installed())
    replayed = replay(
        run_folder,
        files,
        variables=settings.variables,
        inputs=pairs(inputs, "--input"),
        checks=ContractChecks(contract_checks),
    )
    # All of them are reported before the exit code is known, for a sum takes every one.
    if sum(_reported(each) for each in replayed):
        sys.exit(1)


def _reported(replayed: Replayed) -> bool:
    """Print what became of a case; return whether it drifted."""
    if replayed.left_out:
        say(f"?      {replayed.case}: {replayed.left_out} answers were too long to be recorded")
        return False
    if not replayed.has_drifted:
        say(f"same   {replayed.case}: {replayed.recorded}")
        return False
    say(f"drift  {replayed.case}: was {replayed.recorded}, is {replayed.replayed}")
    if replayed.unused:
        say(f"  {replayed.unused} recorded exchanges were not asked for")
    if replayed.message:
        for line in replayed.message.split("\n"):
            say(f"  {line}")
    return True
