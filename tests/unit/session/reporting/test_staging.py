import errno
from pathlib import Path

import pytest

from harness.errors import ConfigurationError, StorageError
from harness.session.reporting.staging import staged


def test_files_appear_when_all_are_written(tmp_path: Path) -> None:
    with staged(tmp_path) as place:
        (place / "below").mkdir()
        (place / "below" / "a.txt").write_text("new")
        assert not (tmp_path / "below").exists()

    assert (tmp_path / "below" / "a.txt").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["below"]


def test_a_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "old.txt").write_text("old")

    with staged(tmp_path) as place:
        (place / "below").mkdir()
        (place / "below" / "a.txt").write_text("new")

    assert [path.name for path in (tmp_path / "below").iterdir()] == ["a.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["below"]


def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")

    with pytest.raises(StorageError, match="No space left"):
        write_until_full(tmp_path)

    assert (tmp_path / "a.txt").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def write_until_full(folder: Path) -> None:
    with staged(folder) as place:
        (place / "a.txt").write_text("new")
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(ConfigurationError, match="none cannot be written"),
        staged(tmp_path / "none"),
    ):
        pass
