"""Render the cases as CTRF 1.0, which many CI reporters read."""

import json
from collections.abc import Mapping
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from harness.outcome import Status
from harness.report.messages import printable
from harness.report.report_data import ReportData, milliseconds
from harness.report.view import FindingView, JudgedView
from harness.report.wording import one_line

SPEC_VERSION = "1.0.0"

# CTRF knows five statuses; `rawStatus` keeps the one that we have.
_STATUS = {
    Status.PASS: "passed",
    # Observed is passed here: a recommendation fails no build.
    Status.WARN: "passed",
    Status.FAIL: "failed",
    Status.ERROR: "failed",
    Status.WAIVED: "other",
    Status.SKIP: "skipped",
    Status.OMIT: "skipped",
    Status.REVIEW: "pending",
    Status.NOT_RUN: "pending",
}


def render(report_data: ReportData) -> str:
    """Return the document; the same record gives the same bytes."""
    record, verdict = report_data.record, report_data.verdict
    # A run that was cut off has no end; its beginning keeps the document valid.
    ended = record.finished.finished if record.finished else record.run.started
    findings = {
        each.case: each for each in (*verdict.findings, *verdict.unverified, *verdict.observations)
    }
    document = {
        "reportFormat": "CTRF",
        "specVersion": SPEC_VERSION,
        # Derived from the run, so that the same record gives the same bytes.
        "reportId": str(uuid5(NAMESPACE_URL, f"harness:run:{record.run.run_id}")),
        "timestamp": ended,
        "generatedBy": "harness",
        "results": {
            "tool": {"name": "harness", "version": record.run.harness_version},
            "summary": _summary(report_data, ended),
            "tests": [_test(each, findings.get(each.planned.case)) for each in verdict.judged],
            "environment": _environment(report_data),
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def write(report_data: ReportData, path: Path) -> None:
    """Write `ctrf.json`."""
    path.write_text(render(report_data), encoding="utf-8", errors="replace")


def _summary(report_data: ReportData, ended: str) -> dict[str, object]:
    verdict = report_data.verdict
    statuses = [_STATUS[each.status] for each in verdict.judged]
    names = ("passed", "failed", "skipped", "pending", "other")
    return {
        "tests": len(statuses),
        **{name: statuses.count(name) for name in names},
        "suites": len({(each.planned.api, each.planned.group) for each in verdict.judged}),
        "start": milliseconds(report_data.record.run.started),
        "stop": milliseconds(ended),
        "duration": round(verdict.duration_seconds * 1000),
        "extra": {
            "verdict": str(verdict.conclusion),
            "scope": verdict.scope.sentence,
            "exitCode": verdict.exit_code,
        },
    }


def _environment(report_data: ReportData) -> dict[str, object]:
    run, verdict = report_data.record.run, report_data.verdict
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
        # Derived from the case, so that readers follow it from run to run.
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
        message = f"{finding.check}: expected {finding.expected}, got {finding.actual}"
        return one_line(message, 2_000)
    if judged.status is Status.PASS:
        return ""
    return one_line(judged.outcome.message if judged.outcome else "no result in the record", 2_000)
