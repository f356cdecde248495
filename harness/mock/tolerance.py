"""One tolerance of the mock: what an implementation may do and no gate may hold against it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.mock.answer import Redraft
from harness.mock.fault import Change


@dataclass(frozen=True, slots=True)
class Pace:
    """How an answer is brought; each bound lies far below any deadline."""

    busy_on: int = 0
    """The number of the call that is sent away with 503 once."""
    limit_every: int = 0
    """Each so manieth call is sent away with 429."""
    late_every: int = 0
    late_seconds: float = 0.0
    piece_bytes: int = 0
    """Bodies come in chunks of so many bytes; 0 sends them whole and sized."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A tolerance of the mock on request: every promise is kept, and something else is different."""

    id: str
    sentence: str
    changes: Mapping[str, Change] = field(default_factory=dict)
    """By point, as those of faults."""
    redraft: Redraft | None = None
    pace: Pace = Pace()


def replying(name: str, sentence: str, changes: Mapping[str, Change]) -> Tolerance:
    """Return a tolerance in what is said, by the points where it is said."""
    return Tolerance(name, sentence, changes)


def redrafting(name: str, sentence: str, redraft: Redraft) -> Tolerance:
    """Return a tolerance in how any answer is written."""
    return Tolerance(name, sentence, redraft=redraft)
