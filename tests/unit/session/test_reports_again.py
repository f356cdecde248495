import json
from pathlib import Path

import pytest

from harness import record
from harness.errors import ConfigurationError
from harness.outcome import Status
from harness.record import RecordWriter
from harness.session.reporting.reports import render_again, write_reports
from harness.session.run.lifecycle import CompletedRun, RunEnd
from tests.unit.session.folders import CASES, NPI, WAIVER, run_folder


def contents(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_reports_are_rendered_again_byte_for_byte(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", {**CASES, NPI: Status.FAIL}, waivers=WAIVER, leaks=None)
    first = write_reports(CompletedRun(folder, RunEnd(), ()), allure=False)
    before = contents(folder)

    again = render_again(folder, allure=False)

    assert contents(folder) == before
    results = {name for name in before if name.startswith("allure-results/")}
    assert len([name for name in results if name.endswith("-result.json")]) == len(CASES)
    assert set(before) - results == {
        "requirements/dental/requirements.yaml",
        *("record.jsonl", "waivers.yaml", "verdict.json", "junit.xml", "ctrf.json"),
        *("documents.sarif", "evidence.har", "summary.md", "traceability.csv", "report.html"),
        "trend.json",
    }
    assert (again.verdict, again.summary) == (first.verdict, first.summary)


def test_nothing_of_an_earlier_rendering_stays_among_the_allure_results(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run")
    (folder / "allure-results").mkdir()
    (folder / "allure-results" / "old-result.json").write_text("{}")

    render_again(folder, allure=False)

    names = [path.name for path in (folder / "allure-results").iterdir()]
    assert "old-result.json" not in names
    assert not [path for path in folder.iterdir() if path.name.startswith(".writing")]


def test_a_certificate_that_was_issued_is_attached_to_the_allure_results(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run")
    (folder / "certificate").mkdir()
    (folder / "certificate" / "certificate.html").write_text("<p>certified")

    render_again(folder, allure=False)

    told = json.loads(next(folder.glob("allure-results/*-globals.json")).read_text())
    assert [each["name"] for each in told["attachments"]] == [
        "verdict.json",
        "evidence.har",
        "certificate.html",
    ]


def test_what_the_leak_scan_found_is_found_again(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", leaks=None)
    first = write_reports(CompletedRun(folder, RunEnd(), ("127.0.0.1:40001",)), allure=False)
    before = contents(folder)

    again = render_again(folder, allure=False)

    assert first.verdict.exit_code == again.verdict.exit_code == 1
    assert any("a secret stood in" in each for each in first.left_out)
    assert [name for name, raw in before.items() if b"127.0.0.1:40001" in raw] == []
    assert contents(folder) == before


def test_where_the_scan_cannot_be_noted_no_verdict_is_left(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", leaks=None)
    other = RecordWriter(folder / "record.jsonl")

    with pytest.raises(ConfigurationError, match="is being written by another process"):
        write_reports(CompletedRun(folder, RunEnd(), ()), allure=False)

    other.close()
    assert {path.name for path in folder.iterdir()} == {"record.jsonl", "requirements"}


def test_the_scan_is_noted_in_the_record(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", leaks=None)

    write_reports(CompletedRun(folder, RunEnd(), ()), allure=False)

    scanned = record.read(folder / "record.jsonl").scanned
    assert scanned is not None
    assert scanned.leaks == 0


def test_nothing_is_overwritten_where_a_folder_is_no_run(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run")
    (folder / "verdict.json").write_text("old")
    (folder / "record.jsonl").write_text("{}\n")

    with pytest.raises(Exception, match="is not a line of a record"):
        render_again(folder, allure=False)

    assert (folder / "verdict.json").read_text() == "old"


def test_a_record_alone_cannot_be_rendered_into(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", sets=())

    with pytest.raises(ConfigurationError, match="cannot be written"):
        render_again(folder / "record.jsonl", allure=False)
