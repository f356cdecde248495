"""`harness prove merge`: join the shards of one proof."""

from collections.abc import Sequence
from pathlib import Path

import click

from harness.cli.proof_lines import conclude_proof
from harness.report.formats import proof_files
from harness.session.clock import real_time
from harness.session.prove.merge import merge_proofs
from harness.session.run.folder import open_folder, point_latest

_FOLDER = click.Path(path_type=Path)


@click.command("merge")
@click.argument("folders", metavar="DIR...", nargs=-1, required=True, type=_FOLDER)
@click.option(
    "--reports",
    type=_FOLDER,
    default=Path("reports"),
    show_default=True,
    help="Where the joined proof is written.",
)
def command(*, folders: Sequence[Path], reports: Path) -> None:
    """Join the shards of one proof into what one process would have found.

    \b
    Example:
      harness prove merge shard-1 shard-2 shard-3
    """
    report = merge_proofs(folders)
    folder = open_folder(reports, now=real_time().now(), label="prove")
    proof_files.write(report, folder)
    point_latest(folder)
    conclude_proof(report, folder)
