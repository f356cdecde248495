"""One promise of an API, with the data that puts it to the test."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from hypothesis.strategies import SearchStrategy

from harness.config import KNOWN_NEEDS
from harness.openapi.requirements import Strength
from harness.outcome import Check
from harness.rules.target import Target

Checks = Iterable[Check]


@dataclass(frozen=True, slots=True)
class Rule:
    """A promise: its case id, the requirements it verifies, and how to find out.

    `values` draws the data of one trial; a rule without values is tried once, with None.
    """

    id: str
    title: str
    requirements: tuple[str, ...]
    verify: Callable[[Target, Any], Checks]
    values: SearchStrategy[Any] | None = None
    strength: Strength = Strength.SHALL
    needs: tuple[str, ...] = ("validates_requests",)
    """Capabilities of the target without which the rule is omitted."""
    role: str = ""
    """Whose credentials it takes besides the run's own; without them the rule is omitted."""
    alone: bool = False
    """It moves the clock of the target, watches its tokens, or has threads of its own: nothing runs beside it."""

    def __post_init__(self) -> None:
        """Refuse a capability that there is not: the rule would be omitted for ever. Raises LookupError."""
        for need in self.needs:
            if need not in KNOWN_NEEDS:
                raise LookupError(f"{self.id} needs '{need}', which is no capability")

    @property
    def api(self) -> str:
        """The API group: the first part of the id."""
        return self.id.split("/")[0]

    @property
    def group(self) -> str:
        """The endpoint: the second part of the id."""
        return self.id.split("/")[1]
