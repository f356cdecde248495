"""Documents are named by file, or by the name under which they ship."""

from pathlib import Path

import pytest

from harness.errors import ConfigurationError
from harness.session.workflows.located import exported, located, shipped_workflows
from harness.workflow.document.model import Severity
from harness.workflow.document.parse import load
from harness.workflow.lint.check import lint


def test_a_name_that_ships_is_a_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    found = located([Path("medical-attachments"), Path("none.yaml")])

    assert found == (shipped_workflows()["medical-attachments"], Path("none.yaml"))


def test_a_file_of_that_name_wins_and_each_is_there_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("onboarding").write_text("x")

    assert located([Path("onboarding"), Path("./onboarding")]) == (Path("onboarding"),)


@pytest.mark.parametrize("name", sorted(shipped_workflows()))
def test_what_is_exported_is_a_whole_document(name: str, tmp_path: Path) -> None:
    written = exported(name, tmp_path)

    assert [each for each in lint(load(written[0])) if each.severity is Severity.ERROR] == []
    assert "harness:" in written[0].read_text()
    assert "../specs" not in written[0].read_text()
    with pytest.raises(ConfigurationError, match="is there already"):
        exported(name, tmp_path)


def test_an_unknown_name_is_refused_with_a_near_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="Did you mean 'onboarding'"):
        exported("onbording", tmp_path)
