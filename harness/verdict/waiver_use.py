"""Decide which waivers hold today, and what each of them did in a run."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from harness.config import is_selected
from harness.openapi.requirements import Requirement
from harness.outcome import Status
from harness.product import PLATFORM
from harness.record import Record
from harness.shard import shard_of_run
from harness.verdict.model import Judged, WaiverUse
from harness.verdict.scope import CONTRACT
from harness.verdict.settle import left_over, named_causes
from harness.verdict.waivers import WARN_DAYS, Waiver

_UNJUDGED = (Status.ERROR, Status.SKIP, Status.NOT_RUN)


def in_force(waivers: Iterable[Waiver], *, environment: str, today: date) -> tuple[Waiver, ...]:
    """Return the waivers that may lift a failure of this environment on this day."""
    return tuple(w for w in waivers if not _idle_state(w, environment, today))


def uses(
    waivers: Sequence[Waiver],
    judged: Sequence[Judged],
    known: Mapping[str, Requirement],
    *,
    record: Record,
    today: date,
) -> tuple[WaiverUse, ...]:
    """Return what every waiver did, the idle ones included; all of them are printed."""
    exchanges = {exchange.id: exchange for exchange in record.exchanges}
    shown = named_causes(judged, exchanges, waivers)
    return tuple(_use(w, judged, known, record, today, is_shown=w.cause in shown) for w in waivers)


def _use(
    waiver: Waiver,
    judged: Sequence[Judged],
    known: Mapping[str, Requirement],
    record: Record,
    today: date,
    *,
    is_shown: bool,
) -> WaiverUse:
    cases = tuple(candidate.planned.case for candidate in judged if candidate.waiver == waiver.id)
    idle = _idle_state(waiver, record.run.environment, today)
    # A waiver that does not apply today is not judged by what the run shows.
    state = idle or _state(waiver, judged, known, cases, record, is_shown=is_shown)
    days = (waiver.expires - today).days
    return WaiverUse(
        id=waiver.id,
        state=state,
        requirement=waiver.requirement,
        cause=waiver.cause,
        reason=waiver.reason,
        owner=waiver.owner,
        approved_by=waiver.approved_by,
        issue=waiver.issue,
        created=waiver.created.isoformat(),
        expires=waiver.expires.isoformat(),
        cases=cases,
        warning=_warning(state, days) or _partial_cover(waiver, state, judged, record),
    )


def _idle_state(waiver: Waiver, environment: str, today: date) -> str:
    if waiver.environments and environment not in waiver.environments:
        return "not_applicable"
    # The last day counts as valid.
    if today > waiver.expires:
        return "expired"
    return "not_yet_valid" if today < waiver.created else ""


def _state(
    waiver: Waiver,
    judged: Sequence[Judged],
    known: Mapping[str, Requirement],
    cases: tuple[str, ...],
    record: Record,
    *,
    is_shown: bool,
) -> str:
    if cases:
        return "active"
    # No case of the run is one that it speaks of: either none exists or none was selected.
    named = [candidate for candidate in judged if waiver.covers_case(candidate.planned)]
    if not named:
        return "not_exercised" if _may_have_cases(waiver, known, record) else "stale"
    if waiver.cause and (is_shown or record.run.selection or record.run.shard):
        # What shows it fails by something else too, or is not among the cases that were selected.
        return "not_exercised"
    # A case that could not be judged this time says nothing about the waiver.
    return "not_exercised" if any(other.status in _UNJUDGED for other in named) else "stale"


def _may_have_cases(waiver: Waiver, known: Mapping[str, Requirement], record: Record) -> bool:
    """Return whether a waiver may cover a case that this run has left out.

    What was not selected is not stale; a requirement that no set knows always is.
    """
    if waiver.requirement not in known:
        return False
    # Any case of the requirement may have been left out, so that nothing can be said.
    if not waiver.case:
        return True
    run = record.run
    shard = shard_of_run(run)
    apis = {requirement.group for requirement in known.values()} - {PLATFORM}
    is_wanted = is_selected(waiver.case, only=run.selection, apis=run.apis, known=apis)
    is_here = is_wanted and (shard is None or shard.holds(waiver.case))
    # The case would have been here, in a whole run of the suite: then it does not exist.
    return not is_here or run.suite != CONTRACT or record.finished is None


def _warning(state: str, days: int) -> str:
    if state != "active" or days > WARN_DAYS:
        return ""
    return "ends today" if days == 0 else f"ends in {days} day{'s' if days > 1 else ''}"


def _partial_cover(waiver: Waiver, state: str, judged: Sequence[Judged], record: Record) -> str:
    """Say where a waiver covers one check of a case and others keep it failing: it lifts all or nothing."""
    if state != "stale":
        return ""
    exchanges = {each.id: each for each in record.exchanges}
    for each in judged:
        rest = left_over(waiver, each, exchanges) if waiver.covers_case(each.planned) else ()
        if rest:
            return f"{each.planned.case} fails by {', '.join(rest)} as well"
    return ""
