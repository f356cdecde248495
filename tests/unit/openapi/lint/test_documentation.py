from pathlib import Path

from harness.openapi.lint.report import rule_table
from harness.openapi.lint.table import RULES

PAGE = Path(__file__).parents[4] / "docs" / "spec-lint.md"


def test_the_page_lists_the_rules_as_they_are() -> None:
    assert PAGE.read_text(encoding="utf-8").endswith(rule_table())


def test_every_rule_says_what_it_checks_by_what_and_what_follows() -> None:
    for rule in RULES:
        assert rule.summary.endswith("."), rule.id
        assert rule.consequence.endswith("."), rule.id
        assert rule.section, rule.id
