from pathlib import Path

import pytest

from harness import record
from harness.errors import ConfigurationError
from harness.outcome import Status
from harness.session.reports import render_again, write_reports
from harness.session.run import Ended, Ran
from tests.unit.session.folders import CASES, NPI, WAIVER, run_folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_reports_are_rendered_again_byte_for_byte(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", {**CASES, NPI: Status.FAIL}, waivers=WAIVER, leaks=None)
    first = write_reports(Ran(folder, Ended(), ()), allure=False)
    before = contents(folder)

    again = render_again(folder, allure=False)

    assert contents(folder) == before
    assert set(before) == {
        *("record.jsonl", "waivers.yaml", "verdict.json", "junit.xml", "ctrf.json"),
        *("documents.sarif", "evidence.har", "summary.md", "traceability.csv", "report.html"),
    }
    assert (again.verdict, again.summary) == (first.verdict, first.summary)


def test_what_the_leak_scan_found_is_found_again(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", leaks=None)
    first = write_reports(Ran(folder, Ended(), ("127.0.0.1:40001",)), allure=False)
    before = contents(folder)

    again = render_again(folder, allure=False)

    assert first.verdict.exit_code == again.verdict.exit_code == 1
    assert any("a secret stands in" in each for each in first.left_out)
    assert contents(folder) == before


def test_the_scan_is_noted_in_the_record(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", leaks=None)

    write_reports(Ran(folder, Ended(), ()), allure=False)

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
