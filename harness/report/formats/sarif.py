"""Render what is wrong with the documents as SARIF 2.1.0; what the API does is no code finding."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from harness.outcome import Attribution, Check, Status
from harness.report.report_data import ReportData
from harness.report.view import JudgedView
from harness.report.wording import one_line

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

# `path:line:column`, of which the numbers may be missing.
_PLACE = re.compile(r"(?P<path>.+?)(?::(?P<line>\d+)(?::(?P<column>\d+))?)?")
_LEVELS = {Status.FAIL: "error", Status.ERROR: "error", Status.WARN: "warning"}
# A waived result is listed as suppressed and not left out.
_SHOWN = (*_LEVELS, Status.WAIVED)


def render(report_data: ReportData) -> str:
    """Return the log of one run; passes are left out, since code scanning would list them as alerts."""
    found = [
        (judged, check)
        for judged in report_data.verdict.judged
        if judged.status in _SHOWN and (check := _of_document(judged)) is not None
    ]
    rules = sorted({check.name for _, check in found})
    driver = {
        "name": "harness",
        "version": report_data.record.run.harness_version,
        "rules": [{"id": name} for name in rules],
    }
    prints = {each.case: each.fingerprint for each in report_data.verdict.findings}
    results = [_result(judged, check, prints) for judged, check in found]
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def write(report_data: ReportData, path: Path) -> None:
    """Write `documents.sarif`."""
    path.write_text(render(report_data), encoding="utf-8", errors="replace")


def _of_document(judged: JudgedView) -> Check | None:
    checks: Sequence[Check] = judged.outcome.checks if judged.outcome else ()
    blamed = (check for check in checks if check.attribution is Attribution.DOCUMENT)
    return next((check for check in blamed if check.status in _LEVELS), None)


def _result(judged: JudgedView, check: Check, prints: dict[str, str]) -> dict[str, object]:
    case = judged.planned.case
    message = f"{case}: expected {check.expected}, got {check.actual}"
    result: dict[str, object] = {
        "ruleId": check.name,
        "level": _LEVELS[check.status],
        "message": {"text": one_line(message, 2_000)},
        "locations": [_location(check.source, check.where)],
    }
    if case in prints:
        # By these code scanning knows a finding again when its line moves.
        result["partialFingerprints"] = {"harness/v1": prints[case]}
    if judged.waiver:
        accepted = {"kind": "external", "status": "accepted", "justification": judged.waiver}
        result["suppressions"] = [accepted]
    return result


def _location(source: str, where: str) -> dict[str, object]:
    # A place is mandatory for code scanning, so that a document without one is named.
    place = _PLACE.fullmatch(source or "openapi.yaml")
    path, line, column = place.group("path", "line", "column") if place else (source, None, None)
    region = {"startLine": int(line or 1), **({"startColumn": int(column)} if column else {})}
    physical = {"artifactLocation": {"uri": quote(path)}, "region": region}
    logical = {"logicalLocations": [{"fullyQualifiedName": where}]} if where else {}
    return {"physicalLocation": physical, **logical}
