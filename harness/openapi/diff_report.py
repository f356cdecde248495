"""Write changes for people, as JSON and as a table for a pull request."""

from collections.abc import Sequence

from harness.jsonvalue import Json
from harness.openapi.change import Change, Level

MOST_OPERATIONS = 5
"""How many operations a line names; JSON names them all."""


def as_text(changes: Sequence[Change]) -> str:
    """Write one line for each change, why it has its level, and how many there are."""
    return "".join(f"{_line(change)}\n" for change in changes) + f"{counted(changes)}\n"


def _line(change: Change) -> str:
    return f"{change}{_explained(change)}"


def _explained(change: Change) -> str:
    example = f" Example: {change.example}" if change.example else ""
    reason = f"\n    {change.reason}{example}" if change.reason or example else ""
    if change.operation or not change.operations:
        return reason
    return f"{reason}\n    in {operations(change)}"


def operations(change: Change) -> str:
    """Name the operations that a change touches, the first few of many."""
    listed = change.operations[:MOST_OPERATIONS]
    more = len(change.operations) - len(listed)
    return ", ".join(listed) + (f" and {more} more" if more else "")


def as_json(changes: Sequence[Change]) -> Json:
    """Return the changes as an array of objects."""
    return [
        {
            "id": change.id,
            "level": change.level.value,
            "breaking": change.is_breaking,
            "operation": change.operation,
            "path": change.path,
            "change": change.text,
            "reason": change.reason,
            "example": change.example,
            "operations": list(change.operations),
            "fingerprint": change.fingerprint,
        }
        for change in changes
    ]


def as_markdown(changes: Sequence[Change]) -> str:
    """Write a table, the breaking changes first."""
    if not changes:
        return "No changes.\n"
    head = "| | change | where | what | why | fingerprint |\n|---|---|---|---|---|---|\n"
    return f"{counted(changes)}\n\n{head}" + "".join(_row(change) for change in changes)


def counted(changes: Sequence[Change]) -> str:
    """Say how many changes there are of each level; the two light ones only where there are any."""
    counts = {level: sum(change.level is level for change in changes) for level in Level}
    words = [f"{counts[level]} {level}" for level in (Level.BREAKING, Level.HARMLESS)]
    if counts[Level.WARNING]:
        words.append(
            f"{counts[Level.WARNING]} {'warning' if counts[Level.WARNING] == 1 else 'warnings'}"
        )
    if counts[Level.INFORMATIONAL]:
        words.append(f"{counts[Level.INFORMATIONAL]} informational")
    return ", ".join(words)


def _row(change: Change) -> str:
    level = f"**{change.level}**" if change.is_breaking else change.level.value
    where = change.place
    if not change.operation and change.operations:
        where = f"{where} in {operations(change)}"
    why = f"{change.reason} {change.example}".strip()
    cells = (level, change.id, where, change.text, why, change.fingerprint)
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |\n"


def _cell(text: str) -> str:
    """Keep a text from ending its cell or its row."""
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")
