"""Every product keeps its promises."""

from collections.abc import Callable

from harness.rules.rule import AnyRule


def test_promise(rule: AnyRule, verify: Callable[[AnyRule], None]) -> None:
    """Each rule of a product is a case of its own."""
    verify(rule)
