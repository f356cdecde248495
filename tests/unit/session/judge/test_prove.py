"""Clients of which it is known whether they are right: how their list is read."""

from pathlib import Path

import pytest

from harness.errors import DocumentError
from harness.session.judge.prove import load_specimens

SCENARIOS = ("a/b/c",)


def listed(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "clients.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_client_that_needs_what_is_not_installed_says_what_it_lacks(tmp_path: Path) -> None:
    path = listed(
        tmp_path,
        "good:\n  - {id: x, command: x, needs: [no-such-program], needs_modules: [no_such_module]}\n",
    )

    (found,) = load_specimens(path, SCENARIOS)

    assert found.lacks == "program no-such-program and module no_such_module"


def test_a_client_that_needs_what_is_there_lacks_nothing(tmp_path: Path) -> None:
    path = listed(tmp_path, "good:\n  - {id: x, command: x, needs: sh, needs_modules: [json]}\n")

    (found,) = load_specimens(path, SCENARIOS)

    assert not found.lacks


def test_a_broken_client_without_the_scenario_that_catches_it_is_refused(tmp_path: Path) -> None:
    path = listed(tmp_path, "broken:\n  - {id: x, command: x}\n")

    with pytest.raises(DocumentError, match="caught_by"):
        load_specimens(path, SCENARIOS)
