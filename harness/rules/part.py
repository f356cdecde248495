"""What a product brings to the suite: its rules, made for one target."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from harness.config import Credentials, Environment
from harness.openapi.model import Api
from harness.product import Products
from harness.rules.rule import Rule
from harness.rules.trial import Effort


@dataclass(frozen=True, slots=True)
class RuleContext:
    """What rules are made for."""

    environment: Environment
    credentials: Credentials
    apis: Mapping[str, Api]
    """The documents in use, by name."""
    products: Products
    can_advance_time: bool = False
    """The target's clock can be moved."""


@dataclass(frozen=True, slots=True)
class Exploration:
    """How rules that choose their own requests are to be made."""

    roles: Collection[str]
    """Those beyond the run's own that there are credentials for."""
    effort: Effort
    with_fuzzing: bool
    """Schemathesis takes seconds, so the quick profile leaves it out."""


def _no_exploration(_: RuleContext, __: Exploration) -> Iterable[Rule]:
    return ()


@dataclass(frozen=True, slots=True)
class RulePart:
    """The rules of a product, in the order in which they run."""

    rules: Callable[[RuleContext], Iterable[Rule]]
    exploring: Callable[[RuleContext, Exploration], Iterable[Rule]] = _no_exploration
    """Those that choose their own requests: sequences against a model, and Schemathesis."""
