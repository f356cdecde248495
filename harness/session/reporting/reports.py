"""Judge a record and write every report from it."""

import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.client.redaction import MASK, Redactor
from harness.errors import StorageError
from harness.events import Event, RunScanned, RunStarted
from harness.jsonvalue import Json, members
from harness.product import TokenEndpoint
from harness.products.registry import installed
from harness.record import Record, RecordWriter
from harness.report import leaks, trend
from harness.report.allure import results as allure_results
from harness.report.formats import console, ctrf, har, junit, sarif, summary, traceability
from harness.report.html import report_page as html
from harness.report.leaks import Leak
from harness.report.report_data import ReportData, report_data
from harness.report.trend import PastRun
from harness.session.reporting.allure_page import RESULTS, Page, make_page, remember
from harness.session.reporting.staging import staged
from harness.session.reporting.verdict_inputs import RECORD, conclude, load_inputs
from harness.session.run.lifecycle import CompletedRun
from harness.verdict.model import Verdict
from harness.verdict.reproduction import FOLDER, reproductions
from harness.verdict.script import script
from harness.verdict.write import write

FILE_NAME = "trend.json"
MAX_BYTES = 1_000_000
_CERTIFICATE = ("certificate/certificate.json", "certificate/certificate.html")
"""What the Allure results carry along, where a certificate was issued."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a command reports: the verdict, its summary, the folder, and what was left out and why."""

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
        # As if nothing leaked, since only reports that exist can be searched.
        verdict = conclude(inputs, leaks=0)
        data = _report_data(folder, inputs.record, verdict)
        page = _fill(place, folder, data, verdict, allure=allure)
        # All that lies in the folder, the new files included.
        leaked = leaks.scan(folder, completed.secrets)
        note(folder, RunScanned(len(leaked)))
        if leaked:
            clean(folder / RECORD, completed.secrets)
            inputs = load_inputs(folder)
            verdict = conclude(inputs, leaks=len(leaked))
            # Once more from the masked record, without the Allure page, which takes long.
            _fill(
                place, folder, _report_data(folder, inputs.record, verdict), verdict, allure=False
            )
            # What holds a secret even now is taken away whole.
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
        data = _report_data(folder, inputs.record, verdict)
        page = _fill(place, folder, data, verdict, allure=allure)
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
    return report_data(record, verdict, trend_of(folder, record.run, verdict))


def _fill(place: Path, folder: Path, data: ReportData, verdict: Verdict, *, allure: bool) -> Page:
    """Write all reports of a run's folder to a place; return what came of the Allure page."""
    write(verdict, place / "verdict.json")
    write_scripts(verdict, data.record, place)
    junit.write(data, place / "junit.xml")
    ctrf.write(data, place / "ctrf.json")
    sarif.write(data, place / "documents.sarif")
    har.write(data.record, place / "evidence.har")
    summary.write(data, place / "summary.md")
    traceability.write(data.verdict, place / "traceability.csv")
    write_trend(data.trend, data.record.run, place / FILE_NAME)
    html.write(data, place / "report.html")
    results = place / RESULTS
    # The second time, the results of the first are still there.
    shutil.rmtree(results, ignore_errors=True)
    results.mkdir()
    attached = (
        *(place / "verdict.json", place / "evidence.har"),
        *(path for name in _CERTIFICATE if (path := folder / name).is_file()),
    )
    allure_results.write(data, results, attached)
    return make_page(place, folder.resolve().parent, data.record.run, verdict) if allure else Page()


def clean(record: Path, secrets: Sequence[str]) -> None:
    """Mask secrets in a record whose writer has closed it. Raises StorageError."""
    redactor = Redactor()
    for each in secrets:
        redactor.learn(each)
    fresh = record.with_suffix(".cleaned")
    try:
        lines = record.read_text(encoding="utf-8").split("\n")
        # A mask needs no escape, so that every line stays what it was but for the secret.
        fresh.write_text("\n".join(map(redactor.text, lines)), encoding="utf-8")
        fresh.replace(record)
    except OSError as problem:
        raise StorageError(record, problem) from None


def withdraw(folder: Path, leaks: Iterable[Leak]) -> tuple[str, ...]:
    """Empty the files in which a secret still stands, and return their names."""
    # The record has been cleaned already, and everything else is made from it.
    names = tuple(dict.fromkeys(each.path for each in leaks if each.path != RECORD))
    for name in names:
        try:
            (folder / name).write_text(f"{MASK}\n", encoding="utf-8")
        except OSError as problem:
            raise StorageError(folder / name, problem) from None
    return tuple(Path(name).name for name in names)


def write_scripts(verdict: Verdict, record: Record, folder: Path) -> None:
    """Write the scripts and the bodies that they send below a folder, in place of earlier ones."""
    place = folder / FOLDER
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    found = reproductions(verdict.causes, record, (*verdict.findings, *verdict.unverified))
    for each in found.values():
        written = script(each, record.run, _endpoint(each.last.request.operation, record))
        bodies = place / written.name
        bodies.mkdir()
        for name, content in written.bodies.items():
            (bodies / name).write_bytes(content)
        path = place / f"{written.name}.sh"
        path.write_text(written.text, encoding="utf-8")
        path.chmod(0o755)


def _endpoint(operation: str, record: Record) -> TokenEndpoint | None:
    """Return where the token for an operation comes from: as documented, or as the run was configured.

    A run that was given another path than the documented one shows it by what it asked.
    """
    owner = installed().at_path(operation.partition(" ")[2])
    asked = {
        each.request.operation.partition(" ")[2]
        for each in record.exchanges
        if each.case == "run/token"
    }
    if owner is None or owner.token is None:
        return None
    is_elsewhere = owner.token.path not in asked and len(asked) == 1
    if is_elsewhere:
        return TokenEndpoint("", asked.pop(), takes_form=owner.token.takes_form)
    return owner.token


def trend_of(folder: Path, run: RunStarted, verdict: Verdict) -> tuple[PastRun, ...]:
    """Return this run and up to nine before it, the oldest first.

    What a folder once was given stays, so that its report comes out the same when others are gone.
    """
    this = trend.of(verdict, run.run_id, run.started)
    kept = _parsed(folder / FILE_NAME).get("before")
    if isinstance(kept, list):
        return (*(each for item in kept if (each := trend.read(item))), this)
    return trend.joined(tuple(_beside(folder, run)), this)


def write_trend(runs: tuple[PastRun, ...], run: RunStarted, path: Path) -> None:
    """Write `trend.json`: this run, and those before it."""
    content = {
        "like": _like(run),
        "this": runs[-1].to_json(),
        "before": [each.to_json() for each in runs[:-1]],
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _beside(folder: Path, run: RunStarted) -> Iterator[PastRun]:
    for path in sorted(folder.resolve().parent.glob(f"*/{FILE_NAME}")):
        found = _parsed(path)
        # `latest` is one of the others by a second name.
        if path.parent.is_symlink() or found.get("like") != _like(run):
            continue
        if each := trend.read(found.get("this")):
            yield each


def _like(run: RunStarted) -> str:
    """Return what two runs must share to stand in one trend."""
    return " ".join((run.environment, run.suite, run.profile, run.selection, *run.apis))


def _parsed(path: Path) -> dict[str, Json]:
    """Read a file that only feeds a trend; what cannot be read is as good as none."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return {}
        return dict(members(json.loads(path.read_text(encoding="utf-8"))))
    except (OSError, ValueError, RecursionError):
        return {}
