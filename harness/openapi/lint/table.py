"""List all rules of the lint."""

from collections.abc import Iterator, Mapping

from harness.openapi.lint import (
    combination_rules,
    media_rules,
    object_rules,
    operation_rules,
    parameter_rules,
    path_rules,
    reference_rules,
    schema_rules,
    security_rules,
    server_rules,
    structure_rules,
    value_rules,
)
from harness.openapi.lint.rule import Hit, Rule, Severity, Subject
from harness.openapi.walk import Node


# Findings of these come from reading files; no object of a document could be checked for them.
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
FILE_RULES = (KEY_DUPLICATE, IGNORE_EXPIRED, IGNORE_MALFORMED, IGNORE_UNUSED)


# The order is that of the documentation and of reports.
GROUPS: Mapping[str, tuple[Rule, ...]] = {
    "Build of the document": structure_rules.RULES,
    "References and components": reference_rules.RULES,
    "Paths": path_rules.RULES,
    "Operations": operation_rules.RULES,
    "Parameters and headers": parameter_rules.RULES,
    "Media types, links and callbacks": media_rules.RULES,
    "Schemas": (*schema_rules.RULES, *object_rules.RULES, *combination_rules.RULES),
    "Schemas that have no end": combination_rules.RECURSION_RULES,
    "Patterns and values": value_rules.RULES,
    "Security and what the document says of itself": security_rules.RULES,
    "Servers": server_rules.RULES,
    "Files, and what is left out": FILE_RULES,
}
"""The rules as the documentation groups them."""

RULES: tuple[Rule, ...] = tuple(rule for group in GROUPS.values() for rule in group)
BY_ID: Mapping[str, Rule] = {rule.id: rule for rule in RULES}
