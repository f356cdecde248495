"""What a product brings to the suite, and what its rules share: missing operations, and troubles of the mock."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from harness.config import Credentials, Environment
from harness.exchange import Exchange, Request
from harness.openapi.model import Absent, Api
from harness.outcome import Attribution, Check, Status
from harness.product import Products
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Target
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


def _no_exploration(_: RuleContext, __: Exploration) -> Iterable[AnyRule]:
    return ()


@dataclass(frozen=True, slots=True)
class RulePart:
    """The rules of a product, in the order in which they run."""

    rules: Callable[[RuleContext], Iterable[AnyRule]]
    exploring: Callable[[RuleContext, Exploration], Iterable[AnyRule]] = _no_exploration
    """Those that choose their own requests: sequences against a model, and Schemathesis."""


def rules(context: RuleContext) -> Iterator[AnyRule]:
    """Yield a rule for each operation that a document in use no longer has."""
    # Two documents may lack the same operation; one case id may stand in a run once.
    seen: set[str] = set()
    for api in context.apis.values():
        owners = [fact.name for fact in context.products.facts if api.name in fact.documents]
        for absent in api.absent if owners else ():
            rule = _rule(owners[0], api, absent)
            if rule.id not in seen:  # a document of tokens may belong to several products
                seen.add(rule.id)
                yield rule


def _rule(owner: str, api: Api, absent: Absent) -> AnyRule:
    defect, operation = absent.defect, absent.operation

    def verify(_: Target, __: object) -> Checks:
        yield Check(
            "document.operation",
            Status.WARN,
            expected=operation.label,
            actual=f"the document {defect.what.rstrip('.')}",
            where=f"document {api.name}",
            source=str(defect.source),
            attribution=Attribution.DOCUMENT,
        )

    # It verifies no requirement: what a document lacks is no fault of the API's.
    title = f"the document in use describes {operation.id}"
    return Rule(f"{owner}/document/{operation.id}", title, (), verify, needs=())


# Only our mock knows this header; a real target has no capability `fault_injection`.
HEADER = "X-Mock-Trouble"
FAILS = ("fault_injection",)


def troubled(target: Target, trouble: str) -> Target:
    """Return a target on which every call meets a trouble behind the API."""

    def send(request: Request) -> Exchange:
        return target.send(replace(request, headers=(*request.headers, (HEADER, trouble))))

    return replace(target, send=send)
