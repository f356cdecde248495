"""Render the cases as CTRF 1.0, which many CI reporters read."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from harness.outcome import Status
from harness.report.dossier import Dossier
from harness.report.messages import printable
from harness.report.view import FindingView, JudgedView
from harness.report.wording import one_line

SPEC_VERSION = "1.0.0"

_STATUS = {
    Status.PASS: "passed",
    Status.WARN: "passed",
    Status.FAIL: "failed",
    Status.ERROR: "failed",
    Status.WAIVED: "other",
    Status.SKIP: "skipped",
    Status.OMIT: "skipped",
    Status.REVIEW: "pending",
    Status.NOT_RUN: "pending",
}


def render(dossier: Dossier) -> str:
    """Return the document; the same record gives the same bytes."""
    record, verdict = dossier.record, dossier.verdict
    ended = record.finished.finished if record.finished else record.run.started
    findings = {
        each.case: each for each in (*verdict.findings, *verdict.unverified, *verdict.observations)
    }
    document = {
        "reportFormat": "CTRF",
        "specVersion": SPEC_VERSION,
        "reportId": str(uuid5(NAMESPACE_URL, f"harness:run:{record.run.run_id}")),
        "timestamp": ended,
        "generatedBy": "harness",
        "results": {
            "tool": {"name": "harness", "version": record.run.harness_version},
            "summary": _summary(dossier, ended),
            "tests": [_test(each, findings.get(each.planned.case)) for each in verdict.judged],
            "environment": _environment(dossier),
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def write(dossier: Dossier, path: Path) -> None:
    """Write `ctrf.json`."""
    path.write_text(render(dossier), encoding="utf-8", errors="replace")


def _summary(dossier: Dossier, ended: str) -> dict[str, object]:
    verdict = dossier.verdict
    statuses = [_STATUS[each.status] for each in verdict.judged]
    names = ("passed", "failed", "skipped", "pending", "other")
    return {
        "tests": len(statuses),
        **{name: statuses.count(name) for name in names},
        "suites": len({(each.planned.api, each.planned.group) for each in verdict.judged}),
        "start": _milliseconds(dossier.record.run.started),
        "stop": _milliseconds(ended),
        "duration": round(verdict.duration_seconds * 1000),
        "extra": {
            "verdict": str(verdict.conclusion),
            "scope": verdict.scope.sentence,
            "exitCode": verdict.exit_code,
        },
    }


def _environment(dossier: Dossier) -> dict[str, object]:
    run, verdict = dossier.record.run, dossier.verdict
    extra = {"baseUrl": run.base_url, "profile": run.profile, "seed": run.seed}
    return {
        "reportName": f"harness {run.run_id}",
        "appName": ", ".join(run.apis),
        "testEnvironment": run.environment,
        "healthy": verdict.exit_code == 0,
        "extra": extra,
    }


def _test(judged: JudgedView, finding: FindingView | None) -> dict[str, object]:
    plan, outcome = judged.planned, judged.outcome
    test: dict[str, object] = {
        "id": str(uuid5(NAMESPACE_URL, f"harness:case:{plan.case}")),
        "name": plan.case,
        "status": _STATUS[judged.status],
        "rawStatus": str(judged.status),
        "duration": round(outcome.duration_seconds * 1000) if outcome else 0,
        "suite": [plan.api, plan.group],
        "type": plan.kind,
        "labels": _labels(judged),
    }
    message = _message(judged, finding)
    trace = {"trace": printable(finding.curl)} if finding and finding.curl else {}
    return test | ({"message": message} if message else {}) | trace


def _labels(judged: JudgedView) -> Mapping[str, object]:
    requirements = list(judged.planned.requirements)
    return {
        "title": judged.planned.title,
        "conformance": str(judged.strength),
        **({"requirement": requirements} if requirements else {}),
        **({"waiver": judged.waiver} if judged.waiver else {}),
    }


def _message(judged: JudgedView, finding: FindingView | None) -> str:
    if finding and finding.check:
        told = f"{finding.check}: expected {finding.expected}, got {finding.actual}"
        return one_line(told, 2_000)
    if judged.status is Status.PASS:
        return ""
    return one_line(judged.outcome.message if judged.outcome else "no result in the record", 2_000)


def _milliseconds(stamp: str) -> int:
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return 0
    return round(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() * 1000)
