"""List all rules of the lint."""

from collections.abc import Mapping

from harness.openapi.lint import (
    combination_rules,
    file_rules,
    media_rules,
    object_rules,
    operation_rules,
    parameter_rules,
    path_rules,
    recursion_rules,
    reference_rules,
    schema_rules,
    security_rules,
    server_rules,
    structure_rules,
    value_rules,
)
from harness.openapi.lint.rule import Rule

GROUPS: Mapping[str, tuple[Rule, ...]] = {
    "Build of the document": structure_rules.RULES,
    "References and components": reference_rules.RULES,
    "Paths": path_rules.RULES,
    "Operations": operation_rules.RULES,
    "Parameters and headers": parameter_rules.RULES,
    "Media types, links and callbacks": media_rules.RULES,
    "Schemas": (*schema_rules.RULES, *object_rules.RULES, *combination_rules.RULES),
    "Schemas that have no end": recursion_rules.RULES,
    "Patterns and values": value_rules.RULES,
    "Security and what the document says of itself": security_rules.RULES,
    "Servers": server_rules.RULES,
    "Files, and what is left out": file_rules.RULES,
}
"""The rules as the documentation groups them."""

RULES: tuple[Rule, ...] = tuple(rule for group in GROUPS.values() for rule in group)
BY_ID: Mapping[str, Rule] = {rule.id: rule for rule in RULES}
