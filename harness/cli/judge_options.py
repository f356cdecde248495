"""Options that several commands of `harness judge` share."""

from pathlib import Path

import click

PRODUCT = click.option(
    "--api", "products", multiple=True, metavar="NAME", help="Only clients of this product."
)
SCENARIO = click.option(
    "--scenario",
    "only",
    multiple=True,
    metavar="PATTERN",
    help="Only scenarios whose id fits: a name, a part before a slash, or with *.",
)
REPORTS = click.option(
    "--reports",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where runs are written; reports unless said otherwise.",
)
SEED = click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="The seed of all generated data.",
)
