"""Render Allure's results from a record: every case, and what stands beside the cases."""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from harness.events import RunStarted
from harness.outcome import Outcome, Status
from harness.report.allure.case import AllureCase, Attachment, CaseView, Details, Link, Step, show
from harness.report.report_data import ReportData, milliseconds
from harness.report.view import JudgedView, VerdictView
from harness.report.wording import LABELS, one_line

_MAX_PLAIN_BYTES = 2_000_000
"""A single-file report carries its attachments in base64; a larger one is packed first."""
_TYPES = {
    ".json": "application/json",
    ".har": "application/json",
    ".csv": "text/csv",
    ".html": "text/html",
    ".gz": "application/gzip",
}


MAX_EVIDENCE = 5
"""Cases of a cause whose exchange is attached."""
MAX_CAUSE = 110


def write(report_data: ReportData, folder: Path, attachments: Iterable[Path] = ()) -> None:
    """Fill an empty folder; the same record and attachments give the same bytes."""

    def attach(body: bytes) -> str:
        # Named by its content: the same record gives the same files, equal messages one file.
        name = f"{sha256(body).hexdigest()[:32]}-attachment.txt"
        if not (folder / name).exists():
            (folder / name).write_bytes(body)
        return name

    for case in _views(report_data):
        shown = show(case, attach)
        name = f"{_uuid(report_data, shown.name)}-result.json"
        (folder / name).write_text(_json(result(shown, _uuid(report_data, shown.name))), "utf-8")
    for name, content in side_files(report_data):
        (folder / name).write_bytes(content)
    listed = [kept(folder, path, _ended(report_data)) for path in attachments]
    globals_ = {
        "attachments": listed,
        "errors": errors(report_data, _ended(report_data)),
    }
    (folder / f"{_uuid(report_data, '')}-globals.json").write_text(_json(globals_), "utf-8")


def result(shown: AllureCase, uuid: str) -> Mapping[str, object]:
    """Return a case as the object of its result file."""
    return {
        "uuid": uuid,
        "historyId": shown.identity,
        "testCaseId": shown.identity,
        "fullName": shown.name,
        "name": shown.name,
        "titlePath": shown.path,
        "status": shown.status,
        "statusDetails": _details(shown.details),
        "stage": "finished",
        "description": shown.description,
        "start": shown.start,
        "stop": shown.stop,
        "labels": [{"name": each.name, "value": each.value} for each in shown.labels],
        "links": [{"name": each.name, "url": each.url, "type": each.type} for each in shown.links],
        # Equal parameters of two cases would make one the retry of the other.
        "parameters": [{"name": "case", "value": shown.name}],
        "steps": [_step(each) for each in shown.steps],
        **({"attachments": _attachments(shown.attachments)} if shown.attachments else {}),
    }


def _step(step: Step) -> Mapping[str, object]:
    return {
        "name": step.name,
        "status": step.status,
        "statusDetails": _details(step.details),
        "stage": "finished",
        "start": step.start,
        "stop": step.stop,
        "attachments": _attachments(step.attachments),
    }


def _attachments(attached: Iterable[Attachment]) -> list[Mapping[str, str]]:
    return [{"name": each.name, "source": each.source, "type": each.type} for each in attached]


def _details(details: Details | None) -> Mapping[str, object]:
    if details is None:
        return {}
    status_details: dict[str, object] = {"message": details.message}
    if details.expected or details.actual:
        status_details.update(expected=details.expected, actual=details.actual)
    return {**status_details, "known": True} if details.known else status_details


def _views(report_data: ReportData) -> Iterator[CaseView]:
    issues = {use.id: use.issue for use in report_data.verdict.waivers}
    statements = {
        each.requirement.id: each.requirement.statement for each in report_data.verdict.traced
    }
    named, shown = _causes(report_data.verdict)
    for judged in report_data.verdict.judged:
        case = judged.planned.case
        yield CaseView(
            planned=replace(judged.planned, strength=str(judged.strength)),
            outcome=judged.outcome or _not_run(judged, report_data),
            exchanges=report_data.of(judged.planned.case),
            environment=report_data.record.run.environment,
            status=judged.status,
            waiver=judged.waiver,
            statements=tuple(
                (name, statements[name])
                for name in judged.planned.requirements
                if name in statements
            ),
            links=links_of(judged.waiver, issues.get(judged.waiver, "")),
            cause=named.get(case, ""),
            has_evidence=case not in named or case in shown,
            printed=report_data.printed.get(case, ""),
            begun=report_data.record.run.started,
        )


def _causes(verdict: VerdictView) -> tuple[Mapping[str, str], frozenset[str]]:
    """Return the causes in words by their cases, and the cases that carry the evidence of each."""
    # Numbers of one width, for Allure sorts groups as texts.
    width = len(str(len(verdict.causes)))
    named = {
        case: one_line(f"{number:0{width}} {each.finding.sentence}", MAX_CAUSE)
        for number, each in enumerate(verdict.causes, start=1)
        for case in each.cases
    }
    first = (case for each in verdict.causes for case in each.cases[:MAX_EVIDENCE])
    # The finding that stands for a cause may not be among its first cases.
    return named, frozenset(first) | {each.finding.case for each in verdict.causes}


def links_of(waiver: str, issue: str) -> tuple[Link, ...]:
    """Return the link to a waiver's issue, where that is an address."""
    is_address = issue.startswith(("http://", "https://"))  # Allure shows no other
    return (Link(f"{waiver}: {one_line(issue)}", issue, "issue"),) if is_address else ()


def _not_run(judged: JudgedView, report_data: ReportData) -> Outcome:
    case, begun = judged.planned.case, report_data.record.run.started
    return Outcome(case, Status.NOT_RUN, message="planned and not run", started=begun)


def _ended(report_data: ReportData) -> int:
    finished = report_data.record.finished
    return milliseconds(finished.finished if finished else report_data.record.run.started)


def _uuid(report_data: ReportData, case: str) -> str:
    # Derived from run and case, so that rendering again gives the same names.
    return str(uuid5(NAMESPACE_URL, f"{report_data.record.run.run_id}/{case}"))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def side_files(report_data: ReportData) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each."""
    run = report_data.record.run
    properties = environment(run) + _properties(counts(report_data.verdict))
    yield "environment.properties", properties.encode("latin-1")
    yield "executor.json", _json_bytes(executor(run))
    yield "performance.json", _json_bytes(performance(report_data))


def environment(run: RunStarted) -> str:
    """Return what identifies the run, as Java properties."""
    return _properties(identity(run))


def counts(verdict: VerdictView) -> Mapping[str, str]:
    """Return what Allure's own figures do not tell apart, and the gates, which are none of its own."""
    cases = [(label, verdict.cases.of(status)) for status, label in LABELS.items()]
    missed = [gate.name for gate in verdict.gates if not gate.passed]
    met = sum(gate.state == "met" for gate in verdict.gates)
    return {
        "Verdict": str(verdict.conclusion),
        "Cases": ", ".join(f"{count:,} {label}" for label, count in cases if count) or "none",
        "Causes": f"{sum(not each.because for each in verdict.causes):,}",
        "Gates": f"{met} met" + (f"; not met: {', '.join(missed)}" if missed else ""),
    }


def _properties(values: Mapping[str, str]) -> str:
    return "".join(f"{name} = {_property(value)}\n" for name, value in values.items())


def identity(run: RunStarted) -> Mapping[str, str]:
    """Return what identifies the run, by the names that Allure shows."""
    return {
        "Environment": run.environment,
        "Target": run.base_url,
        "Profile": run.profile,
        "Seed": str(run.seed),
        "Harness": run.harness_version,
        "Run": run.run_id,
        # Nobody may take a run with injected faults for one of a sound target.
        **({"Faults": ", ".join(run.faults)} if run.faults else {}),
        **({"Selection": run.selection} if run.selection else {}),
        **{f"Document.{each.api}": each.sha256[:12] for each in run.documents},
        **{f"Requirements.{each.name}": each.sha256[:12] for each in run.sets},
    }


def executor(run: RunStarted) -> Mapping[str, object]:
    """Return what Allure shows as the origin of the results: the CI job, else this program."""
    named = {"reportName": f"{run.environment}: {run.base_url}"}
    job = run.job
    if job is None:
        fields = {"name": f"harness {run.harness_version}", "type": "harness"}
        return {**fields, "buildName": run.run_id, **named}
    return {
        "name": job.system,
        # Allure knows systems by one word in small letters.
        "type": job.system.lower().split()[0],
        "buildName": f"{job.name} #{job.number}",
        # Only a number orders builds; of any other name nothing is known.
        "buildOrder": int(job.number) if job.number.isdigit() else 0,
        "buildUrl": job.url,
        **named,
    }


def performance(report_data: ReportData) -> Sequence[Mapping[str, object]]:
    """Return the median and the 95th percentile of every operation that answered, in milliseconds."""
    begun = milliseconds(report_data.record.run.started)
    return [
        {"id": key, "key": key, "value": round(seconds * 1000, 3), "start": begun, "stop": begun}
        for use in report_data.verdict.operations
        if use.answered
        for key, seconds in (
            (f"{use.operation} p50 ms", use.p50),
            (f"{use.operation} p95 ms", use.p95),
        )
    ]


def errors(report_data: ReportData, timestamp: int) -> Sequence[Mapping[str, object]]:
    """Return why the run as a whole could not be done, where it could not."""
    finished = report_data.record.finished
    messages = (finished.error,) if finished and finished.error else ()
    return [{"message": one_line(each, 2_000), "timestamp": timestamp} for each in messages]


def kept(folder: Path, path: Path, timestamp: int) -> Mapping[str, object]:
    """Copy a file of the run into the results and return how it is named there."""
    body, name = path.read_bytes(), path.name
    if len(body) > _MAX_PLAIN_BYTES:
        # Without a time, so that equal files give equal bytes.
        body, name = gzip.compress(body, mtime=0), f"{name}.gz"
    suffix = Path(name).suffix
    source = f"{path.stem}-attachment{suffix}"
    (folder / source).write_bytes(body)
    kind = _TYPES.get(suffix, "text/plain")
    return {"name": name, "source": source, "type": kind, "timestamp": timestamp}


def _property(value: str) -> str:
    line = one_line(value, 500).replace("\\", "\\\\")
    # Java reads properties as Latin-1 and anything else as escapes.
    return line.encode("ascii", "backslashreplace").decode("ascii")


def _json_bytes(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()
