"""Let Schemathesis try one operation, and report what it found as checks."""

from harness.outcome import Attribution, Check, Status
from harness.rules.document.places import MULTIPART
from harness.rules.fuzz.operation import Fuzzed, Fuzzing, not_tried
from harness.rules.rule import Checks
from harness.rules.target import Target
from harness.rules.trial import Effort


def findings(target: Target, fuzzing: Fuzzing, effort: Effort) -> Checks:
    """Let Schemathesis try an operation. Raises Unreachable where the target went away."""
    if fuzzing.is_second_opinion and any(
        each.essence == MULTIPART for each in fuzzing.operation.body
    ):
        # Nearly all that it draws for a form with files it throws away, minutes long.
        yield not_tried("forms are left to the rules of our own", fuzzing)
        return
    # Schemathesis takes more than a second to import, and most runs never ask for it.
    from harness.rules.fuzz.engine import fuzz  # noqa: PLC0415

    fuzzed = fuzz(target, fuzzing, effort)
    yield from fuzzed.checks
    yield _some_accepted(fuzzed, fuzzing)


def _some_accepted(fuzzed: Fuzzed, fuzzing: Fuzzing) -> Check:
    """Check that the findings, or their absence, rest on something: a valid request was accepted."""
    # A value that fits the schema may fail what the schema cannot say; then its silence proves nothing.
    without = Status.OMIT if fuzzing.is_second_opinion else Status.FAIL
    return Check(
        name="fuzz.accepted",
        status=Status.PASS if fuzzed.accepted else without,
        expected="at least one valid request accepted",
        actual=f"{fuzzed.accepted} accepted, {fuzzed.refused} refused",
        attribution=Attribution.API,
    )
