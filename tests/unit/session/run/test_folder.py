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


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ConfigurationError, match="cannot be written"):
        open_folder(tmp_path / "file" / "x", now=NOW, label="ci")


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_what_stands_where_the_link_belongs_is_refused_and_kept(tmp_path: Path, kind: str) -> None:
    latest = tmp_path / "latest"
    if kind == "folder":
        latest.mkdir()
        (latest / "verdict.json").write_text("old")
    else:
        latest.write_text("mine")

    with pytest.raises(ConfigurationError, match="Move it away"):
        open_folder(tmp_path, now=NOW, label="ci")

    assert [each.name for each in tmp_path.iterdir()] == ["latest"]
