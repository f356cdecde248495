"""Prove the judge: broken clients are caught by their own scenarios, and no good one is accused."""

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from harness import document
from harness.client.http import Time
from harness.config import Settings
from harness.errors import ConfigurationError, DocumentError, UnknownName
from harness.jsonvalue import Json, items, members, text
from harness.outcome import Outcome, Status
from harness.report.judge_proof import Trial
from harness.scratch import made
from harness.session.judge.products import Judged, selected
from harness.session.judge.program import program_of, run_program
from harness.session.judge.run import JudgeOptions, outcomes_of
from harness.source import Source

_MADE = "{made}"
_PREPARE_SECONDS = 300.0
# A warning catches too, for what is only recommended can be broken as well.
_CAUGHT = (Status.FAIL, Status.WARN)
# A good client has to be judged: what was skipped or not run shows nothing.
_ACCUSED = (*_CAUGHT, Status.ERROR, Status.SKIP, Status.NOT_RUN)


@dataclass(frozen=True, slots=True)
class Specimen:
    """A client of which it is known whether it is right."""

    id: str
    command: str
    caught_by: tuple[str, ...]
    """The scenarios that have to catch it; empty where it is a good one."""
    source: Source
    prepare: str = ""
    """What has to be run once before it can be started, such as a compiler."""
    lacks: str = ""
    """What is not installed here, so that it is left out; empty where nothing is."""

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


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is tried, and how much of it side by side."""

    only: Sequence[str] = ()
    """Patterns of the scenarios that good clients are judged by; all of them where none is given."""
    seeds: int = 3
    jobs: int = 4


def trials_of(proof: Proof) -> tuple[Trial, ...]:
    """Return what each scenario made of a client, as a report takes it."""
    wrong = proof.wrong
    return tuple(
        Trial(
            client=proof.specimen.id,
            is_good=proof.specimen.is_good,
            seed=proof.seed,
            scenario=case,
            status=outcome.status.value,
            message=outcome.message,
            is_wrong=case in wrong,
        )
        for case, outcome in proof.outcomes.items()
    )


def load_specimens(path: Path, scenarios: tuple[str, ...]) -> tuple[Specimen, ...]:
    """Read a list of clients; those that need what is not installed say so in `lacks`.

    Raises DocumentError at the place of a mistake.
    """
    file = document.read(path)
    # Clients lie beside their list, and may be written in Python.
    places = {"{python}": sys.executable, "{here}": str(path.resolve().parent)}
    found = [
        _specimen(members(row), kind, file.source(f"/{kind}/{index}"), places, scenarios)
        for kind in ("good", "broken")
        for index, row in enumerate(items(members(file.data).get(kind)))
    ]
    if not found:
        raise ConfigurationError(f"{path} lists no client.", advice="List some: good, broken.")
    return tuple(found)


def _specimen(
    row: Mapping[str, Json],
    kind: str,
    source: Source,
    places: Mapping[str, str],
    scenarios: tuple[str, ...],
) -> Specimen:
    command, prepare = text(row.get("command")), text(row.get("prepare"))
    caught = tuple(text(each) for each in items(row.get("caught_by")))
    # A broken client names at least one scenario that catches it, a good one none.
    if not text(row.get("id")) or not command or bool(caught) is (kind == "good"):
        more = "and caught_by" if kind == "broken" else "and no caught_by"
        what = f"a {kind} client has an id, a command, {more}."
        raise DocumentError(what, source=source)
    for name in caught:
        if name not in scenarios:
            raise UnknownName(source, kind="scenario", name=name, known=scenarios)
    for place, value in places.items():
        command, prepare = command.replace(place, value), prepare.replace(place, value)
    return Specimen(text(row["id"]), command, caught, source, prepare, _lacking(row))


def _lacking(row: Mapping[str, Json]) -> str:
    """Say which of the programs and modules that a client needs are not installed."""
    programs, modules = (_texts(row.get(name)) for name in ("needs", "needs_modules"))
    absent = [f"program {each}" for each in programs if shutil.which(each) is None]
    absent += [f"module {each}" for each in modules if find_spec(each) is None]
    return " and ".join(absent)


def _texts(value: Json) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(map(text, items(value)))


def prove(
    settings: Settings,
    specimens: Iterable[Specimen],
    products: Sequence[Judged],
    effort: Effort,
    time: Time,
) -> Iterator[Proof]:
    """Yield what became of each client; a good one is judged by the scenarios that are asked for."""

    def proved(specimen: Specimen, seed: int) -> Proof:
        # A good client has to stand all that is asked for, a broken one only what has to catch it.
        wanted = effort.only if specimen.is_good else specimen.caught_by
        # Broken clients, which have a scenario or two each, run side by side themselves.
        options = JudgeOptions(
            program=program_of(specimen.command),
            products=selected(products, wanted),
            jobs=effort.jobs if specimen.is_good else 2,
            seed=seed,
        )
        return Proof(specimen, seed, outcomes_of(settings, options, time=time))

    with made("judge-proof") as folder:
        listed = [_prepared(each, folder, settings.variables) for each in specimens]
        yield from _proofs(listed, proved, effort)


def _proofs(
    listed: Sequence[Specimen],
    proved: Callable[[Specimen, int], Proof],
    effort: Effort,
) -> Iterator[Proof]:
    trials = [(each, seed) for each in listed for seed in range(1, effort.seeds + 1)]
    broken = [each for each in trials if not each[0].is_good]
    with ThreadPoolExecutor(effort.jobs) as pool:
        # In the order of the list, however fast each of them is.
        yield from pool.map(lambda each: proved(*each), broken)
    # A good client is judged by many scenarios side by side already.
    yield from (proved(*each) for each in trials if each[0].is_good)


def _prepared(specimen: Specimen, folder: Path, variables: Mapping[str, str]) -> Specimen:
    """Run what makes a client ready, in a folder of its own. Raises ConfigurationError where it fails."""
    if not specimen.prepare:
        return specimen
    own = str(folder / specimen.id)
    words = program_of(specimen.prepare.replace(_MADE, own)).words
    # With the variables of the user, which a compiler may need.
    end = run_program(words, variables, _PREPARE_SECONDS)
    if end.exit_code != 0:
        raise ConfigurationError(
            f"{specimen.id} cannot be made ready: {end.output.strip()[-300:]}",
            advice="Run what `prepare` says by hand.",
        )
    return replace(specimen, command=specimen.command.replace(_MADE, own))
