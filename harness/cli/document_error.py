"""Describe why a document could not be read: what, where, its line with a caret, what to do."""

from itertools import islice
from pathlib import Path

from harness.errors import DocumentError
from harness.source import Source
from harness.workflow.document.model import Finding
from harness.workflow.engine.render import finding

MAX_LINES = 1_000_000


def format_document_error(problem: DocumentError) -> str:
    """Return a fault of a document as findings are reported; as it is where its line cannot be had."""
    source = problem.source
    line = _line(source) if source is not None else ""
    if source is None or not line:
        return f"error: {problem}"
    what = problem.what.removesuffix(".")
    title = f"the document {what}" if what.startswith(("is ", "has ", "holds ", "uses ")) else what
    return finding(Finding("document", title, source, line=line, advice=problem.advice))


def _line(source: Source) -> str:
    if not 0 < source.line < MAX_LINES:
        return ""
    try:
        with Path(source.path).open(encoding="utf-8-sig") as lines:
            return next(islice(lines, source.line - 1, None), "").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        return ""
