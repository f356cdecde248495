"""What Schemathesis is to try, and what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from hypothesis.strategies import SearchStrategy

from harness.client.multipart import Part
from harness.jsonvalue import Json
from harness.openapi.model import Operation
from harness.outcome import Attribution, Check, Status
from harness.rules.document.draft import Access
from harness.rules.target import Target


def _as_generated(_: object, *, is_valid: bool) -> None:  # noqa: ARG001 a form stays as it is, valid or not
    return None


def bearer(target: Target, group: str) -> Access:
    """Return the good token of a group of products."""
    return Access(headers=target.authorization(group))


ALL: tuple[str, ...] = ()
ON_ANSWERS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
"""Checks that hold whatever a document leaves unsaid of valid requests: what comes back is as documented."""


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
    parameters: Mapping[str, Json] = field(default_factory=dict)
    """Values that parameters always have, as `path.id`."""
    checks: tuple[str, ...] = ALL
    """The only checks of Schemathesis that count; all of them where none is named."""
    access: Callable[[Target, str], Access] = bearer
    """Gives what authenticates a call, for a group of products."""
    is_second_opinion: bool = False
    """What Schemathesis cannot try, and requests that nobody accepts, are remarks and no failures."""


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """What came of one operation: findings as checks, and how many requests were answered how."""

    checks: tuple[Check, ...]
    accepted: int
    refused: int


def not_tried(reason: str, fuzzing: Fuzzing) -> Check:
    """Return the check of what Schemathesis could not try; a second opinion need not be had."""
    return Check(
        "fuzz.engine",
        Status.OMIT if fuzzing.is_second_opinion else Status.ERROR,
        expected="an operation that can be tried",
        # On one line: the engine formats its errors over many.
        actual=" ".join(reason.split())[:300],
        attribution=Attribution.HARNESS,
    )
