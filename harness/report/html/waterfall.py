"""Lay out the steps of a case on one axis: when each began, and how long it took."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.exchange import Exchange
from harness.outcome import Check, Outcome, Status
from harness.report.html.clock import clock_of
from harness.report.messages import elapsed_seconds, status_line
from harness.report.wording import duration

_GOOD = (Status.PASS, Status.OMIT)
_LEAST_WIDTH = 0.8


@dataclass(frozen=True, slots=True)
class Step:
    """One exchange of a case: its bar in percent, and what a check holds against it."""

    exchange: Exchange
    name: str
    line: str
    start: float
    width: float
    seconds: float
    pause: str
    """How long nothing was sent before it, where that is worth a word."""
    check: Check | None


def steps(exchanges: Sequence[Exchange], outcome: Outcome | None) -> tuple[Step, ...]:
    """Return the steps in the order in which they were sent."""
    against = _against(outcome.checks if outcome else ())
    told = clock_of(exchanges)
    places = {each.id: at for each, at in told.placed}
    lasted = {each.id: elapsed_seconds(each) for each in exchanges}
    end = max((places.get(each, 0) + lasted[each] * 1000 for each in lasted), default=0.0) or 1.0
    pauses = {pause.at + pause.drawn: duration(pause.seconds) for pause in told.pauses}
    return tuple(
        Step(
            exchange=each,
            name=each.request.step,
            line=status_line(each),
            start=round(places.get(each.id, 0) / end * (100 - _LEAST_WIDTH), 2),
            width=round(max(lasted[each.id] * 1000 / end * 100, _LEAST_WIDTH), 2),
            seconds=lasted[each.id],
            pause=pauses.get(places.get(each.id, -1), ""),
            check=against.get(each.id),
        )
        for each in exchanges
    )


def _against(checks: Iterable[Check]) -> dict[int, Check]:
    """Return for each exchange the first check that speaks against it, failures before the rest."""
    bad = [each for each in checks if each.status not in _GOOD]
    ordered = sorted(bad, key=lambda each: each.status is not Status.FAIL)
    return {each.exchange: each for each in reversed(ordered)}
