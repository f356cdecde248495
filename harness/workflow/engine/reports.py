"""What goes into a run of a workflow and what comes out of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from harness.exchange import Exchange, Request
from harness.jsonvalue import Json
from harness.outcome import Check, Status, worst
from harness.workflow.engine.session import SessionCache
from harness.workflow.language.scope import Scope


class ContractChecks(StrEnum):
    """What a response that breaks its OpenAPI document does to the case."""

    FAIL = "fail"
    WARN = "warn"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one case."""

    # Far above what a workflow needs, so that only one that never ends is stopped by them.
    attempts: int = 1_000
    deadline_seconds: float = 900.0
    retry_after_cap_seconds: float = 120.0
    depth: int = 20
    """How deep workflows may call workflows."""


@dataclass(frozen=True, slots=True)
class StepReport:
    """How a step went, all its attempts taken together."""

    workflow: str
    name: str
    status: Status
    attempts: int = 1
    waited_seconds: float = 0.0
    exchanges: tuple[int, ...] = ()
    message: str = ""
    allowed: int = 1
    """How many attempts its retry actions allow at most."""


@dataclass(frozen=True, slots=True)
class Result:
    """How a workflow went. `outputs` holds those that could be resolved."""

    workflow: str
    checks: tuple[Check, ...]
    steps: tuple[StepReport, ...] = ()
    inputs: Mapping[str, object] = field(default_factory=dict)
    outputs: Mapping[str, object] = field(default_factory=dict)
    recovered: tuple[str, ...] = ()
    """Steps that failed and whose failure an action handled."""
    # Apart from the status: a breach of the contract fails a case whose steps may all go on.
    completed: bool = False
    """Whether it came to its end with no failure left, so that whoever needs it may go on.

    A response that breaks its OpenAPI document fails the case and does not change its course.
    """
    last: Scope | None = field(default=None, repr=False)
    """What its last step saw: a step that calls it can judge that answer."""
    renew_at: float | None = None
    """When its outputs, of which an answer said `expires_in`, are about to lose their force."""

    @property
    def status(self) -> Status:
        """The worst of the checks; no check at all is an error."""
        return worst(check.status for check in self.checks)


@dataclass(frozen=True, slots=True)
class TeardownReport:
    """How the teardown went; it never changes the case's status."""

    workflow: str
    status: Status
    checks: tuple[Check, ...] = ()
    steps: tuple[StepReport, ...] = ()
    message: str = ""


@dataclass(frozen=True, slots=True)
class CaseReport:
    """How a case went."""

    status: Status
    checks: tuple[Check, ...] = ()
    steps: tuple[StepReport, ...] = ()
    outputs: Mapping[str, object] = field(default_factory=dict)
    teardown: TeardownReport | None = None
    message: str = ""
    """Empty where all went well; else at most 15 lines."""
    recovered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """All that a run needs from outside. `clock` counts seconds since 1970, as Retry-After dates do."""

    # Everything that reaches outside is handed in, so that tests run without network and time.
    send: Callable[[Request], Exchange]
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    boundary: Callable[[], str]
    servers: Mapping[str, str] = field(default_factory=dict)
    """Base URL by source name; `*` is the default. The full path of the operation is put below it."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables that `x-env` may take."""
    inputs: Mapping[str, Json] = field(default_factory=dict)
    """Values that overrule those of the case."""
    session: SessionCache[Result] = field(default_factory=SessionCache)
    secret: Callable[[str], None] = lambda _: None
    """Receives every secret value before it is used."""
    show: Callable[[int], tuple[str, ...]] = lambda _: ()
    """Returns a few masked lines on an exchange, for the message of a failure."""
    contract_checks: ContractChecks = ContractChecks.FAIL
    limits: Limits = Limits()
    # None where nobody can stop the run, so that waits need no slices.
    is_stopped: Callable[[], bool] | None = None
    """Whether the run is to end: the case then goes to its teardown."""
    strict: bool = False
    """Let a failure that an action handled fail the case all the same."""
