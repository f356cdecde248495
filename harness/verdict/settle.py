"""Assign every case the status that counts: softened by strength, then lifted by a waiver."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from harness.events import CasePlanned
from harness.exchange import Exchange
from harness.openapi.requirements import Requirement, Strength
from harness.outcome import Check, Outcome, Status
from harness.record import Record
from harness.verdict.findings import finding, unplanned
from harness.verdict.model import Finding, Judged
from harness.verdict.named_causes import NamedCause, entails, holds, named_causes
from harness.verdict.outage import said_once
from harness.verdict.scope import CLIENT
from harness.verdict.waivers import Waiver


def settle(
    record: Record, strengths: Mapping[str, Strength], waivers: Sequence[Waiver] = ()
) -> tuple[Judged, ...]:
    """Judge every planned case, and after them what ran unplanned. Waivers must be in force."""
    outcomes = {outcome.case: outcome for outcome in record.outcomes}
    exchanges = {exchange.id: exchange for exchange in record.exchanges}
    planned = {plan.case for plan in record.planned}
    extra = tuple(unplanned(outcome) for outcome in record.outcomes if outcome.case not in planned)
    alone = tuple(
        judged_alone(plan, outcomes.get(plan.case), strengths) for plan in (*record.planned, *extra)
    )
    named = named_causes(alone, exchanges, waivers)
    judged = tuple(_waived(each, exchanges, waivers, named) for each in alone)
    # Of a client the judge is no outage, even where a scenario has it answer nothing but 503.
    return judged if record.run.role == CLIENT else said_once(judged, record.exchanges)


def settle_case(
    plan: CasePlanned,
    outcome: Outcome,
    exchanges: Mapping[int, Exchange],
    strengths: Mapping[str, Strength],
    waivers: Sequence[Waiver],
) -> Judged:
    """Judge one case as `settle` does, as far as it alone shows its cause. Waivers must be in force."""
    alone = judged_alone(plan, outcome, strengths)
    return _waived(alone, exchanges, waivers, named_causes([alone], exchanges, waivers))


def strengths_of(requirements: Iterable[Requirement]) -> Mapping[str, Strength]:
    """Return each requirement's strength by its id."""
    return {requirement.id: requirement.strength for requirement in requirements}


def judged_alone(
    plan: CasePlanned, outcome: Outcome | None, strengths: Mapping[str, Strength]
) -> Judged:
    """Judge a case by its outcome and its requirements, whatever became of the others."""
    strength = _strength(plan, strengths)
    status = _believed(outcome) if outcome else Status.NOT_RUN
    if status is Status.FAIL and strength is not Strength.SHALL:
        status = Status.WARN
    return Judged(plan, status, outcome, strength=strength)


def _strength(plan: CasePlanned, strengths: Mapping[str, Strength]) -> Strength:
    """Return the most binding strength that a case's requirements have."""
    own = Strength(plan.strength)
    found = {strengths.get(name, own) for name in plan.requirements} or {own}
    return next(strength for strength in Strength if strength in found)


def _believed(outcome: Outcome) -> Status:
    """Never believe a pass that one of its own checks contradicts."""
    found = {check.status for check in outcome.checks}
    if outcome.status in (Status.PASS, Status.WARN):
        return next((bad for bad in (Status.FAIL, Status.ERROR) if bad in found), outcome.status)
    return outcome.status


def _waived(
    judged: Judged,
    exchanges: Mapping[int, Exchange],
    waivers: Sequence[Waiver],
    named: Mapping[str, NamedCause],
) -> Judged:
    if judged.outcome is None or not waivers:
        return judged
    able = [w for w in waivers if w.expect is judged.status and w.may_lift(judged.planned)]
    bad = _decisive(judged.outcome)
    chosen = [
        next((w for w in able if _lifts(w, check, bad, judged, exchanges, named)), None)
        for check in bad
    ]
    # One unwaived bad check is enough to keep the case as it is: a waiver covers one thing.
    first = chosen[0] if chosen else None
    if first is None or None in chosen:
        return judged
    return replace(judged, status=Status.WAIVED, waiver=first.id)


def left_over(waiver: Waiver, judged: Judged, exchanges: Mapping[int, Exchange]) -> tuple[str, ...]:
    """Return the checks that keep a case failing though a waiver covers another check of it."""
    if judged.outcome is None or judged.status is not waiver.expect:
        return ()
    bad = _decisive(judged.outcome)
    named = named_causes([judged], exchanges, (waiver,))
    rest = [each for each in bad if not _lifts(waiver, each, bad, judged, exchanges, named)]
    return tuple(dict.fromkeys(each.name for each in rest)) if len(rest) < len(bad) else ()


def _decisive(outcome: Outcome) -> tuple[Check, ...]:
    for statuses in ((Status.FAIL, Status.ERROR, Status.SKIP), (Status.WARN,)):
        bad = tuple(check for check in outcome.checks if check.status in statuses)
        if bad:
            return bad
    return (Check(name="", status=outcome.status),)


def _lifts(
    waiver: Waiver,
    check: Check,
    bad: Sequence[Check],
    judged: Judged,
    exchanges: Mapping[int, Exchange],
    named: Mapping[str, NamedCause],
) -> bool:
    """Tell whether a waiver covers a check; of a cause also what only says the same once more."""
    told = (other for other in bad if other == check or (waiver.cause and entails(other, check)))
    return any(_covers(waiver, finding(judged, exchanges, other), named) for other in told)


def _covers(waiver: Waiver, found: Finding, named: Mapping[str, NamedCause]) -> bool:
    return (
        waiver.check in ("", found.check)
        and waiver.operation in ("", found.operation)
        and waiver.fingerprint in ("", found.fingerprint)
        and (not waiver.cause or holds(named.get(waiver.cause), found, waiver.requirement))
    )
