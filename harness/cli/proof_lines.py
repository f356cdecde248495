"""What `harness prove` prints: a line for each result, and the end."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from harness.cli.console import say
from harness.errors import NothingSelected, TargetError
from harness.report.proof import Detection, NotDone, Proof, ProofReport, ToleranceResult
from harness.session.prove.tasks import TaskResult

_LISTED = 20


def progress_of(results: Iterator[TaskResult], total: int, *, seeds: int) -> Iterator[TaskResult]:
    """Pass results on, each with a line of progress."""
    for number, result in enumerate(results, start=1):
        seed = f" seed {result.seed}" if seeds > 1 else ""
        say(f"  [{number:>{len(str(total))}}/{total}]{seed} {_line(result)}")
        yield result


def _line(result: TaskResult) -> str:
    match result:
        case Proof():
            return _proof_line(result)
        case ToleranceResult():
            return tolerance_line(result)
        case NotDone():
            return f"{result.name:<40} NOT TRIED: {result.reason}"


def _proof_line(proof: Proof) -> str:
    if proof.detection is Detection.ESCAPED:
        tried = f"{len(proof.tried)} cases, {proof.requests} requests"
        return f"{proof.fault:<40} ESCAPED ({proof.breaks}), {tried}"
    if proof.detection is Detection.UNOBSERVABLE:
        return f"{proof.fault:<40} not observable: {proof.unobservable}"
    caught = proof.caught_by
    more = f" and {len(caught) - 1} more" if len(caught) > 1 else ""
    word = "caught" if proof.detection is Detection.FAILED else proof.detection.value
    return f"{proof.fault:<40} {word} by {caught[0]}{more}"


def tolerance_line(tolerance: ToleranceResult) -> str:
    """Return the line of a tolerated behaviour."""
    if not tolerance.alarms:
        return f"{tolerance.id:<40} tolerated, {tolerance.cases} cases"
    return f"{tolerance.id:<40} FALSE ALARM: {len(tolerance.alarms)} of {tolerance.cases} cases"


def conclude_proof(report: ProofReport, folder: Path) -> NoReturn:
    """Print what a proof came to, and leave by it."""
    say(f"proof     {folder / 'proof.html'}")
    for beyond in report.out_of_scope[:_LISTED]:
        say(f"out of scope {beyond.fault} ({beyond.breaks}): no selected case could see it")
    if len(report.out_of_scope) > _LISTED:
        say(f"out of scope {len(report.out_of_scope) - _LISTED} more: see proof.json")
    for each in report.not_done[:_LISTED]:
        say(f"not tried {each}")
    for proof in report.escaped[:_LISTED]:
        say(f"escaped   {proof.fault} ({proof.breaks}, seed {proof.seed}): {proof.sentence}")
    for tolerance in report.alarming[:_LISTED]:
        alarm = tolerance.alarms[0]
        say(f"alarm     {tolerance.id} (seed {tolerance.seed}): {alarm.case}: {alarm.message}")
    counts = report.counts
    # Only the mock as it is was looked at.
    if not report.proofs and not report.tolerances[1:] and not report.not_done:
        say(_nothing(report))
        sys.exit(NothingSelected.exit_code)
    scope = f" Cases: {report.selection}." if report.selection else ""
    shard = f"Shard {report.part.shard}: " if report.part else ""
    say(
        f"{shard}{report.sentence}{scope} {counts[Detection.OBSERVED]} by observation only, "
        f"{counts[Detection.INCONCLUSIVE]} as inconclusive; "
        f"{len(report.alarming)} of {len(report.tolerances)} tolerated behaviours raise an alarm."
    )
    sys.exit(_exit_code(report))


def _exit_code(report: ProofReport) -> int:
    """Return 1 where a fault escaped; what was not tried may have escaped, and nobody knows."""
    if report.escaped or report.alarming:
        return 1
    return TargetError.exit_code if report.not_done else 0


def _nothing(report: ProofReport) -> str:
    if report.part and report.part.plan:
        return f"Nothing was proved: shard {report.part.shard} has nothing to try."
    return "Nothing was proved: every fault is out of scope of the selected cases."
