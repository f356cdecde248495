from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.errors import ConfigurationError
from harness.session.run.folder import open_folder, point_latest

NOW = datetime(2026, 11, 22, 10, 0, 5, tzinfo=UTC)


def test_each_run_gets_a_folder_of_its_own(tmp_path: Path) -> None:
    first = open_folder(tmp_path / "reports", now=NOW, label="ci")
    second = open_folder(tmp_path / "reports", now=NOW, label="ci")

    assert first.name == "20261122T100005Z-ci"
    assert second.name == "20261122T100005Z-ci-2"


def test_latest_leads_to_the_newest(tmp_path: Path) -> None:
    made = [open_folder(tmp_path, now=NOW, label="ci") for _ in range(2)]
    for folder in made:
        point_latest(folder)

    assert (tmp_path / "latest").resolve() == made[-1].resolve()
    assert {path.name for path in tmp_path.iterdir()} == {"latest", *(f.name for f in made)}


def test_a_real_folder_called_latest_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "latest").mkdir()
    (tmp_path / "latest" / "mine").write_text("kept")

    point_latest(open_folder(tmp_path, now=NOW, label="ci"))

    assert (tmp_path / "latest" / "mine").read_text() == "kept"


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ConfigurationError, match="cannot be written"):
        open_folder(tmp_path / "file" / "x", now=NOW, label="ci")
