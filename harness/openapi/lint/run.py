"""Run the rules over a document."""

from collections.abc import Iterator, Sequence

from harness.document import Document
from harness.errors import DocumentError
from harness.jsonvalue import Json, members, text
from harness.openapi.lint.rule import Finding, Rule
from harness.openapi.lint.selection import Selection
from harness.openapi.lint.subject import Subject
from harness.openapi.lint.table import RULES
from harness.openapi.structure import Version, version_of
from harness.openapi.validator import clipped

_DEFAULT = Selection()


def lint(
    document: Document,
    data: Json = None,
    *,
    selection: Selection = _DEFAULT,
    problems: Sequence[tuple[str, str]] = (),
) -> tuple[Finding, ...]:
    """Return all findings in the order of the document. `data` stands for it where files were joined.

    Raises DocumentError where it is no OpenAPI document, so that nothing can be said of it.
    """
    root = document.data if data is None else data
    subject = Subject(document, root, _version(document, root), tuple(problems))
    found = {
        (finding.source, finding.rule.id, finding.what): finding
        for rule in RULES
        if selection.includes(rule)
        for finding in _findings(subject, rule, selection)
    }
    return tuple(sorted(found.values(), key=_order))


def _order(finding: Finding) -> tuple[str, int, int, str, str]:
    source = finding.source
    return source.path, source.line, source.column, finding.rule.id, finding.what


def _findings(subject: Subject, rule: Rule, selection: Selection) -> Iterator[Finding]:
    severity = selection.severity(rule)
    for kind in rule.kinds:
        for node in subject.of(kind):
            for hit in rule.check(subject, node):
                source = subject.document.source(hit.pointer)
                value = clipped(hit.value) if hit.value != "" else ""
                yield Finding(rule, source, hit.what, value, severity, hit.pointer)


def _version(document: Document, root: Json) -> Version:
    version = version_of(root)
    if version is not None:
        return version
    given = text(members(root).get("openapi"))
    source = document.source("/openapi" if given else "")
    if not isinstance(root, dict):
        what, advice = "is not an OpenAPI document.", "It must be an object."
    elif given:
        what, advice = f"has the OpenAPI version '{given[:20]}'.", "Give 3.0.x, 3.1.x or 3.2.x."
    else:
        what, advice = "names no version.", "Give 'openapi: 3.0.x', 3.1.x or 3.2.x."
    raise DocumentError(what, source=source, advice=advice)
