"""`harness judge prove`: the proof that the judge judges rightly."""

from collections.abc import Sequence
from pathlib import Path

import click

from harness.cli.console import say
from harness.cli.options import size_option
from harness.config import Overrides
from harness.errors import ConfigurationError, NothingSelected
from harness.products.registry import installed
from harness.report.formats import proof_files
from harness.report.judge_proof import JudgeProof, Trial
from harness.session.clock import real_time
from harness.session.judge.products import judged_products
from harness.session.judge.prove import Effort, Proof, Specimen, load_specimens, prove, trials_of
from harness.session.run.folder import open_folder, point_latest
from harness.settings import load

_CLIENTS = Path("tests/judge/clients/clients.yaml")


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
@click.option(
    "--reports", type=click.Path(path_type=Path), metavar="DIR", help="Where the proof is written."
)
@size_option
def prove_(
    *,
    clients: Path,
    only: tuple[str, ...],
    scenarios: tuple[str, ...],
    seeds: int,
    jobs: int,
    reports: Path | None,
) -> None:
    """Judge clients of which it is known whether they are right.

    Each broken one has to be caught by its own scenarios, and no good one accused by any. The table
    of scenarios and clients is written as proof.html, proof.md and proof.json.

    \b
    Examples:
      harness judge prove --only cuts-ids
      harness judge prove --only httpx --scenario 'dental/create/*' --seeds 1
    """
    time, products = real_time(), judged_products()
    begun = time.monotonic()
    names = tuple(each.id for product in products for each in product.scenarios)
    chosen, left_out = _chosen(clients, names, only)
    settings = load(Overrides(reports=reports), folder=Path.cwd(), products=installed())
    effort = Effort(scenarios, seeds, jobs)
    trials: list[Trial] = []
    for proof in prove(settings, chosen, products, effort, time):
        found = trials_of(proof)
        _report(proof, found)
        trials += found
    result = JudgeProof(names, tuple(trials), time.monotonic() - begun, left_out)
    # After the proof, so that one that was broken off leaves no folder.
    folder = open_folder(settings.reports, now=time.now(), label="judge-prove")
    proof_files.write_of_judge(result, folder)
    point_latest(folder)
    say(f"proof     {folder / 'proof.html'}")
    say(result.sentence)
    raise click.exceptions.Exit(0 if result.is_right else 1)


def _chosen(
    clients: Path, scenarios: tuple[str, ...], only: tuple[str, ...]
) -> tuple[list[Specimen], dict[str, str]]:
    """Return the clients that can be started here, and what the others lack. Raises NothingSelected."""
    # The list that ships lies among the tests, which a wheel does not have.
    if clients == _CLIENTS and not clients.is_file():
        raise ConfigurationError(
            f"the clients to prove the judge with come with the sources, at {clients}.",
            advice="Run it there, or name a list of your own with --clients.",
        )
    known = load_specimens(clients, scenarios)
    wanted = [each for each in known if not only or each.id in only]
    left_out = {each.id: each.lacks for each in wanted if each.lacks}
    for client, lacks in left_out.items():
        say(f"{client} is left out: {lacks} is not installed.")
    chosen = [each for each in wanted if not each.lacks]
    if not chosen:
        named = " or ".join(only) or "in the list"
        raise NothingSelected(f"no client that can run is {named}.", advice=f"See {clients}.")
    return chosen, left_out


def _report(proof: Proof, trials: Sequence[Trial]) -> None:
    specimen = proof.specimen
    if specimen.is_good:
        say(
            f"{specimen.id:32} seed {proof.seed}: {len(trials)} scenarios, accused by {len(proof.wrong)}"
        )
    # Of a good client only what accuses it is of interest.
    for each in trials:
        if each.is_wrong or not specimen.is_good:
            word = each.word.upper() if each.word == "missed" else each.word
            say(f"{specimen.id:32} {word:8} {each.scenario}: {each.status} {each.message[:160]}")
