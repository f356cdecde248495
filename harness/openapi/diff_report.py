"""Write changes for people, as JSON and as a table for a pull request."""

from collections.abc import Sequence

from harness.jsonvalue import Json
from harness.openapi.change import Change


def as_text(changes: Sequence[Change]) -> str:
    """Write one line for each change, and how many there are."""
    return "".join(f"{each}\n" for each in changes) + f"{counted(changes)}\n"


def as_json(changes: Sequence[Change]) -> Json:
    """Return the changes as an array of objects."""
    return [
        {
            "id": each.id,
            "breaking": each.is_breaking,
            "operation": each.operation,
            "path": each.path,
            "change": each.text,
            "fingerprint": each.fingerprint,
        }
        for each in changes
    ]


def as_markdown(changes: Sequence[Change]) -> str:
    """Write a table, the breaking changes first."""
    if not changes:
        return "No changes.\n"
    head = "| | change | operation | where | what | fingerprint |\n|---|---|---|---|---|---|\n"
    return f"{counted(changes)}\n\n{head}" + "".join(_row(each) for each in changes)


def counted(changes: Sequence[Change]) -> str:
    """Say how many changes there are of each kind."""
    breaking = sum(each.is_breaking for each in changes)
    return f"{breaking} breaking, {len(changes) - breaking} harmless"


def _row(change: Change) -> str:
    kind = "**breaking**" if change.is_breaking else "harmless"
    cells = (kind, change.id, change.operation, change.path, change.text, change.fingerprint)
    return "| " + " | ".join(_cell(each) for each in cells) + " |\n"


def _cell(text: str) -> str:
    """Keep a text from ending its cell or its row."""
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")
