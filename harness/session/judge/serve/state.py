"""What a session of a partner consists of, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from harness.judge.calls import Call
from harness.judge.observe import Kept
from harness.judge.privacy import Given
from harness.judge.product import Inputs
from harness.judge.scenario import Scenario
from harness.judge.session import Session
from harness.outcome import Outcome
from harness.session.judge.products import Judged
from harness.session.judge.serve.guard import Identity


class Refused(Exception):
    """What was asked for cannot be done now; says why and what to do."""


class Phase(StrEnum):
    """Where a scenario stands."""

    CONTROL = "control"
    """The client shows that it is alive, so that its silence afterwards means something."""
    MAIN = "main"
    JUDGING = "judging"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose client is judged."""

    partner: str
    product: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class SessionPlace:
    """What a session is and where it is kept."""

    id: str
    """The id of its run."""
    folder: Path
    identity: Identity
    subject: Subject
    products: tuple[Judged, ...]
    seed: int = 1
    kept: Kept = field(default_factory=Kept)
    """What all sessions of the judge hold together."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said to a question that no call can answer."""

    who: str
    when: str
    what: str


@dataclass(frozen=True, slots=True)
class ScenarioState:
    """What became of one scenario so far."""

    outcome: Outcome | None = None
    attempts: tuple[str, ...] = ()
    """What every attempt came to, the first one first."""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """By question."""
    note: str = ""
    """What happened to it besides, as that its time was up."""


@dataclass(slots=True)
class Active:
    """The scenario that is under way."""

    product: Judged
    scenario: Scenario
    session: Session
    phase: Phase
    inputs: Inputs
    given: Given
    started: str
    begun: float
    deadline: float
    control: tuple[Call, ...] = ()
    exchanges: dict[int, int] = field(default_factory=dict)
    """The id in the record by the number of a call."""

    @property
    def certificate(self) -> str:
        """What the client is served with at this moment; empty for the judge's first port."""
        # The control shows that the client calls at all, which any certificate but a sound one
        # would prevent.
        if self.phase is Phase.CONTROL and self.scenario.certificate:
            return "sound"
        return self.scenario.certificate

    uncounted: int = 0
    """Calls with a token of an earlier scenario, which were answered with 401 and are not judged."""
