"""`harness workflow import`: an Arazzo document from a Postman collection or a HAR file."""

from collections.abc import Sequence
from pathlib import Path

import click

from harness.cli.console import say, say_text
from harness.cli.options import size_option
from harness.cli.workflow_drafts import conclude_draft
from harness.products.registry import installed
from harness.session.workflows.drafts import write
from harness.session.workflows.imports import imported


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--spec",
    "specs",
    multiple=True,
    metavar="FILE-OR-NAME",
    help="An OpenAPI document that describes the requests; may be given again.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="OUT", help="Write there.")
@size_option
def import_(*, file: Path, specs: Sequence[str], output: Path | None) -> None:
    """Make an Arazzo document of a Postman collection (2.1) or a HAR file.

    Requests become steps that call the operations of the documents given, else of those that ship.
    Variables become inputs, values kept by a test become outputs, plain tests become criteria.
    Secrets are never written down: they become inputs that the environment fills. What could not be
    carried over is listed with its place; no script is ever run.

    \b
    Examples:
      harness workflow import quick-start.postman_collection.json --spec dental -o first.arazzo.yaml
      harness workflow import session.har --spec openapi.yaml -o session.arazzo.yaml
    """
    made = imported(file, specs, output.parent if output else Path(), installed())
    if output is None:
        say_text(made.written.text)
    else:
        for path in write(made.written, output):
            say(f"wrote {path}")
    for each in made.lost:
        say(f"not carried over: {each}", err=True)
    requests = f"{made.requests} request{'s' if made.requests > 1 else ''} carried over"
    rest = f"{len(made.lost)} thing{'' if len(made.lost) == 1 else 's'} not"
    say(f"{requests}, {rest}", err=output is None)
    if output is not None:
        conclude_draft(output)
