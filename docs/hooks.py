"""Fill in what the program itself knows, when the site is built: a page can then never be out of date."""

import re
import subprocess
from collections.abc import Callable, Iterator


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


_PARTS: dict[str, Callable[[], str]] = {"commands": _commands, "faults": _faults}
