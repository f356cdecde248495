"""Fill in what the program itself knows, when the site is built: a page can then never be out of date."""

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]


def on_page_markdown(markdown: str, **_: object) -> str:
    """Replace each `<!-- generated: NAME -->` by what NAME stands for."""
    return re.sub(r"<!-- generated: (\w+) -->", lambda found: _PARTS[found[1]](), markdown)


def _harness(*words: str) -> str:
    return subprocess.run(["harness", *words], capture_output=True, text=True, check=True).stdout


def _commands() -> str:
    return "\n\n".join(_help())


def _help(*words: str) -> Iterator[str]:
    shown = _harness(*words, "--help")
    if words:
        yield f"{'#' * (len(words) + 1)} harness {' '.join(words)}\n\n```text\n{shown}```"
    _, found, listed = shown.partition("\nCommands:\n")
    for name in re.findall(r"^  ([a-z-]+)  ", listed, re.MULTILINE) if found else ():
        yield from _help(*words, name)


def _faults() -> str:
    return f"```text\n{_harness('mock', '--list-faults')}```"


def _arazzo() -> str:
    return "## Keys of our own" + _text("workflows").partition("## Keys of our own")[2]


def _reports() -> str:
    return "| file |" + _text("reports").partition("| file |")[2]


def _text(folder: str) -> str:
    return (ROOT / folder / "README.md").read_text(encoding="utf-8")


_PARTS: dict[str, Callable[[], str]] = {
    "arazzo": _arazzo,
    "commands": _commands,
    "faults": _faults,
    "reports": _reports,
}
