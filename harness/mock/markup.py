"""Write the page at the mock's root: templates beside the modules that fill them, and their small parts."""

from functools import cache
from html import escape
from pathlib import Path
from string import Template


@cache
def template(path: Path) -> Template:
    """Return the template in a file, read once."""
    return Template(path.read_text(encoding="utf-8"))


def code(text: str) -> str:
    """Show a text as something to type."""
    return f"<code>{escape(text)}</code>"


def row(*cells: str) -> str:
    """Return a row of a table whose cells are markup already."""
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
