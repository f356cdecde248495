"""Render the cases as JUnit XML, which every CI server reads."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from harness.outcome import Status
from harness.report.messages import printable
from harness.report.report_data import ReportData
from harness.report.view import FindingView, JudgedView

# JUnit has three words: a failure is the API's, an error is not, the rest was skipped.
_COUNTED = {
    Status.FAIL: "failures",
    Status.ERROR: "errors",
    Status.SKIP: "skipped",
    Status.OMIT: "skipped",
    Status.WAIVED: "skipped",
    Status.REVIEW: "skipped",
    Status.NOT_RUN: "skipped",
}


def render(report_data: ReportData) -> bytes:
    """Return the document: one suite an API, one case a case id, in the order of the plan."""
    verdict = report_data.verdict
    findings = {
        each.case: each for each in (*verdict.findings, *verdict.unverified, *verdict.observations)
    }
    ends = {use.id: use.expires for use in verdict.waivers}
    root = ET.Element("testsuites", {"name": "harness", **_totals(verdict.judged)})
    # Seconds with three digits, which every reader of JUnit takes.
    root.set("time", f"{verdict.duration_seconds:.3f}")
    for api, cases in _by_api(verdict.judged).items():
        suite = ET.SubElement(root, "testsuite", {"name": _text(api), **_totals(cases)})
        suite.set("time", f"{sum(_seconds(each) for each in cases):.3f}")
        suite.set("timestamp", report_data.record.run.started)
        _suite_properties(suite, report_data)
        for judged in cases:
            case = _case(suite, judged, findings.get(judged.planned.case), ends)
            printed = report_data.printed.get(judged.planned.case)
            if printed and judged.status is not Status.PASS:
                _add_output(case, f"The client printed:\n{printed}")
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def write(report_data: ReportData, path: Path) -> None:
    """Write `junit.xml`."""
    path.write_bytes(render(report_data))


def _by_api(judged: Sequence[JudgedView]) -> Mapping[str, list[JudgedView]]:
    found: dict[str, list[JudgedView]] = {}
    for each in judged:
        found.setdefault(each.planned.api, []).append(each)
    return found


def _totals(judged: Sequence[JudgedView]) -> dict[str, str]:
    counts = {"tests": len(judged), "failures": 0, "errors": 0, "skipped": 0}
    for each in judged:
        if each.status in _COUNTED:
            counts[_COUNTED[each.status]] += 1
    return {name: str(count) for name, count in counts.items()}


def _suite_properties(suite: ET.Element, report_data: ReportData) -> None:
    run, verdict = report_data.record.run, report_data.verdict
    _properties(
        suite,
        (
            ("verdict", verdict.conclusion),
            ("reason", verdict.reason),
            ("scope", verdict.scope.sentence),
            ("environment", run.environment),
            ("base_url", run.base_url),
            ("profile", verdict.profile),
            ("seed", str(run.seed)),
        ),
    )


def _case(
    suite: ET.Element, judged: JudgedView, finding: FindingView | None, ends: Mapping[str, str]
) -> ET.Element:
    plan = judged.planned
    element = ET.SubElement(
        suite,
        "testcase",
        # Readers group by class name, so that cases of one endpoint stand together.
        classname=_text(f"{plan.api}.{plan.group}"),
        name=_text(plan.case),
        time=f"{_seconds(judged):.3f}",
    )
    operation = finding.operation if finding else ""
    _properties(
        element,
        (
            ("title", plan.title),
            *(("requirement", name) for name in plan.requirements),
            ("conformance", str(judged.strength)),
            *((("operation", operation),) if operation else ()),
            *((("level", "warn"),) if judged.status is Status.WARN else ()),
        ),
    )
    _result(element, judged, finding, ends)
    return element


def _result(
    element: ET.Element, judged: JudgedView, finding: FindingView | None, ends: Mapping[str, str]
) -> None:
    message = judged.outcome.message if judged.outcome else "no result in the record"
    match judged.status:
        case Status.PASS:
            return
        case Status.WARN:
            # The case passes, and what was observed stands in its output.
            _add_output(element, _story(finding))
        case Status.FAIL | Status.ERROR:
            name = "failure" if judged.status is Status.FAIL else "error"
            bad = ET.SubElement(element, name, message=_text(_headline(finding, message)))
            bad.set("type", _text(finding.check if finding and finding.check else name))
            bad.text = _text(_story(finding))
        case Status.WAIVED:
            # Skipped: nothing else between passed and failed leaves a build whole.
            until = f"waived {judged.waiver} until {ends.get(judged.waiver, '')}".rstrip()
            ET.SubElement(element, "skipped", message=_text(until))
        case Status.SKIP | Status.OMIT | Status.REVIEW | Status.NOT_RUN:
            reason = f"{judged.status.replace('_', ' ')}: {message}"
            ET.SubElement(element, "skipped", message=_text(reason))


def _add_output(case: ET.Element, words: str) -> None:
    """Add to what a case has as its output; it has one such element at most."""
    output = case.find("system-out")
    if output is None:
        output = ET.SubElement(case, "system-out")
    output.text = _text("\n".join(filter(None, (output.text, words))))


def _headline(finding: FindingView | None, message: str) -> str:
    if finding is None or not finding.check:
        return message
    return f"{finding.check}: expected {finding.expected}, got {finding.actual}"


def _story(finding: FindingView | None) -> str:
    if finding is None:
        return ""
    lines = (
        finding.message,
        f"check: {finding.check}" if finding.check else "",
        f"where: {finding.where}" if finding.where else "",
        f"expected: {finding.expected}",
        f"actual: {finding.actual}",
        f"rule: {finding.source}" if finding.source else "",
        f"attribution: {finding.attribution}",
        finding.curl,
    )
    return "\n".join(line for line in lines if line)


def _properties(parent: ET.Element, pairs: Sequence[tuple[str, str]]) -> None:
    element = ET.SubElement(parent, "properties")
    for name, value in pairs:
        ET.SubElement(element, "property", name=name, value=_text(value))


def _seconds(judged: JudgedView) -> float:
    return judged.outcome.duration_seconds if judged.outcome else 0.0


def _text(value: str) -> str:
    # XML 1.0 knows neither control characters nor halves of a surrogate pair, escaped or not.
    clean = printable(value).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    return clean.encode("utf-8", "replace").decode("utf-8")
