"""Read what a document consists of for a lint, which goes on where a file is missing."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from harness.document import Document, read
from harness.errors import HarnessError
from harness.openapi.bundle import bundle
from harness.openapi.lint.ignores import Ignore, Kept, comments, without
from harness.openapi.lint.run import lint
from harness.openapi.lint.selection import Selection
from harness.openapi.location import Bounds

Read = Callable[[Path], Document]


def lint_file(
    path: Path, *, selection: Selection, ignores: tuple[Ignore, ...], today: date
) -> Kept:
    """Lint a document with the files that it refers to, and leave out what is ignored."""
    files: list[Document] = []

    def reading(location: str) -> Document:
        files.append(read(Path(location)))
        return files[-1]

    whole = _joined(reading(str(path)), reading)
    findings = lint(whole, selection=selection)
    noted = [comments(each.path, each.text.splitlines()) for each in files]
    own = [ignore for found, _ in noted for ignore in found]
    kept = without(findings, (*own, *ignores), today)
    wrong = tuple(finding for _, found in noted for finding in found)
    return Kept((*kept.findings, *wrong), kept.ignored)


def _joined(document: Document, reading: Callable[[str], Document]) -> Document:
    try:
        return bundle(document, reading, Bounds(document.path))
    except HarnessError:
        return document
