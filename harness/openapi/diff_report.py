"""Write changes for people, as JSON, as a table for a pull request, and as one page."""

from collections.abc import Iterator, Sequence
from html import escape

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
    # A change of one operation names it already; only a shared schema touches several.
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
    # Backslashes first, or they would escape those that are added.
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")


# Within the page, which asks for no other file and so can be kept anywhere.
_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
h2 { margin-top: 2rem; }
article { border-left: 4px solid; padding: .3rem .8rem; margin: .6rem 0; background: #8881; }
article.breaking { border-color: #c62828; } article.warning { border-color: #ef6c00; }
article.harmless { border-color: #2e7d32; } article.informational { border-color: #1565c0; }
code { overflow-wrap: anywhere; } p { margin: .2rem 0; } .id { opacity: .7; }
@media (prefers-color-scheme: dark) { body { background: #16181c; color: #e6e6e6; } }
"""


def as_page(changes: Sequence[Change], old: str, new: str) -> str:
    """Return an HTML page: one section for each level, the heaviest first."""
    title = f"{old} → {new}"
    head = (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    )
    summary = f"<h1>{escape(title)}</h1>\n<p>{escape(counted(changes))}</p>\n"
    sections = "".join(section for level in Level for section in _section(level, changes))
    return f"{head}{summary}{sections}</body>\n</html>\n"


def _section(level: Level, changes: Sequence[Change]) -> Iterator[str]:
    listed = [change for change in changes if change.level is level]
    if listed:
        yield f"<h2>{level.capitalize()} ({len(listed)})</h2>\n"
        yield from (_article(change) for change in listed)


def _article(change: Change) -> str:
    lines = [
        f"<p><strong>{escape(change.place)}</strong>: {escape(change.text)}</p>",
        f"<p>{escape(change.reason)}</p>" if change.reason else "",
        f"<p>Example: <code>{escape(change.example)}</code></p>" if change.example else "",
        _operations(change),
        f'<p class="id">{escape(change.id)} · {change.fingerprint}</p>',
    ]
    content = "\n".join(line for line in lines if line)
    # By fingerprint, so that a link to a change leads to it in the next report as well.
    return f'<article id="{change.fingerprint}" class="{change.level}">\n{content}\n</article>\n'


def _operations(change: Change) -> str:
    if change.operation or not change.operations:
        return ""
    count = len(change.operations)
    named = "".join(f"<li>{escape(operation)}</li>" for operation in change.operations)
    noun = "operation" if count == 1 else "operations"
    return f"<details><summary>in {count} {noun}</summary><ul>{named}</ul></details>"
