"""Write a verdict as `verdict.json`, version 1."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.outcome import Status
from harness.verdict.model import Cause, ConstraintUse, Coverage, Finding, Gate, Verdict, WaiverUse

# The ends of the names of gates whose figures are shares.
_RATES = ("_rate", "coverage_min")
_SENTENCES: Mapping[str, str] = {
    "shall_failures": "At most {limit} cases may break what a SHALL requirement promises; {actual} did.",
    "errors": "At most {limit} cases may end in an error; {actual} did.",
    "unverified_cases": "At most {limit} cases may be left unverified; {actual} were.",
    "planned_equals_executed": "All {limit} planned cases must be executed; {actual} were.",
    "run_complete": "The run must come to its end; it {ended}.",
    "exchanges_min": "At least {limit} request must be sent; {actual} were.",
    "should_pass_rate": "At least {limit} of the recommendations tried must be kept; {actual} were.",
    "requirement_coverage_min": (
        "At least {limit} of the SHALL requirements that could be tested must have a result; "
        "{actual} have one."
    ),
    "operation_coverage_min": "At least {limit} of the operations must be reached; {actual} were.",
    "keyword_coverage_min": (
        "At least {limit} of the constraints on requests must be exercised from both sides; "
        "{actual} were."
    ),
    "new_failures_vs_baseline": "At most {limit} failures may be new since the baseline; {actual} are.",
    "removed_cases_vs_baseline": "At most {limit} cases may be gone since the baseline; {actual} are.",
    "max_waivers": "At most {limit} waivers may be in use; {actual} are.",
    "stale_waivers": "At most {limit} waivers may cover nothing; {actual} do.",
    "leak_scan": "At most {limit} secrets may stand in the files that were written; {actual} do.",
}
_NOT_SET: Mapping[str, str] = {
    "should_pass_rate": "Not set: no share of the recommendations is asked for; {actual} were kept.",
    "requirement_coverage_min": (
        "Not set: no share of the SHALL requirements is asked for; {actual} have a result."
    ),
    "operation_coverage_min": "Not set: no share of the operations is asked for; {actual} were reached.",
    "keyword_coverage_min": (
        "Not set: no share of the constraints is asked for; {actual} were exercised from both sides."
    ),
    "new_failures_vs_baseline": "Not set: no baseline was given to find new failures.",
    "removed_cases_vs_baseline": "Not set: no baseline was given to find cases that are gone.",
}


def sentence(gate: Gate) -> str:
    """Return what a gate demands and what was seen, with the note on it."""
    known = _SENTENCES if gate.is_set else _NOT_SET
    # A gate of a later version has no sentence here and is still described.
    words = known.get(gate.name, "The limit of {name} is {limit}; {actual} was seen.").format(
        name=gate.name,
        limit=_figure(gate.name, gate.limit),
        actual=_figure(gate.name, gate.actual),
        ended="did" if gate.passed else "did not",
    )
    return f"{words[:-1]} ({gate.note})." if gate.note else words


def _figure(name: str, value: float) -> str:
    return f"{value * 100:.4g} %" if name.endswith(_RATES) else f"{value:,.10g}"


VERSION = 1


def to_json(verdict: Verdict) -> dict[str, object]:
    """Return the document that other tools read; its keys are a promise, more may join them."""
    return {
        "version": VERSION,
        "verdict": str(verdict.conclusion),
        "exit_code": verdict.exit_code,
        "reason": verdict.reason,
        "run_id": verdict.run_id,
        "harness_version": verdict.harness_version,
        "environment": verdict.environment,
        "base_url": verdict.base_url,
        "profile": verdict.profile,
        "seed": verdict.seed,
        "scope": {**verdict.scope.to_json(), "sentence": verdict.scope.sentence},
        "started": verdict.started,
        # Milliseconds are enough, and a float would show digits that mean nothing.
        "duration_seconds": round(verdict.duration_seconds, 3),
        "requests": verdict.requests,
        "cases": _cases(verdict),
        "requirements": _requirements(verdict),
        "operations": {
            "total": verdict.operations_total,
            "reached": verdict.operations_reached,
            "statuses": {
                "documented": len(verdict.answers),
                "reached": sum(answer.is_reached for answer in verdict.answers),
            },
        },
        "constraints": _constraints(verdict.constraints),
        "gates": [_gate(gate) for gate in verdict.gates],
        "causes": [cause_to_json(cause) for cause in verdict.causes],
        "findings": [_finding(finding) for finding in verdict.findings],
        "unverified": [_brief(finding) for finding in verdict.unverified],
        "observations": [_brief(observation) for observation in verdict.observations],
        "waivers": [_waiver(waiver) for waiver in verdict.waivers],
    }


def render(verdict: Verdict) -> str:
    """Return the document as text."""
    return json.dumps(to_json(verdict), ensure_ascii=False, indent=2) + "\n"


def write(verdict: Verdict, path: Path) -> None:
    """Write the document whole or not at all: a reader never sees half of it."""
    beside = path.with_name(f"{path.name}.tmp")
    with beside.open("w", encoding="utf-8") as stream:
        stream.write(render(verdict))
        stream.flush()
        # Before the rename, or a crash could leave an empty file under the right name.
        os.fsync(stream.fileno())
    beside.replace(path)


def _cases(verdict: Verdict) -> dict[str, int]:
    counts = {"planned": verdict.cases.planned, "executed": verdict.cases.executed}
    # Every status is there, also those that no case came to: readers need not guess.
    return counts | {str(status): verdict.cases.of(status) for status in Status}


def _requirements(verdict: Verdict) -> dict[str, int]:
    counts = {str(coverage): verdict.requirements(coverage) for coverage in Coverage}
    waived = sum(1 for traced in verdict.traced if traced.waived)
    return {"total": len(verdict.traced), **counts, "waived": waived}


def _constraints(uses: Sequence[ConstraintUse]) -> dict[str, object]:
    """Return how many constraints were exercised from both sides, and the others by operation."""
    by_operation: dict[str, list[ConstraintUse]] = {}
    for use in uses:
        by_operation.setdefault(use.operation, []).append(use)
    return {
        "total": len(uses),
        "exercised": sum(use.is_exercised for use in uses),
        "operations": [
            {
                "operation": operation,
                "total": len(found),
                "exercised": sum(use.is_exercised for use in found),
                "missing": [
                    {"pointer": use.pointer, "seen": use.seen or "nothing"}
                    for use in found
                    if not use.is_exercised
                ],
            }
            for operation, found in by_operation.items()
        ],
    }


def _gate(gate: Gate) -> dict[str, object]:
    note = {"note": gate.note} if gate.note else {}
    limits = {"limit": gate.limit, "actual": gate.actual, "passed": gate.passed}
    return {"name": gate.name, **limits, "state": gate.state, "sentence": sentence(gate), **note}


def cause_to_json(cause: Cause) -> dict[str, object]:
    """Return a cause as it stands in `verdict.json`."""
    return {
        "id": cause.id,
        "status": str(cause.status),
        "operation": cause.operation,
        "check": cause.check,
        "expected": cause.expected,
        "actual": cause.actual,
        "attribution": str(cause.attribution),
        "requirements": list(cause.requirements),
        "cases": cause.reach,
        "failed": cause.failed,
        "case": cause.finding.case,
        "operations": list(cause.operations),
        "because": cause.because,
        "explains": cause.explains,
        "sentence": cause.finding.sentence,
        "reproduce": cause.reproduce,
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "case": finding.case,
        "requirements": list(finding.requirements),
        "check": finding.check,
        "operation": finding.operation,
        "expected": finding.expected,
        "actual": finding.actual,
        "attribution": str(finding.attribution),
        "fingerprint": finding.fingerprint,
        "curl": finding.curl,
        "exchange": finding.exchange,
        "cause": finding.cause,
    }


def _brief(finding: Finding) -> dict[str, object]:
    return {
        "case": finding.case,
        "status": str(finding.status),
        "requirements": list(finding.requirements),
        "check": finding.check,
        "expected": finding.expected,
        "actual": finding.actual,
        "message": finding.message,
        "cause": finding.cause,
        "attribution": str(finding.attribution),
    }


def _waiver(use: WaiverUse) -> dict[str, object]:
    return {
        "id": use.id,
        "state": use.state,
        "requirement": use.requirement,
        # A waiver that names no cause has no such member.
        **({"cause": use.cause} if use.cause else {}),
        "reason": use.reason,
        "owner": use.owner,
        "approved_by": use.approved_by,
        "issue": use.issue,
        "created": use.created,
        "expires": use.expires,
        "cases": list(use.cases),
        "warning": use.warning,
    }
