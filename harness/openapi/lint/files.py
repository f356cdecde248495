"""Read what a document consists of for a lint, which goes on where a file is missing."""

from datetime import date
from pathlib import Path

from harness.document import Document, read
from harness.errors import DocumentError
from harness.openapi.bundle import bundle
from harness.openapi.lint.file_rules import KEY_DUPLICATE
from harness.openapi.lint.ignores import Ignore, Kept, comments, without
from harness.openapi.lint.rule import Finding, Severity
from harness.openapi.lint.run import lint
from harness.openapi.lint.selection import Selection
from harness.openapi.location import Bounds, project_root
from harness.openapi.model import Defect
from harness.openapi.reader import check_version
from harness.openapi.structure import version_of
from harness.source import Source


def lint_file(
    path: Path, *, selection: Selection, ignores: tuple[Ignore, ...], today: date
) -> Kept:
    """Lint a document with the files that it refers to, and leave out what is ignored."""
    files: list[Document] = []
    problems: list[Defect] = []
    repeated: list[DocumentError] = []

    def reading(location: str) -> Document:
        files.append(read(Path(location), repeated=repeated))
        return files[-1]

    document = reading(str(path))
    version_of(document.data) or check_version(document)  # before other files are asked for
    bounds = Bounds(document.path, root=project_root(path), is_noting=True)
    whole = bundle(document, reading, bounds, problems=problems)
    findings = [*lint(whole, selection=selection, problems=problems)]
    if selection.includes(KEY_DUPLICATE):
        findings += [
            _repeated(document_error, selection.severity(KEY_DUPLICATE))
            for document_error in repeated
        ]
    noted = [comments(file.path, file.text.splitlines()) for file in files]
    own = [ignore for found, _ in noted for ignore in found]
    kept = without(findings, (*own, *ignores), today)
    wrong = tuple(finding for _, found in noted for finding in found)
    return Kept((*kept.findings, *wrong), kept.ignored)


def _repeated(problem: DocumentError, severity: Severity) -> Finding:
    source = problem.source or Source("")
    return Finding(KEY_DUPLICATE, source, problem.what.rstrip("."), severity=severity)
