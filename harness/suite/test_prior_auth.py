"""The prior authorization API keeps its promises."""

from collections.abc import Callable

from harness.rules.rule import Rule

API = "prior-auth"


def test_promise(rule: Rule, verify: Callable[[Rule], None]) -> None:
    """Each rule of this API is a case of its own."""
    verify(rule)
