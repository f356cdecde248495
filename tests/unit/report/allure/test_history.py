import json
from pathlib import Path

from harness.report.allure.history import Entry, before, joined, last, read
from tests.unit.report.samples import run

TITLE = "CONFORMANT: mock, ci, r1"


def entry(number: int, environment: str = "mock") -> Entry:
    name = f"r{number:02}"
    line = json.dumps({"run": name, "environment": environment})
    return Entry(name, environment, f"{line}\n")


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    path.write_text("".join(joined((entry(1),), entry(2))), encoding="utf-8")

    assert read(path) == (entry(1), entry(2))


def test_foreign_lines_and_a_missing_file_are_no_history(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    path.write_text('{"run":"r1"}\n{\n[]\n\n', encoding="utf-8")

    assert read(path) == ()
    assert read(tmp_path / "none.jsonl") == ()


def test_bytes_that_are_no_text_are_no_history(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    path.write_bytes(b"\xff\xfe")

    assert read(path) == ()


def test_ten_runs_are_kept_of_each_environment() -> None:
    known = [entry(number) for number in range(10)]

    kept = joined((*known, entry(50, "sandbox")), entry(99))

    assert len(kept) == 11
    assert known[0].line not in kept
    assert kept[-1] == entry(99).line


def test_a_run_that_is_rendered_again_takes_its_own_place() -> None:
    again = Entry("r01", "mock", "again\n")

    assert joined((entry(1), entry(2)), again) == ["again\n", entry(2).line]


def test_a_page_sees_only_what_was_before_it_in_its_environment() -> None:
    known = (entry(1), entry(2, "sandbox"), entry(3), entry(5))

    seen = before(known, run(run_id="r05", environment="mock"))

    assert seen == [entry(1).line, entry(3).line]


def test_the_line_of_a_run_is_kept_without_what_no_trend_shows(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    result = {"id": "a", "status": "failed", "message": "long", "labels": [{"name": "x"}]}
    written = {"uuid": "u", "name": TITLE, "timestamp": 1, "testResults": {"h": result}}
    path.write_text(f"{json.dumps(written)}\n", encoding="utf-8")

    found = last(path, run(run_id="r1"), TITLE)

    assert found is not None
    told = json.loads(found.line)
    assert (told["run"], told["environment"]) == ("r1", "mock")
    assert told["testResults"] == {
        "h": {"id": "a", "status": "failed", "labels": [], "reportLinks": []}
    }


def test_a_line_of_another_run_is_not_taken_for_this_one(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    path.write_text("", encoding="utf-8")

    assert last(path, run(), TITLE) is None
