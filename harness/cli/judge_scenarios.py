"""`harness judge lint`, `schema` and `prove`: scenarios, and the proof that they judge rightly."""

import json
from pathlib import Path

import click

from harness import document
from harness.cli.console import say
from harness.cli.options import size_option
from harness.config import Overrides
from harness.errors import NothingSelected
from harness.judge.load import lint as problems_of
from harness.judge.schema import scenario_schema
from harness.products.registry import installed
from harness.session.clock import real_time
from harness.session.judge.products import client_product, known_for
from harness.session.judge.prove import Proof, all_scenarios, load_specimens, prove
from harness.settings import load

_CLIENTS = Path("tests/judge/clients/clients.yaml")


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


@click.command("prove")
@click.option(
    "--clients",
    type=click.Path(path_type=Path),
    default=_CLIENTS,
    show_default=True,
    metavar="FILE",
    help="A list of good and broken clients.",
)
@click.option("--only", multiple=True, metavar="NAME", help="Only these clients.")
@click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="PATTERN",
    help="What good ones are judged by.",
)
@click.option("--seeds", type=click.IntRange(1, 20), default=3, show_default=True)
@click.option("--jobs", type=click.IntRange(1, 64), default=4, show_default=True)
@size_option
def prove_command(
    *, clients: Path, only: tuple[str, ...], scenarios: tuple[str, ...], seeds: int, jobs: int
) -> None:
    """Judge clients of which it is known whether they are right.

    Each broken one has to be caught by its own scenarios, and no good one accused by any.

    \b
    Examples:
      harness judge prove --only cuts-ids
      harness judge prove --only httpx --scenario 'dental/create/*' --seeds 1
    """
    known = load_specimens(clients, all_scenarios())
    chosen = [each for each in known if not only or each.id in only]
    if not chosen:
        raise NothingSelected(f"no client is called {' or '.join(only)}.", advice=f"See {clients}.")
    settings = load(Overrides(), folder=Path.cwd(), products=installed())
    proofs = []
    for proof in prove(settings, chosen, only=scenarios, seeds=seeds, jobs=jobs, time=real_time()):
        proofs.append(proof)
        _tell(proof)
    wrong = [each for each in proofs if each.wrong]
    broken = sum(not each.specimen.is_good for each in proofs)
    missed = sum(not each.specimen.is_good for each in wrong)
    good = len({each.specimen.id for each in proofs if each.specimen.is_good})
    accused = len({each.specimen.id for each in wrong if each.specimen.is_good})
    say(
        f"{broken - missed} of {broken} broken clients caught, {accused} of {good} good ones accused"
    )
    raise click.exceptions.Exit(1 if wrong else 0)


def _tell(proof: Proof) -> None:
    specimen = proof.specimen
    if specimen.is_good:
        say(
            f"{specimen.id:32} seed {proof.seed}: {len(proof.outcomes)} scenarios, accused by {len(proof.wrong)}"
        )
    for case, outcome in proof.outcomes.items():
        is_wrong = case in proof.wrong
        if is_wrong or not specimen.is_good:
            word = "accused" if specimen.is_good else "MISSED" if is_wrong else "caught"
            say(f"{specimen.id:32} {word:8} {case}: {outcome.status} {outcome.message[:160]}")
