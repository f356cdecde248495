"""`harness judge`: certify the clients of an API."""

from pathlib import Path

import click

from harness.cli.lazy import LazyGroup, Place

# Asking a judge that serves takes none of what judges.
_COMMANDS = {
    "finish": Place(
        "judge_terminal",
        "finish",
        "end a session of `judge serve`: verdict, reports, bundle",
    ),
    "lint": Place("judge_scenarios", "lint", "check scenario files"),
    "list": Place("judge_scenarios", "list_", "list the scenarios"),
    "next": Place(
        "judge_terminal", "next_", "judge what is under way at `judge serve`, begin the next"
    ),
    "prove": Place(
        "judge_prove", "prove_", "judge clients of which it is known whether they are right"
    ),
    "run": Place("judge_run", "run", "judge a client program, started once a scenario"),
    "schema": Place("judge_scenarios", "schema", "print the JSON Schema of scenario files"),
    "serve": Place(
        "judge_serve", "serve", "judge a client by hand, with a page that says what to do"
    ),
}


@click.group("judge", cls=LazyGroup, places=_COMMANDS)
def command() -> None:
    """Certify a client: it calls the judge in place of the API, and every call is observed.

    \b
    Examples:
      harness judge list
      harness judge run --command 'python client.py --base {url}'
    """


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
