"""What all APIs have in common keeps its promises."""

from collections.abc import Callable

from harness.rules.rule import Rule

API = "platform"


def test_promise(rule: Rule, verify: Callable[[Rule], None]) -> None:
    """Each rule of the platform is a case of its own."""
    verify(rule)
