"""`harness workflow new` and `schema`: what helps to write a document."""

from pathlib import Path

import click

from harness.cli.console import say, say_text
from harness.errors import StorageError
from harness.products.registry import installed
from harness.session.workflows.drafts import drafted, write
from harness.workflow.document.editor_schema import schema_text


@click.command("new")
@click.argument("name", metavar="FILE-OR-NAME")
@click.option(
    "--operations", default="", metavar="A,B", help="Only these operationIds, in this order."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="OUT", help="Write there.")
def new(*, name: str, operations: str, output: Path | None) -> None:
    """Draft a document with one step for each operation of an OpenAPI document.

    FILE-OR-NAME is an OpenAPI file or a bundled one, say dental; `harness spec list` names them.

    \b
    Examples:
      harness workflow new dental -o first.arazzo.yaml
      harness workflow new openapi.yaml --operations createThing,getThing
    """
    wanted = [each.strip() for each in operations.split(",") if each.strip()]
    made = drafted(name, wanted, output.parent if output else Path(), installed())
    if output is None:
        say_text(made.text)
        return
    for path in write(made, output):
        say(f"wrote {path}")
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
