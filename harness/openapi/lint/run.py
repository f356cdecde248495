"""Run the chosen rules over a document and the files that it consists of."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from harness.document import Document, read
from harness.errors import DocumentError, UnknownName, UsageError
from harness.openapi.bundle import bundle
from harness.openapi.lint.ignores import Ignore, Kept, comments, without
from harness.openapi.lint.rule import Finding, Rule, Severity, Subject
from harness.openapi.lint.table import BY_ID, KEY_DUPLICATE, RULES
from harness.openapi.location import Bounds, project_root
from harness.openapi.model import Defect
from harness.openapi.reader import check_version
from harness.openapi.structure import version_of
from harness.openapi.validator import clipped
from harness.source import Source

EVERYTHING = "all"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rules are checked: those that are no matter of taste, unless something else is said."""

    only: frozenset[str] | None = None
    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    severities: Mapping[str, Severity] = field(default_factory=dict)

    def includes(self, rule: Rule) -> bool:
        """Decide whether a rule is checked."""
        # Leaving out wins, in whatever order the words stand.
        if rule.id in self.removed:
            return False
        if self.only is not None:
            return rule.id in self.only
        return not rule.is_optional or rule.id in self.added

    def severity(self, rule: Rule) -> Severity:
        """Return how severe a finding of a rule is."""
        return self.severities.get(rule.id, rule.severity)


def selection_of(text: str) -> Selection:
    """Read what `--rules` names: `a,b` are the only ones, `+a` adds one, `-a` leaves one out, `a=note` sets a severity.

    `all` stands for all rules, matters of taste included. Raises UsageError with what is known.
    """
    found = Selection()
    for word in (part.strip() for part in text.split(",")):
        if word:
            found = _with(found, word)
    return found


def _with(selection: Selection, word: str) -> Selection:
    sign = word[0] if word[0] in "+-" else ""
    name, _, severity = word.removeprefix(sign).partition("=")
    if name != EVERYTHING and name not in BY_ID:
        raise UnknownName(None, kind="rule of the lint", name=name, known=tuple(BY_ID))
    names = frozenset(rule.id for rule in RULES) if name == EVERYTHING else frozenset({name})
    if severity:
        levels = dict.fromkeys(names, _severity(severity))
        # Who sets a severity wants the rule to be checked.
        added = selection.added | names
        return replace(selection, severities={**selection.severities, **levels}, added=added)
    match sign:
        case "+":
            return replace(selection, added=selection.added | names)
        case "-":
            return replace(selection, removed=selection.removed | names)
        case _:
            return replace(selection, only=(selection.only or frozenset()) | names)


def _severity(text: str) -> Severity:
    if text not in [severity.value for severity in Severity]:
        raise UsageError(f"there is no severity '{text}'.", advice="Use error, warning or note.")
    return Severity(text)


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
    # By what a reader sees: one fault can be met along several ways.
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
    # Values are judged in the words of OpenAPI 3; sources stay those of the document.
    examined = subject.meant if rule.is_of_values else subject
    for kind in rule.kinds:
        for node in examined.of(kind):
            for hit in rule.check(examined, node):
                source = examined.document.source(hit.pointer)
                value = clipped(hit.value) if hit.value != "" else ""
                yield Finding(rule, source, hit.what, value, severity, hit.pointer)


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
    # Only reading the file meets a key that stands there twice; parsed, the last one is left.
    if selection.includes(KEY_DUPLICATE):
        findings += [
            _repeated(document_error, selection.severity(KEY_DUPLICATE))
            for document_error in repeated
        ]
    # Comments are gone once a file is parsed, so they are read from its text.
    noted = [comments(file.path, file.text.splitlines()) for file in files]
    own = [ignore for found, _ in noted for ignore in found]
    kept = without(findings, (*own, *ignores), today)
    wrong = tuple(finding for _, found in noted for finding in found)
    return Kept((*kept.findings, *wrong), kept.ignored)


def _repeated(problem: DocumentError, severity: Severity) -> Finding:
    source = problem.source or Source("")
    return Finding(KEY_DUPLICATE, source, problem.what.rstrip("."), severity=severity)
