"""Assign every case the status that counts: softened by strength, then lifted by a waiver."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.events import CasePlanned
from harness.exchange import Exchange
from harness.openapi.requirements import Requirement, Strength
from harness.outcome import Check, Outcome, Status
from harness.record import Record
from harness.verdict.causes import Key, groups, is_success, keys_of, own_id
from harness.verdict.deviation import is_digest, is_status
from harness.verdict.findings import finding, unplanned
from harness.verdict.model import Finding, Judged
from harness.verdict.operations import collapse_outages
from harness.verdict.scope import CLIENT
from harness.verdict.waivers import Waiver

_GROUPED = (Status.FAIL, Status.ERROR, Status.SKIP, Status.REVIEW, Status.NOT_RUN)
"""What a verdict has causes of."""


@dataclass(frozen=True, slots=True)
class NamedCause:
    """By what a finding is known to be of a cause."""

    keys: frozenset[Key]
    requirements: frozenset[str]


def settle(
    record: Record, strengths: Mapping[str, Strength], waivers: Sequence[Waiver] = ()
) -> tuple[Judged, ...]:
    """Judge every planned case, and after them what ran unplanned. Waivers must be in force."""
    outcomes = {outcome.case: outcome for outcome in record.outcomes}
    exchanges = {exchange.id: exchange for exchange in record.exchanges}
    planned = {plan.case for plan in record.planned}
    # A case that ran without a plan is judged as well, so that nothing drops out of the counts.
    extra = tuple(unplanned(outcome) for outcome in record.outcomes if outcome.case not in planned)
    alone = tuple(
        judged_alone(plan, outcomes.get(plan.case), strengths) for plan in (*record.planned, *extra)
    )
    # Before any waiver is applied: a waived finding still shows its cause.
    named = named_causes(alone, exchanges, waivers)
    judged = tuple(_waived(each, exchanges, waivers, named) for each in alone)
    # Of a client the judge is no outage, even where a scenario has it answer nothing but 503.
    return judged if record.run.role == CLIENT else collapse_outages(judged, record.exchanges)


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
    # Nothing but a SHALL can break a contract (RFC 2119, sections 1 and 3).
    if status is Status.FAIL and strength is not Strength.SHALL:
        status = Status.WARN
    return Judged(plan, status, outcome, strength=strength)


def _strength(plan: CasePlanned, strengths: Mapping[str, Strength]) -> Strength:
    """Return the most binding strength that a case's requirements have."""
    # A requirement that no set knows counts as the plan says it does.
    own = Strength(plan.strength)
    found = {strengths.get(name, own) for name in plan.requirements} or {own}
    # Strengths are listed from the most binding to the least.
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
    # A waiver expects one status: one for a failure does not lift a case that could not run.
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
    # What fails decides; where nothing does, what is only observed.
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
    """Return whether a waiver covers a check; of a cause also what only says the same once more."""
    alike = (other for other in bad if other == check or (waiver.cause and entails(other, check)))
    return any(_covers(waiver, finding(judged, exchanges, other), named) for other in alike)


def _covers(waiver: Waiver, found: Finding, named: Mapping[str, NamedCause]) -> bool:
    return (
        waiver.check in ("", found.check)
        and waiver.operation in ("", found.operation)
        and waiver.fingerprint in ("", found.fingerprint)
        and (not waiver.cause or holds(named.get(waiver.cause), found, waiver.requirement))
    )


def named_causes(
    judged: Iterable[Judged], exchanges: Mapping[int, Exchange], waivers: Sequence[Waiver]
) -> Mapping[str, NamedCause]:
    """Return the causes that waivers name, by the ids by which they name them.

    A cause is known by any of its findings: which of them stands for it depends on what else ran.
    """
    # Grouping all findings is dear, and few runs have a waiver that names a cause.
    wanted = {waiver.cause for waiver in waivers} - {""}
    if not wanted:
        return {}
    findings = [finding(each, exchanges) for each in judged if each.status in _GROUPED]
    found: dict[str, NamedCause] = {}
    for members in groups(findings):
        # Every member's id is known: which one stands for the cause may have been another that day.
        for name in wanted & {own_id(member) for member in members}:
            found[name] = _named(members)
    return found


def holds(cause: NamedCause | None, found: Finding, requirement: str) -> bool:
    """Return whether a finding is of a cause, and the requirement one that its cases verify."""
    # A waiver of a cause still has to name a requirement that the cause breaks.
    if cause is None or requirement not in cause.requirements:
        return False
    return not cause.keys.isdisjoint(keys_of(found))


def entails(first: Check, other: Check) -> bool:
    """Return whether a check that fails leaves another one of the same answer no choice but to fail.

    What merely fails beside it may be another mistake, however often the two come together.
    """
    # Only within one answer can a failure leave another check no choice.
    if first.exchange != other.exchange:
        return False
    # A digest differs because what it is the digest of differs.
    if is_digest(other.expected) and is_digest(other.actual):
        return first.where == other.where
    # Where a bad request was accepted, there is no error whose code or form could be right.
    is_accepted = _of_refusal(first) and is_success(first.actual)
    return is_accepted and _of_refusal(other)


def _of_refusal(check: Check) -> bool:
    return check.name.startswith("error.") or is_status(check.name)


def _named(members: Sequence[Finding]) -> NamedCause:
    return NamedCause(
        keys=frozenset(key for member in members for key in keys_of(member)),
        requirements=frozenset(name for member in members for name in member.requirements),
    )
