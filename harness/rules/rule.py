"""One promise of an API, with the data that puts it to the test."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeAlias, TypeVar, cast

from hypothesis import given
from hypothesis.strategies import SearchStrategy

from harness.config import KNOWN_NEEDS
from harness.openapi.requirements import Strength
from harness.outcome import Check
from harness.rules.target import Target

Checks: TypeAlias = Iterable[Check]
Trial: TypeAlias = Callable[[Target], Checks]
"""One trial of a rule, with the data that was drawn for it."""

Drawn = TypeVar("Drawn")


# Without slots: typing has to try an attribute of its own on what `Rule[str](...)` makes.
@dataclass(frozen=True)
class Rule(Generic[Drawn]):
    """A promise: its case id, the requirements it verifies, and how to find out.

    `values` draws the data of one trial; a rule without values is tried once, with None.
    """

    id: str
    title: str
    requirements: tuple[str, ...]
    verify: Callable[[Target, Drawn], Checks]
    # Of the same type as the argument of `verify`, so that no rule is handed what it cannot take.
    values: SearchStrategy[Drawn] | None = None
    strength: Strength = Strength.SHALL
    # Most rules expect a refusal, which a sandbox with canned answers never gives.
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

    def verifying(self, requirements: tuple[str, ...]) -> "Rule[Drawn]":
        """Return the same rule with other requirements."""
        return replace(self, requirements=requirements)

    @property
    def draws(self) -> bool:
        """Whether it is tried on drawn data, and not just once."""
        return self.values is not None

    def once(self, target: Target) -> Checks:
        """Try it without data."""
        # A rule without values takes anything as its second argument, and ignores it.
        return self.verify(target, cast("Drawn", None))

    def on_drawn(self, attempt: Callable[[Trial], None]) -> Callable[[], None]:
        """Return the Hypothesis test that attempts one trial for each value drawn. Raises LookupError."""
        if self.values is None:
            raise LookupError(f"{self.id} draws no data")

        @given(self.values)
        def run(value: Drawn) -> None:
            attempt(lambda target: self.verify(target, value))

        return run


class AnyRule(Protocol):
    """A rule whatever it draws, so that rules of different data stand in one list.

    Only the rule itself can bring its data and its `verify` together, so their type is not needed here.
    """

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def requirements(self) -> tuple[str, ...]: ...
    @property
    def strength(self) -> Strength: ...
    @property
    def needs(self) -> tuple[str, ...]: ...
    @property
    def role(self) -> str: ...
    @property
    def alone(self) -> bool: ...
    @property
    def api(self) -> str: ...
    @property
    def group(self) -> str: ...
    def verifying(self, requirements: tuple[str, ...]) -> "AnyRule": ...
    @property
    def draws(self) -> bool: ...
    def once(self, target: Target) -> Checks: ...
    def on_drawn(self, attempt: Callable[[Trial], None]) -> Callable[[], None]: ...
