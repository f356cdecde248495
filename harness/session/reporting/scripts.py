"""Write for each cause the script that shows it again."""

import shutil
from pathlib import Path

from harness.record import Record
from harness.verdict.model import Verdict
from harness.verdict.reproduction import FOLDER, reproductions
from harness.verdict.script import script


def write(verdict: Verdict, record: Record, folder: Path) -> None:
    """Write the scripts and the bodies that they send below a folder, in place of earlier ones."""
    place = folder / FOLDER
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    found = reproductions(verdict.causes, record, (*verdict.findings, *verdict.unverified))
    for each in found.values():
        made = script(each, record.run)
        bodies = place / made.name
        bodies.mkdir()
        for name, content in made.bodies.items():
            (bodies / name).write_bytes(content)
        path = place / f"{made.name}.sh"
        path.write_text(made.text, encoding="utf-8")
        path.chmod(0o755)
