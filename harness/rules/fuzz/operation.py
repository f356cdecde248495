"""What Schemathesis is to try, and what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from hypothesis.strategies import SearchStrategy

from harness.client.multipart import Part
from harness.jsonvalue import Json
from harness.openapi.model import Operation
from harness.outcome import Attribution, Check, Status
from harness.rules.rule import Checks
from harness.rules.target import Target
from harness.rules.trial import Effort


def _as_generated(_: object, *, is_valid: bool) -> None:  # noqa: ARG001 a form stays as it is, valid or not
    return None


@dataclass(frozen=True, slots=True)
class Fuzzing:
    """One operation, and what a document cannot say of valid requests to it."""

    operation: Operation
    group: str
    """The product whose tokens open it."""
    fixed: Mapping[str, Json] = field(default_factory=dict)
    """The only values that members of these names may have."""
    formats: Mapping[str, SearchStrategy[str]] = field(default_factory=dict)
    """Strategies for the formats of the document."""
    form: Callable[..., Sequence[Part] | None] = _as_generated
    """Gives the parts of a generated body, told whether it is valid; None sends it as it is."""


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """What came of one operation: findings as checks, and how many requests were answered how."""

    checks: tuple[Check, ...]
    accepted: int
    refused: int


def findings(target: Target, fuzzing: Fuzzing, effort: Effort) -> Checks:
    """Let Schemathesis try an operation. Raises Unreachable where the target went away."""
    # Schemathesis takes more than a second to import, and most runs never ask for it.
    from harness.rules.fuzz.engine import fuzz  # noqa: PLC0415

    fuzzed = fuzz(target, fuzzing, effort)
    yield from fuzzed.checks
    yield _some_accepted(fuzzed)


def _some_accepted(fuzzed: Fuzzed) -> Check:
    """Check that the findings, or their absence, rest on something: a valid request was accepted."""
    return Check(
        name="fuzz.accepted",
        status=Status.PASS if fuzzed.accepted else Status.FAIL,
        expected="at least one valid request accepted",
        actual=f"{fuzzed.accepted} accepted, {fuzzed.refused} refused",
        attribution=Attribution.API,
    )
