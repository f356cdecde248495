"""A release says one version in all places."""

import subprocess
import sys
from pathlib import Path

import pytest

from harness import __version__

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / ".ci" / "release_notes.py"


def released(
    folder: Path, tag: str, *, version: str = "1.2.0", heading: str = "1.2.0 - 2026-11-30"
) -> tuple[int, str]:
    for name, content in {
        ".ci/release_notes.py": SCRIPT.read_text(),
        "harness/__init__.py": f'"""A program."""\n\n__version__ = "{version}"\n',
        "CHANGELOG.md": f"# Changelog\n\n## {heading}\n\n- Now it can.\n\n## 1.1.0 - 2026-01-01\n\n- Old.\n",
    }.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    found = subprocess.run(
        [sys.executable, str(folder / ".ci" / "release_notes.py"), tag],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return found.returncode, found.stdout + found.stderr


def test_the_notes_are_those_of_the_version_alone(tmp_path: Path) -> None:
    assert released(tmp_path, "v1.2.0") == (0, "- Now it can.\n")


@pytest.mark.parametrize(
    ("tag", "changes", "words"),
    [
        ("1.2.0", {}, "1.2.0 is not vX.Y.Z"),
        ("v1.2", {}, "v1.2 is not vX.Y.Z"),
        ("v01.2.0", {}, "is not vX.Y.Z"),
        ("v1.2.0", {"version": "1.1.0"}, "__init__.py does not say 1.2.0"),
        ("v1.2.0", {"heading": "Unreleased"}, "CHANGELOG.md has no '## 1.2.0 - YYYY-MM-DD'"),
    ],
)
def test_what_disagrees_is_no_release(
    tag: str, changes: dict[str, str], words: str, tmp_path: Path
) -> None:
    code, shown = released(tmp_path, tag, **changes)

    assert code == 1
    assert words in shown


def test_the_changelog_has_the_present_version() -> None:
    assert f"\n## {__version__} - 20" in (ROOT / "CHANGELOG.md").read_text()
