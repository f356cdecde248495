"""The runs before this one, as reports show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from harness.jsonvalue import Json, members, text
from harness.outcome import Status
from harness.report.view import VerdictView
from harness.report.wording import UNJUDGED

MOST = 10
"""Runs of a trend, this one included."""


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run in a trend."""

    run: str
    started: str
    conclusion: str
    cases: int
    passed: int
    failed: int
    unjudged: int
    causes: int
    seconds: float
    p95_seconds: Mapping[str, float] = field(default_factory=dict)
    """By operation; empty for runs that are not the last."""

    def to_json(self) -> dict[str, object]:
        """Return the run as an object of `trend.json`."""
        return {
            "run": self.run,
            "started": self.started,
            "conclusion": self.conclusion,
            "cases": self.cases,
            "passed": self.passed,
            "failed": self.failed,
            "unjudged": self.unjudged,
            "causes": self.causes,
            "seconds": round(self.seconds, 3),
            "p95_seconds": {name: round(each, 6) for name, each in self.p95_seconds.items()},
        }


def of(verdict: VerdictView, run: str, started: str) -> PastRun:
    """Return the entry of a run."""
    return PastRun(
        run=run,
        started=started,
        conclusion=str(verdict.conclusion),
        cases=verdict.cases.planned,
        passed=verdict.cases.of(Status.PASS),
        failed=verdict.cases.of(Status.FAIL),
        unjudged=verdict.cases.of(*UNJUDGED),
        # What follows from another cause is mended with it and not counted by itself.
        causes=sum(not each.because for each in verdict.causes),
        seconds=verdict.duration_seconds,
        p95_seconds={each.operation: each.p95 for each in verdict.operations if each.answered},
    )


def read(value: Json) -> PastRun | None:
    """Read an entry of `trend.json`; None where it is none."""
    fields = members(value)
    run = text(fields.get("run"))
    if not run:
        return None
    p95 = members(fields.get("p95_seconds"))
    return PastRun(
        run=run,
        started=text(fields.get("started")),
        conclusion=text(fields.get("conclusion")),
        cases=_count(fields, "cases"),
        passed=_count(fields, "passed"),
        failed=_count(fields, "failed"),
        unjudged=_count(fields, "unjudged"),
        causes=_count(fields, "causes"),
        seconds=_number(fields.get("seconds")),
        p95_seconds={name: _number(each) for name, each in p95.items()},
    )


def joined(earlier: Sequence[PastRun], this: PastRun) -> tuple[PastRun, ...]:
    """Return the last runs up to this one, the oldest first."""
    # Run ids begin with the time of the run, so that their order is that of time.
    before = sorted((each for each in earlier if each.run < this.run), key=lambda each: each.run)
    # This run is the last one, even where the file knows of later ones.
    return (*before[-(MOST - 1) :], this)


def _count(counts: Mapping[str, Json], name: str) -> int:
    return int(_number(counts.get(name)))


def _number(value: Json) -> float:
    # A file that people may have edited: what is no number counts as nothing.
    return float(value) if isinstance(value, int | float) else 0.0
