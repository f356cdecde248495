"""Judge how the dental API refuses: by status, by published error, in the promised form."""

from collections.abc import Mapping, Sequence

from harness.jsonvalue import Json, text
from harness.products.dental.codes.errors import DentalError
from harness.products.dental.rules.baseline import MEMBER_FIELDS
from harness.products.dental.rules.errors import error_named, one_error_of, problem_body, published
from harness.products.dental.strategies.claim_rules import MEMBER_KEY, MEMBERS, PATTERNS, REQUIRED
from harness.rules.checks import refused
from harness.rules.leak_checks import leaks_nothing
from harness.rules.rule import Checks
from harness.rules.target import Answered


def refusal(
    answered: Answered, errors: Sequence[DentalError], claim_sent: Mapping[str, Json]
) -> Checks:
    """Judge a refusal: status, the error that names the fault, the body's form, and its silence.

    Without errors, none is published for the fault; with several, the documents leave open which.
    """
    if len(errors) == 1:
        yield error_named(answered, errors[0])
    elif errors:
        yield one_error_of(answered, errors)
    yield refused(answered)
    yield from problem_body(answered)
    yield from leaks_nothing(answered, [text(claim_sent.get(name)) for name in MEMBER_FIELDS])
    yield from answered.conforms()


def errors_of_absence(field: str) -> tuple[DentalError, ...]:
    """Return the errors that may name an absent, null or blank field of the claim."""
    own = tuple(published(required.key) for required in REQUIRED if required.field == field)
    if any(member.field == field for member in MEMBERS):
        own = (published(MEMBER_KEY),)
    return own


def errors_of_blank(field: str, value: object) -> tuple[DentalError, ...]:
    """Return the errors of absence for blanks alone: nothing says if they are missing or malformed."""
    is_blank = isinstance(value, str) and not value.strip()
    return errors_of_absence(field) if is_blank else ()


def errors_of_form(field: str) -> tuple[DentalError, ...]:
    """Return the error that names a malformed field of the claim; none where none is published."""
    keys = {
        pattern.key
        for pattern in PATTERNS
        if pattern.field == field and pattern.published and not pattern.key.startswith("Checksum")
    }
    return tuple(published(key) for key in keys)
