"""Add up what the users of a run under load did; tallies of several processes become one."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

_DIGITS = 3


class Latencies:
    """Counts by duration, each rounded up to three digits: a percentile is at most 1 % too high.

    Never too low, so that no rounding meets a limit; Locust's own figures are rounded to two digits.
    """

    def __init__(self, counts: Mapping[int, int] | None = None) -> None:
        self._counts: Counter[int] = Counter(counts or {})

    def __len__(self) -> int:
        return self._counts.total()

    def add(self, seconds: float) -> None:
        """Count one request."""
        # Counts by rounded value and no list of times: memory stays small however long a run is.
        self._counts[_rounded(seconds)] += 1

    def take(self, other: "Latencies") -> None:
        """Add what another one has counted."""
        self._counts.update(other._counts)

    def percentile(self, percent: float) -> float | None:
        """Return the seconds within which so many percent were done (nearest rank); None without any."""
        total = self._counts.total()
        if not total:
            return None
        rank = max(1, math.ceil(total * percent / 100))
        reached = 0
        for microseconds in sorted(self._counts):
            reached += self._counts[microseconds]
            if reached >= rank:
                return microseconds / 1_000_000
        return None

    def as_json(self) -> dict[str, int]:
        """Return the counts by microseconds."""
        return {str(each): count for each, count in self._counts.items()}


def latencies_from(counts: Mapping[str, int]) -> Latencies:
    """Read what `as_json` gave."""
    return Latencies({int(each): count for each, count in counts.items()})


def _rounded(seconds: float) -> int:
    """Return microseconds with three significant digits, rounded up."""
    # Floats such as 0.25 * 1e6 may lie a hair above the whole number that is meant.
    microseconds = math.ceil(round(seconds * 1_000_000, 3))
    step = int(10 ** max(0, len(str(microseconds)) - _DIGITS))
    # Rounded up by floor division of negatives, which stays exact in whole numbers.
    return -(-microseconds // step) * step


MOST_SENTENCES = 100
"""Kinds of failure that are kept apart; answers of a broken server can differ without end."""
OTHERS = "further kinds of failure"


class Ending(StrEnum):
    """How a user's way through a workflow ended."""

    PASSED = "passed"
    FAILED = "failed"
    UNJUDGED = "unjudged"
    """Something kept it from being judged: no answer came, or the document could not be followed."""
    CUT = "cut"
    """It was under way when the time was over, or somebody interrupted."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One request."""

    operation: str
    """Method and path template."""
    seconds: float
    size: int = 0
    is_answered: bool = True
    failure: str = ""
    """Why its step failed, in one sentence; empty where it did not."""
    kind: str = ""
    """What failures have in common that only differ in the values that came."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One way of one user through a workflow."""

    ending: Ending
    seconds: float
    samples: tuple[Sample, ...] = ()
    reason: str = ""
    """Why it failed, or could not be judged, where no request shows it."""


@dataclass(slots=True)
class OperationTally:
    """The requests of one operation."""

    requests: int = 0
    failed: int = 0
    unanswered: int = 0
    size: int = 0
    latencies: Latencies = field(default_factory=Latencies)

    def add(self, sample: Sample) -> None:
        """Count a request; one without an answer took at least as long as was waited for it."""
        self.requests += 1
        self.failed += bool(sample.failure)
        self.unanswered += not sample.is_answered
        self.size += sample.size
        self.latencies.add(sample.seconds)

    def take(self, other: "OperationTally") -> None:
        """Add what another process counted."""
        self.requests += other.requests
        self.failed += other.failed
        self.unanswered += other.unanswered
        self.size += other.size
        self.latencies.take(other.latencies)


@dataclass(slots=True)
class Failure:
    """A kind of failure: how often it came, with the first sentence."""

    operation: str
    sentence: str
    count: int = 0


@dataclass(slots=True)
class Tally:
    """All that the users of one process, or of several, did."""

    visits: Counter[str] = field(default_factory=Counter)
    durations: Latencies = field(default_factory=Latencies)
    """Of ways through a workflow that came to their end."""
    operations: dict[str, OperationTally] = field(default_factory=dict)
    failures: dict[str, Failure] = field(default_factory=dict)
    reasons: dict[str, Failure] = field(default_factory=dict)
    """Why ways through a workflow failed or could not be judged, where no request shows it."""

    @property
    def requests(self) -> int:
        """How many requests were sent."""
        return sum(each.requests for each in self.operations.values())

    @property
    def finished(self) -> int:
        """How many ways through a workflow came to their end and could be judged."""
        return self.visits[Ending.PASSED] + self.visits[Ending.FAILED]

    @property
    def ended(self) -> int:
        """How many came to their end, judged or not."""
        return self.finished + self.visits[Ending.UNJUDGED]

    def add(self, visit: Visit) -> None:
        """Count one way through a workflow, and its requests."""
        self.visits[visit.ending] += 1
        # A visit that was cut says nothing of how long a whole one takes.
        if visit.ending in (Ending.PASSED, Ending.FAILED):
            self.durations.add(visit.seconds)
        for sample in visit.samples:
            self.operations.setdefault(sample.operation, OperationTally()).add(sample)
            if sample.failure:
                kind = f"{sample.operation} {sample.kind}"
                _count(self.failures, kind, sample.operation, sample.failure)
        if visit.reason:
            _count(self.reasons, visit.reason, "", visit.reason)

    def take(self, other: "Tally") -> None:
        """Add what another process counted."""
        self.visits.update(other.visits)
        self.durations.take(other.durations)
        for operation, requests in other.operations.items():
            self.operations.setdefault(operation, OperationTally()).take(requests)
        for mine, theirs in ((self.failures, other.failures), (self.reasons, other.reasons)):
            for kind, failure in theirs.items():
                _count(mine, kind, failure.operation, failure.sentence, failure.count)

    def as_json(self) -> dict[str, Any]:
        """Return all of it as values that a message can carry."""
        return {
            "visits": {str(each): count for each, count in self.visits.items()},
            "durations": self.durations.as_json(),
            "operations": {
                name: [each.requests, each.failed, each.unanswered, each.size]
                for name, each in self.operations.items()
            },
            "latencies": {name: each.latencies.as_json() for name, each in self.operations.items()},
            "failures": _failures(self.failures),
            "reasons": _failures(self.reasons),
        }


def tally_from(found: Mapping[str, Any]) -> Tally:
    """Read what `as_json` gave."""
    return Tally(
        visits=Counter(found["visits"]),
        durations=latencies_from(found["durations"]),
        operations={
            name: _operation(counts, found["latencies"][name])
            for name, counts in found["operations"].items()
        },
        failures={kind: Failure(*each) for kind, each in found["failures"].items()},
        reasons={kind: Failure(*each) for kind, each in found["reasons"].items()},
    )


def _operation(counts: Sequence[int], latencies: Mapping[str, int]) -> OperationTally:
    requests, failed, unanswered, size = counts
    return OperationTally(requests, failed, unanswered, size, latencies_from(latencies))


def _failures(found: Mapping[str, Failure]) -> dict[str, list[object]]:
    return {kind: [each.operation, each.sentence, each.count] for kind, each in found.items()}


def _count(
    found: dict[str, Failure], kind: str, operation: str, sentence: str, count: int = 1
) -> None:
    # Beyond this all other kinds are counted as one, so that memory stays bounded.
    if kind not in found and len(found) >= MOST_SENTENCES:
        kind, operation, sentence = OTHERS, "", OTHERS
    found.setdefault(kind, Failure(operation, sentence)).count += count
