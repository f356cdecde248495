"""Name what can be wrong with the files of a document and the ignores in them; `files` finds it."""

from collections.abc import Iterator

from harness.openapi.lint.rule import Hit, Rule, Severity
from harness.openapi.lint.subject import Subject
from harness.openapi.walk import Node


def _nothing(_: Subject, __: Node) -> Iterator[Hit]:
    yield from ()


KEY_DUPLICATE = Rule(
    "key-duplicate",
    Severity.ERROR,
    (),
    _nothing,
    "No object has a key twice.",
    "RFC 8259, 4; YAML 1.2.2, 3.2.1.3",
    "Tools take one of the two values, and which one differs; this lint goes on with the last.",
)
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
RULES = (KEY_DUPLICATE, IGNORE_EXPIRED, IGNORE_MALFORMED, IGNORE_UNUSED)
