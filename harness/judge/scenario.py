"""A scenario as frozen values: what a client is asked to do, what it is answered, what is expected."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from harness.jsonvalue import Json
from harness.openapi.requirements import Strength
from harness.source import Source

SHARED_ACTIONS = ("token", "health")
"""What a client of any product can be asked to do; one that lacks an action exits with `NO_SUCH_ACTION`.
The others are its product's: `ClientProduct.actions`."""


class Effect(StrEnum):
    """What happens to a call besides, or in place of, the answer of the mock."""

    LOSE_ANSWER = "lose-answer"
    """The API does its work; the connection is closed before any answer."""
    REFUSE_CONNECTION = "refuse"
    """The connection is closed and the API never sees the call."""
    END_TOKENS = "end-tokens"
    """Every token issued so far is invalid from this call on."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One rule of a script: to which calls it applies and what they get."""

    operation: str
    """operationId; `*` is every operation but those for a token."""
    first: int
    """The first call of the operation that it applies to, from 1."""
    last: int
    """The last one; equal to `first` for a single call."""
    status: int = 0
    """Status of the answer in place of the API's; 0 leaves the API's own."""
    headers: tuple[tuple[str, str], ...] = ()
    """Replaced or added."""
    body: bytes | None = None
    """In place of the API's body; None leaves it."""
    members: Mapping[str, Json] = field(default_factory=dict)
    """JSON Pointers into the API's answer and the values to put there."""
    replace: Mapping[str, Json] = field(default_factory=dict)
    """The same, where the answer has something there to be replaced."""
    effect: Effect | None = None
    delay_seconds: float = 0.0
    chunk_bytes: int = 0
    """The answer comes without a length, in chunks of so many bytes; 0 leaves it whole."""

    def applies(self, operation: str, nth: int, *, is_token: bool) -> bool:
        """Return whether the rule applies to the n-th call of an operation."""
        # Token requests have an operation of their own, whatever a rule for all says.
        named = self.operation == operation or (self.operation == "*" and not is_token)
        return named and self.first <= nth <= self.last


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing that the observed calls have to show."""

    kind: str
    """A name of `harness.judge.expectations.KINDS`."""
    arguments: Mapping[str, Json]
    is_forbidden: bool
    """The expectation must not be met."""
    strength: Strength
    source: Source
    verifies: tuple[str, ...] = ()
    """Requirement ids; those of the scenario where none are named."""
    because: str = ""
    """The rule in words, shown where it is broken."""


@dataclass(frozen=True, slots=True)
class Control:
    """An action that has to arrive and to be accepted before silence counts as evidence."""

    action: str
    operation: str
    """The one that the action calls: another accepted call, as for health, shows no will to act."""
    inputs: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One thing that a client has to do or to survive."""

    id: str
    """`claims/create/waits-when-told`; unique over all files."""
    title: str
    product: str
    action: str
    instruct: str
    """What the operator, or the driver of the client, is asked to do."""
    verifies: tuple[str, ...]
    source: Source
    inputs: Mapping[str, Json] = field(default_factory=dict)
    """Members of the context's `inputs`; texts that begin with `$` are made for each session."""
    script: tuple[Turn, ...] = ()
    expect: tuple[Expectation, ...] = ()
    attest: tuple[str, ...] = ()
    """Questions that only a person can answer with yes or no."""
    control: Control | None = None
    """What the client is asked to do first where its silence is to mean something."""
    faults: tuple[str, ...] = ()
    """Behaviours of the mock, faults or tolerances, that the session runs with."""
    token_seconds: int = 3600
    repeat: int = 1
    quiet_seconds: float = 1.0
    """How long nothing may arrive before the scenario is judged, where the client is not ours to end."""
    limit_seconds: float = 30.0
    most_calls: int = 200
    """After so many calls the client is ended: it was seen not to stop."""
    certificate: str = ""
    """Served over TLS with a `sound` certificate, or one that is `wrong-name`, `expired` or of an
    `unknown-authority`; empty: over plain HTTP on loopback."""


def control_of(scenario: Scenario, control: Control) -> Scenario:
    """Return what shows that the client is alive: nothing is scripted, and any certificate is sound."""
    return replace(
        scenario,
        action=control.action,
        inputs=control.inputs,
        script=(),
        repeat=1,
        # Sound, so that a client that does not trust our authority is found out before it counts.
        certificate="sound" if scenario.certificate else "",
    )
