"""Name what can be wrong with an ignore; the ignores themselves are read and judged beside the document."""

from collections.abc import Iterator

from harness.openapi.lint.rule import Hit, Rule, Severity
from harness.openapi.lint.subject import Subject
from harness.openapi.walk import Node


def _nothing(_: Subject, __: Node) -> Iterator[Hit]:
    yield from ()


IGNORE_EXPIRED = Rule(
    "ignore-expired",
    Severity.WARNING,
    (),
    _nothing,
    "No finding is left out beyond the day that its ignore names.",
    "this lint",
    "The finding counts again; mend the document, or answer for it anew.",
)
IGNORE_MALFORMED = Rule(
    "ignore-malformed",
    Severity.WARNING,
    (),
    _nothing,
    "A comment that leaves out findings names known rules, an end and a reason.",
    "this lint",
    "Nothing is left out; write `# lint-ignore RULE until YYYY-MM-DD: reason`.",
)
IGNORE_UNUSED = Rule(
    "ignore-unused",
    Severity.NOTE,
    (),
    _nothing,
    "Every ignore leaves out a finding.",
    "this lint",
    "Remove it, or it hides the next one.",
)
RULES = (IGNORE_EXPIRED, IGNORE_MALFORMED, IGNORE_UNUSED)
