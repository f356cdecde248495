"""Install the package of this folder, as an installer would leave it, and run the program with it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.program import CLEAN

HERE = Path(__file__).parent
ENTRY_POINTS = "[harness.products]\nnotes = notes_api.product:NOTES\n"
METADATA = "Metadata-Version: 2.1\nName: notes-api\nVersion: 1.0\n"


def install(place: Path) -> Path:
    """Install the package in a folder, which is returned."""
    shutil.copytree(HERE / "notes_api", place / "notes_api")
    info = place / "notes_api-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(METADATA)
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    return place


def harness(
    installed: Path, folder: Path, *arguments: str | Path
) -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own: products are looked for when it starts."""
    root = str(Path(__file__).parents[2])
    return subprocess.run(
        [sys.executable, "-m", "harness", *map(str, arguments)],
        cwd=folder,
        env={**CLEAN, "PYTHONPATH": f"{installed}{os.pathsep}{root}"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
