"""Judge a record and write every report from it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from harness.events import Event, RunScanned
from harness.record import Record, RecordWriter
from harness.report import leaks
from harness.report.allure import results as allure_results
from harness.report.formats import console, ctrf, har, junit, sarif, summary, traceability
from harness.report.html import report_page as html
from harness.report.report_data import ReportData, report_data
from harness.session.reporting import scripts, trend
from harness.session.reporting.allure_page import RESULTS, Page, make_page, remember
from harness.session.reporting.cleaning import clean, withdraw
from harness.session.reporting.staging import staged
from harness.session.reporting.verdict_inputs import RECORD, conclude, load_inputs
from harness.session.run.lifecycle import CompletedRun
from harness.verdict.model import Verdict
from harness.verdict.write import write

_CERTIFICATE = ("certificate/certificate.json", "certificate/certificate.html")
"""What the Allure results carry along, where a certificate was issued."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a command tells: the verdict, its summary, the folder, and what was left out and why."""

    verdict: Verdict
    summary: str
    folder: Path
    left_out: tuple[str, ...] = ()
    error: str = ""
    """Why the run as a whole could not be done, where it could not."""
    interrupted: bool = False


def write_reports(completed: CompletedRun, *, allure: bool) -> Result:
    """Write all reports of a run; a secret found in any of them is a gate that fails.

    Nothing of them is in its place before all was searched: no verdict may stand for what was not.
    """
    folder, inputs = completed.folder, load_inputs(completed.folder)
    withdrawn: tuple[str, ...] = ()
    with staged(folder) as place:
        verdict = conclude(inputs, leaks=0)
        made = _report_data(folder, inputs.record, verdict)
        page = _fill(place, folder, made, verdict, allure=allure)
        leaked = leaks.scan(folder, completed.secrets)
        note(folder, RunScanned(len(leaked)))
        if leaked:
            clean(folder / RECORD, completed.secrets)
            inputs = load_inputs(folder)
            verdict = conclude(inputs, leaks=len(leaked))
            _fill(
                place, folder, _report_data(folder, inputs.record, verdict), verdict, allure=False
            )
            withdrawn = withdraw(folder, leaks.scan(folder, completed.secrets))
    names = dict.fromkeys(each.path.removeprefix(f"{place.name}/") for each in leaked)
    masked = [f"a secret stood in {each}; it was masked" for each in [*names][:5]]
    masked += [f"{each} was removed: a secret stands in it" for each in withdrawn]
    left_out = (*page.left_out, *masked, *(() if leaked else remember(folder, page)))
    return _result(inputs.record, verdict, folder, left_out)


def render_again(folder: Path, *, allure: bool) -> Result:
    """Write the reports of a folder again from its record; the same bytes as before."""
    inputs = load_inputs(folder)
    verdict = conclude(inputs)
    with staged(folder) as place:
        made = _report_data(folder, inputs.record, verdict)
        page = _fill(place, folder, made, verdict, allure=allure)
    left_out = (*page.left_out, *remember(folder, page))
    return _result(inputs.record, verdict, folder, left_out)


def note(folder: Path, event: Event) -> None:
    """Append one more line to the record of a folder."""
    writer = RecordWriter(folder / RECORD)
    writer.write(event)
    writer.close()


def _result(read: Record, verdict: Verdict, folder: Path, left_out: tuple[str, ...]) -> Result:
    error = read.finished.error if read.finished else ""
    summary = console.render(report_data(read, verdict), folder=str(folder))
    interrupted = read.finished is not None and read.finished.interrupted
    return Result(verdict, summary, folder, left_out, error, interrupted)


def _report_data(folder: Path, record: Record, verdict: Verdict) -> ReportData:
    return report_data(record, verdict, trend.trend_of(folder, record.run, verdict))


def _fill(place: Path, folder: Path, made: ReportData, verdict: Verdict, *, allure: bool) -> Page:
    """Write all reports of a run's folder to a place; return what came of the Allure page."""
    write(verdict, place / "verdict.json")
    scripts.write(verdict, made.record, place)
    junit.write(made, place / "junit.xml")
    ctrf.write(made, place / "ctrf.json")
    sarif.write(made, place / "documents.sarif")
    har.write(made.record, place / "evidence.har")
    summary.write(made, place / "summary.md")
    traceability.write(made.verdict, place / "traceability.csv")
    trend.write(made.trend, made.record.run, place / trend.FILE_NAME)
    html.write(made, place / "report.html")
    results = place / RESULTS
    shutil.rmtree(results, ignore_errors=True)
    results.mkdir()
    attached = (
        *(place / "verdict.json", place / "evidence.har"),
        *(path for name in _CERTIFICATE if (path := folder / name).is_file()),
    )
    allure_results.write(made, results, attached)
    return make_page(place, folder.resolve().parent, made.record.run, verdict) if allure else Page()
