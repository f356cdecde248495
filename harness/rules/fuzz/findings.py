"""Let Schemathesis try one operation, and tell what it found as checks."""

from harness.outcome import Attribution, Check, Status
from harness.rules.fuzz.operation import Fuzzed, Fuzzing
from harness.rules.rule import Checks
from harness.rules.target import Target
from harness.rules.trial import Effort


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
