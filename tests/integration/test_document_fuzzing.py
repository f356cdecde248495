"""Schemathesis looks at every operation of a document too: what it finds counts, its silence does not."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli.run import command as run

pytestmark = pytest.mark.slow

NOTES = Path(__file__).parents[2] / "docs" / "tutorials" / "notes.yaml"


def ran(folder: Path, *arguments: str) -> tuple[Result, dict[str, dict[str, object]]]:
    shutil.copy(NOTES, folder)
    flags = ["--spec", "notes.yaml", "--no-allure", "--only", "notes/*/fuzz", *arguments]
    result = CliRunner().invoke(run, flags)
    path = folder / "reports/latest/record.jsonl"
    rows = map(json.loads, path.read_text().splitlines()) if path.is_file() else ()
    return result, {each["case"]: each for each in rows if each["type"] == "outcome"}


def test_a_sound_answer_passes_and_the_quick_profile_leaves_it_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    quick, nothing = ran(tmp_path)
    result, found = ran(tmp_path, "--profile", "regression")

    assert "no case is selected" in str(quick.exception)
    assert nothing == {}
    assert result.exit_code == 0, result.output
    assert {name: each["status"] for name, each in found.items()} == {
        "notes/addNote/fuzz": "pass",
        "notes/getNote/fuzz": "pass",
    }


def test_an_answer_that_the_document_does_not_describe_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    flags = ("--profile", "regression", "--fault", "getNote/member-mistyped/text")
    result, found = ran(tmp_path, *flags)

    assert result.exit_code == 1, result.output
    assert found["notes/getNote/fuzz"]["status"] == "fail"
    assert "fuzz.response_schema_conformance" in str(found["notes/getNote/fuzz"])
    assert found["notes/addNote/fuzz"]["status"] == "pass"
