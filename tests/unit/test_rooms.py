"""The table of rooms in ARCHITECTURE.md is that of the import contract."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_table_names_every_room_of_the_contract_and_no_other() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = contracts["contracts"][0]["layers"]
    rooms = {name.strip() for layer in layers for name in layer.split("|")} - {"__main__"}
    table = (ROOT / "ARCHITECTURE.md").read_text().partition("## Rooms")[2].partition("\n## ")[0]

    first = " ".join(re.findall(r"^\| (`.+?`) \|", table, re.MULTILINE))

    assert {each.rstrip("/") for each in re.findall(r"`([a-z_0-9]+/?)`", first)} == rooms


def test_the_distribution_has_a_type_marker_and_a_name_of_its_own() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert project["name"] == "contract-harness"
    assert (ROOT / "harness" / "py.typed").is_file()
