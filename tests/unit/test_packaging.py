"""What ships in a wheel: every document and requirement set, and nothing that was imported."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_folder_of_documents_ships_by_its_name() -> None:
    written = {
        path.parent.name
        for name in ("openapi.yaml", "requirements.yaml")
        for path in (ROOT / "specs").glob(f"*/{name}")
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    listed = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]

    shipped = {
        each.removeprefix("specs/"): place
        for each, place in listed.items()
        if each.startswith("specs")
    }
    assert shipped == {name: f"harness/shipped/specs/{name}" for name in written}
