"""Break a valid prior authorization request in JSON in one named way at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.errors import InvalidArgument
from harness.jsonvalue import Json, members, text
from harness.x12.review import Kind


@dataclass(frozen=True, slots=True)
class PriorAuthMutation:
    """A request with a single fault, and the requirements that call it one."""

    rule: str
    field: str
    description: str
    request: dict[str, Json]
    requirements: tuple[str, ...]


# Name, field, requirements; the inquiry does without the last one.
_REQUIRED = (
    # What the readme leaves out and the onboarding guide marks as required (C72).
    ("sender-id", "senderId", ("S047",)),
    ("payer-id", "payerId", ("P024", "S047")),
    ("clearing-house-id", "umClearingHouseId", ("P024", "S047")),
    ("requester", "requester", ("S047",)),
    ("subscriber", "subscriber", ("S047",)),
    ("event", "patientEventDetail", ("S047",)),
)
_LONGEST = (
    ("sender-id", "senderId", 15),
    ("payer-id", "payerId", 80),
    ("payer-name", "payerName", 60),
    ("clearing-house-id", "umClearingHouseId", 15),
    ("transaction-id", "submitterTransactionIdentifier", 50),
)
_OTHER_CASES = (
    ("in-lower-case", "umclearinghouseid"),
    ("with-capitals", "UMClearingHouseId"),
    ("with-underscores", "um_clearing_house_id"),
)


def prior_auth_mutations(
    request: Mapping[str, Json], *, kind: Kind
) -> tuple[PriorAuthMutation, ...]:
    """Return each single fault of a whole valid request, in fixed order."""
    lacking = [field for _, field, _ in _REQUIRED if not request.get(field)]
    if lacking:
        raise InvalidArgument(f"only a whole request can be mutated; {', '.join(lacking)} missing.")
    return (
        *_missing(request, kind),
        *_too_long(request),
        *_other_cases(request),
        *_malformed(request),
    )


def _missing(request: Mapping[str, Json], kind: Kind) -> Iterator[PriorAuthMutation]:
    required = _REQUIRED if kind is Kind.SUBMISSION else _REQUIRED[:-1]
    for name, field, requirements in required:
        left = {key: value for key, value in request.items() if key != field}
        what = f"{field} is left out"
        yield PriorAuthMutation(f"{name}-missing", field, what, left, requirements)


def _too_long(request: Mapping[str, Json]) -> Iterator[PriorAuthMutation]:
    for name, field, longest in _LONGEST:
        # The valid value with more behind it, so that only its length is wrong.
        value = (text(request.get(field)) or "X").ljust(longest + 1, "X")
        what = f"{field} has {len(value)} characters"
        broken = {**request, field: value}
        yield PriorAuthMutation(f"{name}-too-long", field, what, broken, ("S047",))


def _other_cases(request: Mapping[str, Json]) -> Iterator[PriorAuthMutation]:
    field = "umClearingHouseId"
    for how, other in _OTHER_CASES:
        broken = {other if key == field else key: value for key, value in request.items()}
        rule = f"clearing-house-id-{how}"
        yield PriorAuthMutation(rule, field, f"{field} is spelt {other}", broken, ("P021",))


def _malformed(request: Mapping[str, Json]) -> Iterator[PriorAuthMutation]:
    for rule, field, value, requirement in (
        ("requester-type-unknown", "requester.requesterType", "ZZ", "S060"),
        # Code values are case-sensitive in X12.
        ("requester-type-lower-case", "requester.requesterType", "1p", "S060"),
        ("birth-date-with-dashes", "subscriber.dateOfBirth", "2000-01-31", "S059"),
        ("birth-date-american", "subscriber.dateOfBirth", "01/31/2000", "S059"),
        ("birth-date-short", "subscriber.dateOfBirth", "000131", "S059"),
        ("event-date-with-dashes", "patientEventDetail.eventDateBegin", "2026-01-31", "S059"),
    ):
        outer, _, inner = field.partition(".")
        broken: dict[str, Json] = {**request, outer: {**members(request[outer]), inner: value}}
        yield PriorAuthMutation(rule, field, f"{field} is {value!r}", broken, (requirement,))
