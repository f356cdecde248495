"""`harness judge list`, `lint` and `schema`: the scenarios that clients are judged by."""

import json
from pathlib import Path

import click

from harness import document
from harness.cli.console import say
from harness.cli.judge import PRODUCT, SCENARIO
from harness.cli.options import size_option
from harness.judge.load import lint as problems_of
from harness.judge.schema import scenario_schema
from harness.session.judge.products import client_product, judged_products, known_for, selected


@click.command("list")
@PRODUCT
@SCENARIO
@size_option
def list_(*, products: tuple[str, ...], only: tuple[str, ...]) -> None:
    """List the scenarios with what each one asks for and verifies.

    \b
    Example:
      harness judge list --api dental
    """
    found = selected(judged_products(products), only)
    for product in found:
        for scenario in product.scenarios:
            say(f"{scenario.id}  [{', '.join(scenario.verifies)}]")
            say(f"    {scenario.action}: {scenario.instruct}")
    count = sum(len(each.scenarios) for each in found)
    say(f"{count} scenario{'' if count == 1 else 's'}")


@click.command("lint")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--api", "product", required=True, metavar="NAME", help="The product whose clients they judge."
)
@size_option
def lint(*, files: tuple[Path, ...], product: str) -> None:
    """Check scenario files, and list every mistake with its place.

    \b
    Example:
      harness judge lint scenarios.yaml --api dental
    """
    chosen = client_product(product)
    # Every file is read, so that one run lists all mistakes.
    found = [
        str(problem)
        for path in files
        for problem in problems_of(document.read(path), product, known_for(chosen))
    ]
    for each in found:
        say(each)
    say(f"{len(found)} mistake{'' if len(found) == 1 else 's'}")
    raise click.exceptions.Exit(1 if found else 0)


@click.command("schema")
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors.

    \b
    Example:
      harness judge schema
    """
    say(json.dumps(scenario_schema(), indent=2))
