"""Write for each cause the script that shows it again."""

import shutil
from pathlib import Path

from harness.product import TokenEndpoint
from harness.products.registry import installed
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
        made = script(each, record.run, _endpoint(each.last.request.operation, record))
        bodies = place / made.name
        bodies.mkdir()
        for name, content in made.bodies.items():
            (bodies / name).write_bytes(content)
        path = place / f"{made.name}.sh"
        path.write_text(made.text, encoding="utf-8")
        path.chmod(0o755)


def _endpoint(operation: str, record: Record) -> TokenEndpoint | None:
    """Return where the token for an operation comes from: as documented, or as the run was configured.

    A run that was given another path than the documented one shows it by what it asked.
    """
    owner = installed().at_path(operation.partition(" ")[2])
    asked = {
        each.request.operation.partition(" ")[2]
        for each in record.exchanges
        if each.case == "run/token"
    }
    if owner is None or owner.token is None:
        return None
    is_elsewhere = owner.token.path not in asked and len(asked) == 1
    if is_elsewhere:
        return TokenEndpoint("", asked.pop(), takes_form=owner.token.takes_form)
    return owner.token
