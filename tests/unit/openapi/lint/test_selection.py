import pytest

from harness.errors import UsageError
from harness.openapi.lint.rule import Severity
from harness.openapi.lint.run import selection_of
from harness.openapi.lint.table import BY_ID, RULES

PATTERN = BY_ID["pattern-not-anchored"]
TASTE = BY_ID["description-missing"]


def chosen(text: str) -> set[str]:
    selection = selection_of(text)
    return {rule.id for rule in RULES if selection.includes(rule)}


def test_all_rules_but_matters_of_taste_are_checked() -> None:
    assert chosen("") == {rule.id for rule in RULES if not rule.is_optional}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("path-query, tag-duplicate", {"path-query", "tag-duplicate"}, id="only"),
        pytest.param("all", set(BY_ID), id="all"),
        pytest.param("all,-path-query", set(BY_ID) - {"path-query"}, id="all-but-one"),
    ],
)
def test_rules_are_chosen_by_their_names(text: str, expected: set[str]) -> None:
    assert chosen(text) == expected


def test_one_rule_is_left_out_and_one_is_added() -> None:
    found = chosen("-pattern-not-anchored,+description-missing")

    assert PATTERN.id not in found
    assert TASTE.id in found
    assert "path-query" in found


def test_a_severity_is_set_and_its_rule_is_checked() -> None:
    selection = selection_of("pattern-not-anchored=error,description-missing=warning")

    assert selection.severity(PATTERN) is Severity.ERROR
    assert selection.severity(TASTE) is Severity.WARNING
    assert selection.includes(TASTE)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("path-qery", "there is no rule of the lint 'path-qery'", id="rule"),
        pytest.param("path-query=bad", "there is no severity 'bad'", id="severity"),
    ],
)
def test_what_nobody_knows_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        selection_of(text)
