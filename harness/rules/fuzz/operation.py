"""What Schemathesis is to try, and what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from hypothesis.strategies import SearchStrategy

from harness.client.multipart import Part
from harness.jsonvalue import Json
from harness.openapi.model import Operation
from harness.outcome import Check


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
    """Returns the parts of a generated body, given whether it is valid; None sends it as it is."""


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """What came of one operation: findings as checks, and how many requests were answered how."""

    checks: tuple[Check, ...]
    accepted: int
    refused: int
