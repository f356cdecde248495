from pathlib import Path

from harness.report.allure.history import Entry
from harness.session.reporting.allure_page import HISTORY, Page, remember


def test_a_run_is_remembered_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "r1"
    folder.mkdir()
    entry = Entry("r1", "mock", '{"run":"r1","environment":"mock"}\n')

    remember(folder, Page(entry=entry))

    assert (tmp_path / HISTORY).read_text() == entry.line


def test_a_run_without_a_page_leaves_the_history_alone(tmp_path: Path) -> None:
    remember(tmp_path / "r1", Page(("allure-report: no Node",)))

    assert not (tmp_path / HISTORY).exists()


def test_a_history_that_cannot_be_written_is_told_and_breaks_nothing(tmp_path: Path) -> None:
    (tmp_path / HISTORY).mkdir()
    (tmp_path / HISTORY / "in-the-way").touch()
    entry = Entry("r1", "mock", '{"run":"r1","environment":"mock"}\n')

    told = remember(tmp_path / "r1", Page(entry=entry))

    assert told == (f"the run's place in the trend: {tmp_path / HISTORY} cannot be written",)
    assert (tmp_path / HISTORY / "in-the-way").exists()
