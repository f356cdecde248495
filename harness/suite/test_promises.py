"""Every product keeps its promises."""

from collections.abc import Callable

from harness.rules.rule import Rule


def test_promise(rule: Rule, verify: Callable[[Rule], None]) -> None:
    """Each rule of a product is a case of its own."""
    verify(rule)
