"""Read the figure that `harness prove` leaves: how many injected faults the suite detects."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.document import Document
from harness.errors import DocumentError
from harness.jsonvalue import Json, items, members, text

_EVIDENCE = {"failed": "failed", "observed": "observed", "inconclusive": "unsure"}
"""Which list must name cases for a detection to count; whatever else it says, a fault escaped."""


@dataclass(frozen=True, slots=True)
class Proof:
    """How many faults were injected and how many were caught, whatever the seed."""

    faults: int
    caught: int

    def __str__(self) -> str:
        return f"The suite detects {self.caught} of {self.faults} injected faults."


def parse(source: Document) -> Proof:
    """Count again what a proof says. Raises DocumentError where the file contradicts itself."""
    whole = members(source.data)
    rows = [members(item) for item in items(whole.get("matrix"))]
    names = {text(row.get("fault")) for row in rows}
    escaped = {text(row.get("fault")) for row in rows if not _is_caught(row)}
    found = Proof(len(names), len(names - escaped))
    if "part" in whole or items(whole.get("not_done")):
        raise DocumentError(
            "is not a whole proof: it is a shard, or some of its faults were not tried.",
            source=source.source(),
            advice="Join all shards with: harness prove merge DIR...",
        )
    if not rows or "" in names or whole.get("sentence") != str(found):
        raise DocumentError(
            "is not a proof, or its sentence is not that of its matrix.",
            source=source.source(),
            advice="Write it anew with: harness prove.",
        )
    return found


def _is_caught(row: Mapping[str, Json]) -> bool:
    named = _EVIDENCE.get(text(row.get("detection")))
    return named is not None and bool(items(row.get(named)))
