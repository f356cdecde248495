"""Tell which waivers hold today and what each of them did in a run."""

from collections.abc import Iterable, Sequence
from datetime import date

from harness.outcome import Status
from harness.verdict.model import Judged, WaiverUse
from harness.verdict.waivers import WARN_DAYS, Waiver

_UNJUDGED = (Status.ERROR, Status.SKIP, Status.NOT_RUN)


def in_force(waivers: Iterable[Waiver], *, environment: str, today: date) -> tuple[Waiver, ...]:
    """Return the waivers that may lift a failure of this environment on this day."""
    return tuple(w for w in waivers if not _idle_state(w, environment, today))


def uses(
    waivers: Iterable[Waiver],
    judged: Sequence[Judged],
    known: Iterable[str],
    *,
    environment: str,
    today: date,
) -> tuple[WaiverUse, ...]:
    """Tell what every waiver did, the idle ones included; all of them are printed."""
    names = frozenset(known)
    return tuple(_use(w, judged, names, environment, today) for w in waivers)


def _use(
    waiver: Waiver, judged: Sequence[Judged], known: frozenset[str], environment: str, today: date
) -> WaiverUse:
    cases = tuple(each.planned.case for each in judged if each.waiver == waiver.id)
    state = _idle_state(waiver, environment, today) or _state(waiver, judged, known, cases)
    days = (waiver.expires - today).days
    return WaiverUse(
        id=waiver.id,
        state=state,
        requirement=waiver.requirement,
        reason=waiver.reason,
        owner=waiver.owner,
        approved_by=waiver.approved_by,
        issue=waiver.issue,
        created=waiver.created.isoformat(),
        expires=waiver.expires.isoformat(),
        cases=cases,
        warning=_warning(state, days),
    )


def _idle_state(waiver: Waiver, environment: str, today: date) -> str:
    if waiver.environments and environment not in waiver.environments:
        return "not_applicable"
    if today > waiver.expires:
        return "expired"
    return "not_yet_valid" if today < waiver.created else ""


def _state(
    waiver: Waiver, judged: Sequence[Judged], known: frozenset[str], cases: tuple[str, ...]
) -> str:
    if cases:
        return "active"
    named = [each for each in judged if waiver.covers_case(each.planned)]
    if not named:
        known_here = waiver.requirement in known and not waiver.case
        return "not_exercised" if known_here else "stale"
    # A case that could not be judged this time says nothing about the waiver.
    return "not_exercised" if any(each.status in _UNJUDGED for each in named) else "stale"


def _warning(state: str, days: int) -> str:
    if state != "active" or days > WARN_DAYS:
        return ""
    return "ends today" if days == 0 else f"ends in {days} day{'s' if days > 1 else ''}"
