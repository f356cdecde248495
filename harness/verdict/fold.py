"""Fold a record into a verdict: pure, so that anyone can recompute it offline."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from harness.config import is_selected
from harness.exchange import Exchange
from harness.openapi.requirements import Requirement, by_id
from harness.outcome import Status
from harness.record import Record
from harness.shard import shard_of_run
from harness.verdict.causes import causes, with_causes
from harness.verdict.compare import Comparison, compare
from harness.verdict.coverage import missing, trace
from harness.verdict.findings import finding
from harness.verdict.gates import UNVERIFIED, Evidence, Profile, gates
from harness.verdict.model import (
    TESTED,
    Cause,
    Conclusion,
    Counts,
    Finding,
    Gate,
    Judged,
    Traced,
    Verdict,
)
from harness.verdict.operations import answer_uses, constraint_uses, obstacles, operation_uses
from harness.verdict.reproduction import reproductions, with_scripts
from harness.verdict.scope import CLIENT, Scope, scope_of
from harness.verdict.settle import settle, strengths_of
from harness.verdict.waiver_use import in_force, uses
from harness.verdict.waivers import Waiver


def doubts(record: Record, counts: Counts, untested: Sequence[Traced]) -> tuple[str, ...]:
    """Return everything that keeps a run from proving anything, the gravest first."""
    blind = {status: counts.of(status) for status in (Status.ERROR, *UNVERIFIED)}
    unjudged = ", ".join(
        f"{count:,} {status.replace('_', ' ')}" for status, count in blind.items() if count
    )
    # In the order of gravity: what makes the run worthless before what leaves a gap in it.
    found = (
        _ending(record),
        "" if record.planned else "no case was planned",
        _nothing_applied(counts),
        f"{_cases(sum(blind.values()))} could not be judged ({unjudged})" if unjudged else "",
        _excess(counts),
        "" if record.exchanges else "not one request was sent",
        f"{len(untested)} of the SHALL requirements in scope have no result" if untested else "",
    )
    return tuple(doubt for doubt in found if doubt)


def reason(
    conclusion: Conclusion,
    counts: Counts,
    unclear: Sequence[str],
    gates: Sequence[Gate],
    *,
    is_client: bool = False,
) -> str:
    """Return the sentence that stands under the verdict."""
    broken = [gate.name for gate in gates if not gate.passed]
    match conclusion:
        case Conclusion.NON_CONFORMANT:
            failed = counts.of(Status.FAIL)
            # A failure outranks a doubt, but the doubt is not withheld.
            also = f"; besides, {'; '.join(unclear)}" if unclear else ""
            verb = "shows" if failed == 1 else "show"
            whose = (
                "the client breaking the contract" if is_client else "the API breaking its contract"
            )
            return f"{failed:,} of {_cases(counts.planned)} {verb} {whose}{also}."
        case Conclusion.INCONCLUSIVE:
            return _sentence("; ".join(unclear))
        case Conclusion.CONFORMANT_WITH_WAIVERS:
            waived = _cases(counts.of(Status.WAIVED))
            kept = f"{_ran(counts)}, and every failure is waived ({waived})"
            return f"{kept}{_but(broken)}{_omitted(counts)}."
        case Conclusion.CONFORMANT:
            return f"{_ran(counts)} and no contract was broken{_but(broken)}{_omitted(counts)}."


def _ran(counts: Counts) -> str:
    return f"{_cases(counts.executed - counts.of(Status.OMIT))} ran"


def _omitted(counts: Counts) -> str:
    omitted = counts.of(Status.OMIT)
    verb = "was" if omitted == 1 else "were"
    return f"; {_cases(omitted)} {verb} omitted" if omitted else ""


def _nothing_applied(counts: Counts) -> str:
    """Say that not one case applied: what was only omitted shows nothing of the target."""
    applied = counts.planned - counts.of(Status.OMIT)
    return "every case was omitted" if counts.planned and applied <= 0 else ""


def _ending(record: Record) -> str:
    if record.finished is None:
        return "the run was cut off before its end"
    if record.finished.error:
        return f"the run could not be done: {record.finished.error.rstrip('.')}"
    return "the run was interrupted" if record.finished.interrupted else ""


def _excess(counts: Counts) -> str:
    # What was not run is no part of what was executed, so that only real surplus is left.
    excess = counts.executed + counts.of(Status.NOT_RUN) - counts.planned
    return f"{_cases(excess)} ran that nobody planned" if excess > 0 else ""


def _but(gates: Sequence[str]) -> str:
    if not gates:
        return ""
    several = len(gates) > 1
    verb = "were" if several else "was"
    return f", but the gate{'s' if several else ''} {', '.join(gates)} {verb} not met"


def _cases(count: int) -> str:
    return f"{count:,} case{'' if count == 1 else 's'}"


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def judge(  # noqa: PLR0913 a verdict is a function of exactly these
    record: Record,
    requirements: Sequence[Requirement],
    profile: Profile,
    *,
    waivers: Sequence[Waiver] = (),
    today: date,
    leaks: int | None = 0,
    baseline: Record | None = None,
) -> Verdict:
    """Return what a run comes to (rules: fails outrank doubts, and no evidence is never a pass)."""
    evidence = _evidence(record, requirements, waivers, today, leaks, baseline)
    untested = missing(evidence.traced) if profile.untested_blocks else ()
    return _verdict(evidence, profile, doubts(record, evidence.counts, untested))


def _verdict(evidence: Evidence, profile: Profile, unclear: Sequence[str]) -> Verdict:
    record, run = evidence.record, evidence.record.run
    conclusion = _conclusion(evidence.counts, unclear)
    results = gates(profile, evidence)
    found = _grouped(evidence)
    return Verdict(
        conclusion=conclusion,
        exit_code=_exit_code(conclusion, record, results),
        reason=_reason(evidence, conclusion, unclear, results),
        run_id=run.run_id,
        harness_version=run.harness_version,
        environment=run.environment,
        base_url=run.base_url,
        profile=profile.name,
        seed=run.seed,
        started=run.started,
        duration_seconds=record.finished.duration_seconds if record.finished else 0.0,
        requests=len(record.exchanges),
        cases=evidence.counts,
        operations=tuple(evidence.operations),
        answers=answer_uses(record),
        constraints=constraint_uses(record),
        gates=results,
        findings=found.failed,
        unverified=found.unverified,
        observations=found.observed,
        causes=found.causes,
        judged=tuple(evidence.judged),
        traced=tuple(evidence.traced),
        waivers=tuple(evidence.waivers),
        scope=_scope(evidence),
    )


@dataclass(frozen=True, slots=True)
class _Grouped:
    """The findings of a run by what they weigh, and the causes behind the first two."""

    failed: tuple[Finding, ...]
    unverified: tuple[Finding, ...]
    observed: tuple[Finding, ...]
    causes: tuple[Cause, ...]


def _grouped(evidence: Evidence) -> _Grouped:
    record = evidence.record
    exchanges = {exchange.id: exchange for exchange in record.exchanges}
    failed = _findings(evidence.judged, exchanges, Status.FAIL)
    unverified = _findings(evidence.judged, exchanges, Status.ERROR, *UNVERIFIED)
    # Findings are grouped together with what could not be judged: both may have one cause.
    found = causes((*failed, *unverified))
    failed, unverified = with_causes(failed, found), with_causes(unverified, found)
    # What a client sent is shown again by starting the client and not by a script.
    if record.run.role != CLIENT:
        found = with_scripts(found, reproductions(found, record, (*failed, *unverified)))
    return _Grouped(failed, unverified, _findings(evidence.judged, exchanges, Status.WARN), found)


def _reason(
    evidence: Evidence, conclusion: Conclusion, unclear: Sequence[str], results: Sequence[Gate]
) -> str:
    is_client = evidence.record.run.role == CLIENT
    sentence = reason(conclusion, evidence.counts, unclear, results, is_client=is_client)
    return _first(
        () if is_client else obstacles(evidence.judged, evidence.record.exchanges), sentence
    )


def _scope(evidence: Evidence) -> Scope:
    counts = evidence.counts
    return scope_of(
        evidence.record,
        ran=counts.executed - counts.of(Status.OMIT),
        tested=sum(traced.coverage in TESTED for traced in evidence.traced),
        bound=[traced.requirement.group for traced in evidence.traced],
    )


def _first(obstacles: Sequence[str], sentence: str) -> str:
    """Put what explains most of a run before what it comes to, unless that is all it comes to."""
    if len(obstacles) == 1 and sentence.startswith(f"{obstacles[0].rpartition('so that ')[2]} ("):
        sentence = ""
    return " ".join(
        filter(
            None, (*(f"{obstacle[:1].upper()}{obstacle[1:]}." for obstacle in obstacles), sentence)
        )
    )


def _evidence(
    record: Record,
    requirements: Sequence[Requirement],
    waivers: Sequence[Waiver],
    today: date,
    leaks: int | None,
    baseline: Record | None,
) -> Evidence:
    strengths = strengths_of(requirements)
    environment = record.run.environment
    # Waivers that have ended or not begun lift nothing, and are still listed.
    holding = in_force(waivers, environment=environment, today=today)
    judged = settle(record, strengths, holding)
    return Evidence(
        record=record,
        judged=judged,
        counts=_counts(record, judged),
        traced=trace(requirements, judged, record.run),
        waivers=uses(waivers, judged, by_id(requirements), record=record, today=today),
        operations=operation_uses(record),
        leaks=leaks,
        comparison=_against(baseline, record, judged, requirements),
    )


def _against(
    baseline: Record | None,
    record: Record,
    judged: Iterable[Judged],
    requirements: Iterable[Requirement],
) -> Comparison | None:
    if baseline is None:
        return None
    run = record.run
    shard = shard_of_run(run)
    # Without waivers: what a waiver hid then must not look new.
    before = settle(baseline, strengths_of(requirements))
    return compare(
        baseline,
        record,
        base_statuses={
            candidate.planned.case: candidate.status
            for candidate in before
            # A part of the cases is compared with the same part of the other run.
            if is_selected(
                candidate.planned.case, only=run.selection, apis=run.apis, known=baseline.run.apis
            )
            and (shard is None or shard.holds(candidate.planned.case))
        },
        head_statuses={other.planned.case: other.status for other in judged},
    )


def _counts(record: Record, judged: Iterable[Judged]) -> Counts:
    found = Counter(other.status for other in judged)
    executed = found.total() - found[Status.NOT_RUN]
    return Counts(planned=len(record.planned), executed=executed, by_status=dict(found))


def _conclusion(counts: Counts, unclear: Sequence[str]) -> Conclusion:
    # Failures outrank doubts: what one case has shown no other can take back.
    if counts.of(Status.FAIL):
        return Conclusion.NON_CONFORMANT
    if unclear:
        return Conclusion.INCONCLUSIVE
    if counts.of(Status.WAIVED):
        return Conclusion.CONFORMANT_WITH_WAIVERS
    return Conclusion.CONFORMANT


def _exit_code(conclusion: Conclusion, record: Record, found: Iterable[Gate]) -> int:
    # A run that ended in an error keeps the code of that error, such as 2 for a wrong setting.
    if record.finished and record.finished.error and record.finished.exit_code:
        return record.finished.exit_code
    match conclusion:
        case Conclusion.NON_CONFORMANT:
            return 1
        case Conclusion.INCONCLUSIVE:
            # Nothing was selected, which is a mistake in the call and no doubt about the API.
            return 5 if _nothing_planned(record) else 3
        case Conclusion.CONFORMANT | Conclusion.CONFORMANT_WITH_WAIVERS:
            # A gate that is not met fails a run of a conformant API as well.
            return 0 if all(gate.passed for gate in found) else 1


def _nothing_planned(record: Record) -> bool:
    """Distinguish an empty selection from a run that broke before it could plan."""
    ended = record.finished is not None and not record.finished.error
    return ended and not record.planned and not record.outcomes


def _findings(
    judged: Iterable[Judged], exchanges: dict[int, Exchange], *statuses: Status
) -> tuple[Finding, ...]:
    return tuple(
        finding(candidate, exchanges) for candidate in judged if candidate.status in statuses
    )
