"""Change the code of a room a little, a thousand times, and tell how many changes its tests notice.

Called by `make mutants`, with the Python that mutmut stands in. It works on a copy below .venv.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = {
    "codes": "tests/unit/codes",
    "x12": "tests/unit/x12",
    "verdict": "tests/unit/verdict",
    "workflow/language": "tests/unit/workflow",
    "openapi": "tests/unit/openapi",
}
FLOOR = 85
"""Percent of the changes that must be noticed."""
COPIED = ("harness", "specs", "workflows", "tests", "docs", ".ci", ".github")
FILES = ("pyproject.toml", "README.md", "LICENSE", "mkdocs.yml")
SETTINGS = """
[tool.mutmut]
source_paths = ["harness"]
only_mutate = ["harness/{room}/*"]
also_copy = ["harness", "specs", "workflows", "docs", ".ci", ".github", "README.md", "mkdocs.yml"]
pytest_add_cli_args = ["-m", "not slow", "-q", "-x"]
pytest_add_cli_args_test_selection = ["{tests}"]
use_git_change_detection = false
"""
NOTICED = ("killed", "timeout", "suspicious", "segfault")


def copied(room: str) -> Path:
    """Return a fresh copy of the project that says what is to be changed."""
    place = ROOT / ".venv" / "mutants" / "work" / room.replace("/", "-")
    shutil.rmtree(place, ignore_errors=True)
    for name in COPIED:
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(ROOT / name, place)
    with (place / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(SETTINGS.format(room=room, tests=ROOMS[room]))
    return place


def share(room: str) -> tuple[float, int]:
    """Return how many percent of how many changes were noticed, and list the others."""
    place, program = copied(room), Path(sys.executable).with_name("mutmut")
    with (place / "mutmut.log").open("w", encoding="utf-8") as log:
        subprocess.run([program, "run"], cwd=place, stdout=log, stderr=log, check=False)
    subprocess.run([program, "export-cicd-stats"], cwd=place, capture_output=True, check=True)
    found = json.loads((place / "mutants" / "mutmut-cicd-stats.json").read_text())
    left = subprocess.run(
        [program, "results"], cwd=place, capture_output=True, text=True, check=True
    )
    (place / "survivors.txt").write_text(left.stdout)
    total = found["total"] - found.get("skipped", 0)
    return 100 * sum(found.get(name, 0) for name in NOTICED) / max(total, 1), total


def main(rooms: list[str]) -> int:
    """Try the rooms named, or all; return 1 where one of them stays below the floor."""
    unknown = [each for each in rooms if each not in ROOMS]
    if unknown:
        sys.stderr.write(f"no room {unknown[0]}; there are {', '.join(ROOMS)}\n")
        return 2
    shares = {}
    for room in rooms or ROOMS:
        shares[room], total = share(room)
        kept = f".venv/mutants/work/{room.replace('/', '-')}/survivors.txt"
        print(f"{room}: {shares[room]:.1f} % of {total:,} changes noticed; the others: {kept}")
    return int(any(each < FLOOR for each in shares.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
