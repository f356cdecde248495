"""Prove the judge: broken clients are caught by their own scenarios, and no good one is accused."""

import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from harness import document
from harness.client.http import Time
from harness.config import Settings
from harness.errors import ConfigurationError, DocumentError, UnknownName
from harness.jsonvalue import Json, items, members, text
from harness.outcome import Outcome, Status
from harness.session.judge.products import judged_products
from harness.session.judge.program import program_of
from harness.session.judge.run import JudgeOptions, outcomes_of
from harness.source import Source

_CAUGHT = (Status.FAIL, Status.WARN)
_ACCUSED = (*_CAUGHT, Status.ERROR, Status.SKIP, Status.NOT_RUN)


@dataclass(frozen=True, slots=True)
class Specimen:
    """A client of which it is known whether it is right."""

    id: str
    command: str
    caught_by: tuple[str, ...]
    """The scenarios that have to catch it; empty where it is a good one."""
    source: Source

    @property
    def is_good(self) -> bool:
        return not self.caught_by


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of one client under one seed."""

    specimen: Specimen
    seed: int
    outcomes: Mapping[str, Outcome]

    @property
    def wrong(self) -> tuple[str, ...]:
        """Name the scenarios that missed a broken client, or accused a good one."""
        return tuple(case for case, outcome in self.outcomes.items() if self._is_wrong(outcome))

    def _is_wrong(self, outcome: Outcome) -> bool:
        if self.specimen.is_good:
            return outcome.status in _ACCUSED
        return outcome.status not in _CAUGHT


def load_specimens(path: Path, scenarios: tuple[str, ...]) -> tuple[Specimen, ...]:
    """Read a list of clients. Those that need a program that is not here are left out.

    Raises DocumentError at the place of a mistake.
    """
    file = document.read(path)
    places = {"{python}": sys.executable, "{here}": str(path.resolve().parent)}
    found = [
        _specimen(members(row), kind, file.source(f"/{kind}/{index}"), places, scenarios)
        for kind in ("good", "broken")
        for index, row in enumerate(items(members(file.data).get(kind)))
    ]
    if not found:
        raise ConfigurationError(f"{path} lists no client.", advice="List some: good, broken.")
    return tuple(each for each in found if each is not None)


def _specimen(
    row: Mapping[str, Json],
    kind: str,
    source: Source,
    places: Mapping[str, str],
    scenarios: tuple[str, ...],
) -> Specimen | None:
    """Return a client of the list, or None where the program that it needs is not installed."""
    command = text(row.get("command"))
    caught = tuple(text(each) for each in items(row.get("caught_by")))
    if not text(row.get("id")) or not command or bool(caught) is (kind == "good"):
        more = "and caught_by" if kind == "broken" else "and no caught_by"
        what = f"a {kind} client has an id, a command, {more}."
        raise DocumentError(what, source=source)
    for name in caught:
        if name not in scenarios:
            raise UnknownName(source, kind="scenario", name=name, known=scenarios)
    if (needs := text(row.get("needs"))) and shutil.which(needs) is None:
        return None
    for place, value in places.items():
        command = command.replace(place, value)
    return Specimen(text(row["id"]), command, caught, source)


def all_scenarios() -> tuple[str, ...]:
    """Return the ids of all scenarios of all products."""
    return tuple(each.id for product in judged_products() for each in product.scenarios)


def prove(
    settings: Settings,
    specimens: Iterable[Specimen],
    *,
    only: Sequence[str],
    seeds: int,
    jobs: int,
    time: Time,
) -> Iterator[Proof]:
    """Yield what became of each client; a good one is judged by the scenarios that are asked for."""
    whole = judged_products()

    def proved(specimen: Specimen, seed: int) -> Proof:
        wanted = only if specimen.is_good else specimen.caught_by
        options = JudgeOptions(
            program=program_of(specimen.command),
            products=judged_products((), wanted) if wanted else whole,
            jobs=jobs if specimen.is_good else 2,
            seed=seed,
        )
        return Proof(specimen, seed, outcomes_of(settings, options, time=time))

    listed = list(specimens)
    good = [(each, seed) for each in listed if each.is_good for seed in range(1, seeds + 1)]
    broken = [(each, 1) for each in listed if not each.is_good]
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(lambda each: proved(*each), broken)
    # A good client is judged by many scenarios side by side already.
    yield from (proved(*each) for each in good)
