"""Run the rules over a document."""

from collections.abc import Iterable, Iterator

from harness.document import Document
from harness.openapi.lint.rule import Finding, Rule
from harness.openapi.lint.selection import Selection
from harness.openapi.lint.subject import Subject
from harness.openapi.lint.table import RULES
from harness.openapi.model import Defect
from harness.openapi.reader import check_version
from harness.openapi.structure import version_of
from harness.openapi.validator import clipped

_DEFAULT = Selection()


def lint(
    document: Document,
    *,
    selection: Selection = _DEFAULT,
    problems: Iterable[Defect] = (),
) -> tuple[Finding, ...]:
    """Return all findings in the order of the document; `problems` are those of its other files.

    Raises DocumentError where it is no OpenAPI document, so that nothing can be said of it.
    """
    version = version_of(document.data) or check_version(document)
    reasons = {problem.source: problem.what.rstrip(".") for problem in problems}
    subject = Subject(document, document.data, version, reasons)
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
    examined = subject.meant if rule.is_of_values else subject
    for kind in rule.kinds:
        for node in examined.of(kind):
            for hit in rule.check(examined, node):
                source = examined.document.source(hit.pointer)
                value = clipped(hit.value) if hit.value != "" else ""
                yield Finding(rule, source, hit.what, value, severity, hit.pointer)
