"""Judge a run under load by its limits; without evidence nothing is met."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from harness.verdict.load.tally import Ending, Failure, Tally

_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h)", re.ASCII)
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)%", re.ASCII)
PERCENTILES = (50, 95, 99)


class InvalidLimit(ValueError):
    """Write it as it is shown."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run has to keep; None is no limit."""

    percentiles: tuple[tuple[int, float], ...] = ()
    """Seconds by percentile, for the requests of each operation by itself."""
    failures: float = 0.0
    """The share of the ways through a workflow that may fail, from 0 to 1."""


def seconds_in(text: str) -> float:
    """Read `500ms`, `2s`, `1.5m` or `1h`. Raises InvalidLimit."""
    match = _DURATION.fullmatch(text.strip())
    # A limit of nothing could be kept by nobody and is a slip of the hand.
    if match is None or float(match[1]) == 0:
        raise InvalidLimit(f"'{text[:40]}' is no duration; write it as 500ms, 2s or 1m")
    return float(match[1]) * _SECONDS[match[2]]


def share_in(text: str) -> float:
    """Read `1%` as 0.01. Raises InvalidLimit."""
    match = _SHARE.fullmatch(text.strip())
    if match is None or float(match[1]) > 100:
        raise InvalidLimit(f"'{text[:40]}' is no share; write it as 1% or 0.5%")
    return float(match[1]) / 100


class Conclusion(StrEnum):
    """Whether the limits were kept; each has its exit code."""

    MET = "LIMITS_MET"
    NOT_MET = "LIMITS_NOT_MET"
    INCONCLUSIVE = "INCONCLUSIVE"

    @property
    def exit_code(self) -> int:
        """As everywhere in the program: 0 met, 1 broken, 3 nothing can be said."""
        return {Conclusion.MET: 0, Conclusion.NOT_MET: 1, Conclusion.INCONCLUSIVE: 3}[self]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What happened to a run besides what its users did."""

    users: int
    """How many were asked for."""
    started: int
    """How many there were in the end."""
    problem: str = ""
    """What ended the run before its time."""
    is_interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Gate:
    """One limit, and what came."""

    name: str
    limit: float
    actual: float | None
    """None where nothing was measured."""
    is_share: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the limit was kept; what was not measured keeps none."""
        return self.actual is not None and self.actual <= self.limit


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a run under load came to."""

    conclusion: Conclusion
    reasons: tuple[str, ...]
    """Sentences that say why it is not met, or why nothing can be said."""
    gates: tuple[Gate, ...]


def judge(tally: Tally, limits: Limits, circumstances: Circumstances) -> Judgement:
    """Return the conclusion: a broken limit outranks what could not be judged, and that a success."""
    gates = tuple(_gates(tally, limits))
    # Without evidence a limit is neither kept nor broken, whatever the gates say.
    if no_evidence := _without_evidence(tally, circumstances):
        return Judgement(Conclusion.INCONCLUSIVE, no_evidence, gates)
    broken = tuple(_broken(each) for each in gates if not each.is_met)
    if broken:
        return Judgement(Conclusion.NOT_MET, (*broken, *_most(tally.failures)), gates)
    doubts = tuple(_doubts(tally, limits, circumstances))
    return Judgement(Conclusion.INCONCLUSIVE if doubts else Conclusion.MET, doubts, gates)


def _gates(tally: Tally, limits: Limits) -> Iterator[Gate]:
    # Cut visits count neither way: they might have passed.
    failed = tally.visits[Ending.FAILED] / tally.finished if tally.finished else None
    yield Gate("failures", limits.failures, failed, is_share=True)
    for percent, seconds in limits.percentiles:
        # By operation: a fast one must not hide a slow one in a common percentile.
        for name, each in sorted(tally.operations.items()):
            yield Gate(f"p{percent} of {name}", seconds, each.latencies.percentile(percent))


def _without_evidence(tally: Tally, circumstances: Circumstances) -> tuple[str, ...]:
    problem = (circumstances.problem,) if circumstances.problem else ()
    if not tally.requests:
        return (*problem, "no request was sent", *_most(tally.reasons))
    if not tally.finished:
        why = _most({**tally.reasons, **tally.failures})
        return (*problem, "no user came to the end of a workflow", *why)
    return ()


def _broken(gate: Gate) -> str:
    """Say by how much a limit was missed."""
    actual = gate.actual or 0.0
    if gate.is_share:
        return f"{actual:.2%} of the runs failed, {gate.limit:.2%} may"
    return f"{gate.name} is {_seconds(actual)}, at most {_seconds(gate.limit)} was asked for"


def _doubts(tally: Tally, limits: Limits, circumstances: Circumstances) -> Iterator[str]:
    if circumstances.problem:
        yield circumstances.problem
    if circumstances.is_interrupted:
        yield "it was interrupted"
    # With fewer users the target had less to bear than was asked for.
    if circumstances.started < circumstances.users:
        yield f"only {circumstances.started} of {circumstances.users} users were started"
    unjudged = tally.visits[Ending.UNJUDGED]
    unwell = unjudged + tally.visits[Ending.FAILED]
    # Had all of these failed, the limit would be broken; otherwise it holds whatever they were.
    if unjudged and unwell > limits.failures * tally.ended:
        yield f"{unjudged} of {tally.ended} runs could not be judged"
        yield from _most({**tally.reasons, **tally.failures})


def _most(failures: dict[str, Failure]) -> tuple[str, ...]:
    """Return what came most often, in one sentence; none where nothing did."""
    most = sorted(failures.values(), key=lambda each: -each.count)[:1]
    return tuple(
        f"most often: {f'{each.operation}: ' if each.operation else ''}{each.sentence}"
        for each in most
    )


def _seconds(value: float) -> str:
    return f"{value * 1000:.4g} ms" if value < 1 else f"{value:.4g} s"
