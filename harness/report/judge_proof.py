"""What a proof of the judge is: which broken clients are caught by which scenarios, and who is accused."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.jsonvalue import Json


@dataclass(frozen=True, slots=True)
class Trial:
    """What one scenario made of one client under one seed."""

    client: str
    is_good: bool
    """Whether the client is known to be right; else the scenario has to catch it."""
    seed: int
    scenario: str
    status: str
    message: str
    is_wrong: bool
    """The scenario missed a broken client, or accused a good one."""

    @property
    def word(self) -> str:
        """What became of it, in the words of the page."""
        if self.is_good:
            return "accused" if self.is_wrong else "omitted" if self.status == "omit" else "passed"
        return "missed" if self.is_wrong else "caught"


@dataclass(frozen=True, slots=True)
class JudgeProof:
    """Everything that one proof of the judge found."""

    scenarios: tuple[str, ...]
    trials: tuple[Trial, ...]
    seconds: float
    left_out: Mapping[str, str]
    """Clients that need what is not installed, with what that is."""

    @property
    def seeds(self) -> tuple[int, ...]:
        return tuple(sorted({each.seed for each in self.trials}))

    @property
    def good(self) -> tuple[str, ...]:
        """Return the clients that are right, in the order of their list."""
        return _clients(each for each in self.trials if each.is_good)

    @property
    def broken(self) -> tuple[str, ...]:
        """Return the clients that are wrong, in the order of their list."""
        return _clients(each for each in self.trials if not each.is_good)

    @property
    def missed(self) -> tuple[str, ...]:
        return _clients(each for each in self.trials if each.is_wrong and not each.is_good)

    @property
    def accused(self) -> tuple[str, ...]:
        return _clients(each for each in self.trials if each.is_wrong and each.is_good)

    @property
    def is_right(self) -> bool:
        """True where every broken client was caught, under every seed, and no good one accused."""
        return not self.missed and not self.accused

    @property
    def sentence(self) -> str:
        """Return the figures in one sentence."""
        caught = len(self.broken) - len(self.missed)
        return (
            f"{caught} of {len(self.broken)} broken clients caught, "
            f"{len(self.accused)} of {len(self.good)} good ones accused"
        )

    @property
    def idle(self) -> tuple[str, ...]:
        """Return the scenarios that caught no client: nothing here proves that they can."""
        busy = {each.scenario for each in self.trials if each.word == "caught"}
        return tuple(each for each in self.scenarios if each not in busy)

    def of_scenario(self, scenario: str) -> Sequence[Trial]:
        """Return the trials of broken clients by one scenario, the worst seed of each client."""
        found = [each for each in self.trials if each.scenario == scenario and not each.is_good]
        return _worst(found)

    def of_client(self, client: str) -> Sequence[Trial]:
        """Return the trials of one client, the worst seed of each scenario."""
        return _worst([each for each in self.trials if each.client == client])


def _worst(trials: Iterable[Trial]) -> Sequence[Trial]:
    worst: dict[tuple[str, str], Trial] = {}
    for each in trials:
        key = (each.client, each.scenario)
        # One seed that goes wrong is what counts, whatever the others did.
        if key not in worst or (each.is_wrong and not worst[key].is_wrong):
            worst[key] = each
    return tuple(worst.values())


def _clients(trials: Iterable[Trial]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.client for each in trials))


def written(proof: JudgeProof) -> Json:
    """Return the proof as JSON: `table` holds for each scenario what it made of the broken clients."""
    return {
        "version": 1,
        "sentence": proof.sentence,
        "right": proof.is_right,
        "seeds": list(proof.seeds),
        "seconds": round(proof.seconds, 1),
        "broken": list(proof.broken),
        "good": list(proof.good),
        "missed": list(proof.missed),
        "accused": list(proof.accused),
        "left_out": dict(proof.left_out),
        # Clients that are right stand in none of its rows: no scenario has to catch them.
        "table": {
            scenario: {each.client: each.word for each in proof.of_scenario(scenario)}
            for scenario in proof.scenarios
        },
        "idle": list(proof.idle),
        "trials": [
            {
                "client": each.client,
                "seed": each.seed,
                "scenario": each.scenario,
                "status": each.status,
                "result": each.word,
                "message": each.message,
            }
            for each in proof.trials
        ],
    }
