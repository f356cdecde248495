from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import DocumentError, StorageError
from harness.session.watch.memory import FILE_NAME, Memory, read, remembered, write
from harness.verdict.watching import MOST_RUNS
from tests.unit.report.html.test_watch_page import past
from tests.unit.report.test_watch_report import known

MEMORY = Memory(
    subject="sandbox",
    last_good="20261129T030000Z-regression",
    documents="d" * 64,
    known=(known("a"), known("b", is_open=False, idle=3)),
    runs=(past("29"), past("30", 2)),
    published={"https://vendor.example/spec": "no connection"},
    is_blocked=True,
    unsaid="gone  GET /",
)


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    write(MEMORY, tmp_path)

    assert read(tmp_path) == MEMORY
    assert [each.name for each in tmp_path.iterdir()] == [FILE_NAME]


def test_a_new_folder_remembers_nothing(tmp_path: Path) -> None:
    assert read(tmp_path) == Memory()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": 2}', "{", "\udcff"])
def test_what_is_no_memory_is_refused_and_stays(content: str, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text(content, errors="surrogateescape")

    with pytest.raises(DocumentError, match="Move it away to begin anew"):
        read(tmp_path)


def test_a_memory_that_cannot_be_written_stays_what_it_was(tmp_path: Path) -> None:
    write(MEMORY, tmp_path)
    (tmp_path / f".{FILE_NAME}.new").mkdir()

    with pytest.raises(StorageError):
        write(replace(MEMORY, last_good=""), tmp_path)
    assert read(tmp_path) == MEMORY


def test_the_last_ninety_runs_are_remembered_without_their_operations() -> None:
    memory = Memory(runs=tuple(past(str(number)) for number in range(MOST_RUNS)))

    runs = remembered(memory, replace(past("new"), p95_seconds={"GET /": 0.1}))

    assert (len(runs), runs[0].run, runs[-1].run, runs[-1].p95_seconds) == (
        MOST_RUNS,
        "1",
        "new",
        {},
    )
