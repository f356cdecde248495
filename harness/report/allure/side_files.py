"""Write the files that stand beside Allure's results: environment, executor, latency, evidence."""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from harness.events import RunStarted
from harness.report.report_data import ReportData
from harness.report.times import milliseconds
from harness.report.view import VerdictView
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


def side_files(report_data: ReportData) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each."""
    run = report_data.record.run
    properties = environment(run) + _properties(counts(report_data.verdict))
    yield "environment.properties", properties.encode("latin-1")
    yield "executor.json", _json(executor(run))
    yield "performance.json", _json(performance(report_data))


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
        "type": job.system.lower().split()[0],
        "buildName": f"{job.name} #{job.number}",
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
        body, name = gzip.compress(body, mtime=0), f"{name}.gz"
    suffix = Path(name).suffix
    source = f"{path.stem}-attachment{suffix}"
    (folder / source).write_bytes(body)
    kind = _TYPES.get(suffix, "text/plain")
    return {"name": name, "source": source, "type": kind, "timestamp": timestamp}


def _property(value: str) -> str:
    line = one_line(value, 500).replace("\\", "\\\\")
    return line.encode("ascii", "backslashreplace").decode("ascii")


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()
