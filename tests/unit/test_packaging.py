"""What ships in a wheel: every document and requirement set, and nothing that was imported."""

from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """Return the files of a wheel by their place in it, with their place here."""
    builder = WheelBuilder(str(ROOT))
    return {
        each.distribution_path.replace("\\", "/"): each.relative_path
        for each in builder.recurse_included_files()
    }


def test_every_document_and_set_ships_beside_the_program(files: dict[str, str]) -> None:
    written = {
        f"harness/shipped/specs/{path.parent.name}/{path.name}"
        for path in (ROOT / "specs").glob("*/*.yaml")
        if path.parent.name != "downloaded"
    }
    workflows = {
        f"harness/shipped/workflows/{each.name}"
        for each in (ROOT / "workflows").glob("*.arazzo.yaml")
    }

    assert written | workflows <= set(files)
    assert {"harness/cli/main.py", "harness/suite/pytest.ini"} <= set(files)


def test_nothing_ships_that_was_imported_or_lies_outside_the_package(files: dict[str, str]) -> None:
    assert [place for place in files.values() if "downloaded" in place] == []
    assert {place.partition("/")[0] for place in files} == {"harness"}
