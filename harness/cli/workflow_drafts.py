"""`harness workflow new`, `import` and `schema`: what helps to write a document."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from harness.cli.console import say, say_text
from harness.cli.options import size_option
from harness.errors import StorageError
from harness.products.registry import installed
from harness.session.workflows.drafts import checked, drafted, imported, write
from harness.workflow.document.editor_schema import schema_text
from harness.workflow.document.model import Severity
from harness.workflow.engine.render import finding


@click.command("new")
@click.argument("name", metavar="FILE-OR-NAME")
@click.option(
    "--operations", default="", metavar="A,B", help="Only these operationIds, in this order."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="OUT", help="Write there.")
@size_option
def new(*, name: str, operations: str, output: Path | None) -> None:
    """Draft a document with one step for each operation of an OpenAPI document.

    FILE-OR-NAME is an OpenAPI file or a bundled one, say dental; `harness spec list` names them.
    A later step takes the ids that an earlier answer gives. What is written to a file is checked as
    `harness workflow lint` does; exit code 1 says that something in it has to be mended.

    \b
    Examples:
      harness workflow new dental -o first.arazzo.yaml
      harness workflow new openapi.yaml --operations createThing,getThing
    """
    wanted = [each.strip() for each in operations.split(",") if each.strip()]
    # Sources are named from the folder that the document will lie in.
    made = drafted(name, wanted, output.parent if output else Path(), installed())
    if output is None:
        say_text(made.text)
        return
    for path in write(made, output):
        say(f"wrote {path}")
    if made.left_out:
        say(
            f"left out {', '.join(made.left_out)}: no answer gives the id in the path; "
            "with --operations it becomes an input"
        )
    conclude_draft(output)


def conclude_draft(output: Path) -> None:
    """Show what is wrong with a document that was written, and how it is run; exit 1 where it cannot be."""
    found = checked(output)
    for each in found:
        say_text(finding(each) + "\n\n", err=True)
    if any(each.severity is Severity.ERROR for each in found):
        say(f"{output} cannot be run as it is; mend what is shown above", err=True)
        sys.exit(1)
    say(f"run it with: harness workflow run {output}")


@click.command("schema")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write there."
)
def schema(*, output: Path | None) -> None:
    """Print the JSON Schema by which editors complete and check documents.

    \b
    Example:
      harness workflow schema -o arazzo.schema.json
    """
    if output is None:
        say_text(schema_text())
        return
    try:
        output.write_text(schema_text(), encoding="utf-8")
    except OSError as problem:
        raise StorageError(output, problem) from None
    say(f"wrote {output}")


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
    # Where the document itself goes to standard output, nothing else may.
    say(f"{requests}, {rest}", err=output is None)
    if output is not None:
        conclude_draft(output)
