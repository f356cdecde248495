"""Write changes as one page that needs nothing beside it."""

from collections.abc import Iterator, Sequence
from html import escape

from harness.openapi.change import Change, Level
from harness.openapi.diff_report import counted

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
    return f'<article id="{change.fingerprint}" class="{change.level}">\n{content}\n</article>\n'


def _operations(change: Change) -> str:
    if change.operation or not change.operations:
        return ""
    count = len(change.operations)
    named = "".join(f"<li>{escape(operation)}</li>" for operation in change.operations)
    noun = "operation" if count == 1 else "operations"
    return f"<details><summary>in {count} {noun}</summary><ul>{named}</ul></details>"
