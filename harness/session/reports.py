"""Judge a record and write every report from it."""

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.events import Event, RunScanned
from harness.record import Record, RecordWriter
from harness.report import (
    allure_files,
    allure_html,
    console,
    ctrf,
    har,
    html,
    junit,
    leaks,
    sarif,
    summary,
    traceability,
)
from harness.report.dossier import Dossier, dossier
from harness.session.frozen import RECORD, conclude, thaw
from harness.session.run import Ran
from harness.session.staging import staged
from harness.verdict.model import Verdict
from harness.verdict.write import write

RESULTS = "allure-results"
ALLURE_FOLDER = Path(sys.prefix) / "share" / "allure"


@dataclass(frozen=True, slots=True)
class Result:
    """What a command tells: the verdict, its summary, the folder, and what was left out and why."""

    verdict: Verdict
    summary: str
    folder: Path
    left_out: tuple[str, ...] = ()
    error: str = ""
    """Why the run as a whole could not be done, where it could not."""


def write_reports(ran: Ran, *, allure: bool) -> Result:
    """Write all reports of a run; a secret found in any of them is a gate that fails."""
    grounds = thaw(ran.folder)
    verdict = conclude(grounds, leaks=0)
    render(ran.folder, dossier(grounds.record, verdict), verdict)
    left_out = tuple(_write_allure(ran.folder, grounds.record)) if allure else ()
    found = leaks.scan(ran.folder, ran.secrets)
    note(ran.folder, RunScanned(len(found)))
    if found:
        verdict = conclude(grounds, leaks=len(found))
        render(ran.folder, dossier(grounds.record, verdict), verdict)
        left_out = (*left_out, *(f"a secret stands in {each.path}" for each in found[:5]))
    return _result(grounds.record, verdict, ran.folder, left_out)


def render_again(folder: Path, *, allure: bool) -> Result:
    """Write the reports of a folder again from its record; the same bytes as before."""
    grounds = thaw(folder)
    verdict = conclude(grounds)
    render(folder, dossier(grounds.record, verdict), verdict)
    left_out = tuple(_write_allure_html(folder)) if allure else ()
    return _result(grounds.record, verdict, folder, left_out)


def note(folder: Path, event: Event) -> None:
    """Append one more line to the record of a folder."""
    writer = RecordWriter(folder / RECORD)
    writer.write(event)
    writer.close()


def _result(read: Record, verdict: Verdict, folder: Path, left_out: tuple[str, ...]) -> Result:
    error = read.finished.error if read.finished else ""
    return Result(verdict, console.render(dossier(read, verdict)), folder, left_out, error)


def render(folder: Path, made: Dossier, verdict: Verdict) -> None:
    """Write all files of ours, or none: until each is complete those of before stay."""
    with staged(folder) as place:
        write(verdict, place / "verdict.json")
        junit.write(made, place / "junit.xml")
        ctrf.write(made, place / "ctrf.json")
        sarif.write(made, place / "documents.sarif")
        har.write(made.record, place / "evidence.har")
        summary.write(made, place / "summary.md")
        traceability.write(made.verdict, place / "traceability.csv")
        html.write(made, place / "report.html")


def _write_allure(folder: Path, read: Record) -> Sequence[str]:
    """Complete the Allure results and render them; return why there is no HTML, where there is none."""
    attached = (folder / "verdict.json", folder / "evidence.har")
    error = read.finished.error if read.finished else ""
    allure_files.write(
        folder / RESULTS, read.run, attachments=attached, errors=(error,) if error else ()
    )
    return _write_allure_html(folder)


def _write_allure_html(folder: Path) -> Sequence[str]:
    node = shutil.which("node")
    generator = allure_html.find(ALLURE_FOLDER, Path(node or "node"))
    if isinstance(generator, str):
        return (f"allure-report: {generator}; `make run` sets it up where it can",)
    reason = allure_html.render(generator, folder / RESULTS, folder / "allure-report")
    return (f"allure-report: {reason}",) if reason else ()
