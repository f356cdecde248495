"""Break a valid dental claim in one named way at a time, or take it to a limit where it must still be accepted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from harness.codes.identifiers import completed
from harness.errors import InvalidArgument
from harness.jsonvalue import Json, text
from harness.products.dental.codes.errors import DentalError, error_by_key
from harness.products.dental.strategies.claims import (
    IMAGE_INTELLIGENCE_TWINS,
    LONGEST_FIRST_NAME,
    LONGEST_LAST_NAME,
    MEMBER_KEY,
    MEMBERS,
    PATTERNS,
    REQUIRED,
    Member,
    Pattern,
)
from harness.strategies.identifiers import LONGEST_ID
from harness.strategies.names import name_of_length


@dataclass(frozen=True, slots=True)
class Mutation:
    """A claim with a single fault, and what the fault breaks.

    `published` is False where the vendor refers to a pattern that is printed nowhere.
    `alternatives` are other errors that the documents would allow for the same fault.
    """

    rule: str
    field: str
    description: str
    claim: dict[str, Json]
    error: DentalError
    requirements: tuple[str, ...]
    published: bool = True
    alternatives: tuple[DentalError, ...] = ()


def mutations(
    claim: Mapping[str, Json], *, image_intelligence: bool = False
) -> tuple[Mutation, ...]:
    """Return each single fault of DENTATT_004 to 016, 112 and the placeholder rows, in fixed order.

    Required fields have a requirement of their own for each of the two create operations.
    """
    _refuse_partial(claim)
    found = (*_missing(claim), *_blank_claim_ids(claim), *_malformed(claim), *_partial(claim))
    return tuple(map(_for_image_intelligence, found)) if image_intelligence else found


def without(claim: Mapping[str, Json], *fields: str) -> dict[str, Json]:
    """Return a claim that lacks some fields."""
    return {field: value for field, value in claim.items() if field not in fields}


def _refuse_partial(claim: Mapping[str, Json]) -> None:
    fields = {each.field for each in (*REQUIRED, *MEMBERS)}
    # A claim that lacks something already would have two faults at once.
    lacking = sorted(field for field in fields if not text(claim.get(field)))
    if lacking:
        raise InvalidArgument(f"only a whole claim can be mutated; {', '.join(lacking)} missing.")


def _missing(claim: Mapping[str, Json]) -> Iterator[Mutation]:
    for required in REQUIRED:
        yield Mutation(
            f"{required.name}-missing",
            required.field,
            f"{required.field} is left out",
            without(claim, required.field),
            _error(required.key),
            required.requirements,
        )


def _blank_claim_ids(claim: Mapping[str, Json]) -> Iterator[Mutation]:
    # What clients send for "nothing"; each reads differently to a careless check.
    values: tuple[tuple[str, Json], ...] = (("null", None), ("empty", ""), ("blank", "   "))
    for name, value in values:
        yield Mutation(
            f"claim-id-{name}",
            "claimId",
            f"claimId is {name}",
            {**claim, "claimId": value},
            _error("Required.req.claimId"),
            ("D040", "D107"),
        )


def _malformed(claim: Mapping[str, Json]) -> Iterator[Mutation]:
    for pattern in PATTERNS:
        for form in pattern.forms:
            yield _malformed_field(claim, pattern, form)


def _malformed_field(claim: Mapping[str, Json], pattern: Pattern, form: str) -> Mutation:
    value = pattern.forms[form](text(claim[pattern.field]))
    return Mutation(
        f"{pattern.name}-{form}",
        pattern.field,
        f"{pattern.field} is {value!r}",
        {**claim, pattern.field: value},
        _error(pattern.key),
        pattern.requirements,
        published=pattern.published,
    )


def _partial(claim: Mapping[str, Json]) -> Iterator[Mutation]:
    # Every proper part of the four: all of them missing is another case (C43).
    for count in range(1, len(MEMBERS)):
        for left_out in combinations(MEMBERS, count):
            yield _partial_member(claim, left_out)


def _partial_member(claim: Mapping[str, Json], left_out: tuple[Member, ...]) -> Mutation:
    fields = tuple(member.field for member in left_out)
    # With several left out no single requirement is the one broken.
    own = (left_out[0].requirement,) if len(left_out) == 1 else ()
    return Mutation(
        f"member-without-{'-and-'.join(member.name for member in left_out)}",
        fields[0],
        f"{', '.join(fields)} left out, the rest of the member data given",
        without(claim, *fields),
        _error(MEMBER_KEY),
        (*own, "D133"),
        # The table has a code for each field as well, and does not say which goes first.
        alternatives=tuple(_error(member.key) for member in left_out),
    )


def _for_image_intelligence(mutation: Mutation) -> Mutation:
    requirements = tuple(
        IMAGE_INTELLIGENCE_TWINS.get(requirement, requirement)
        for requirement in mutation.requirements
    )
    return replace(mutation, requirements=requirements)


def _error(key: str) -> DentalError:
    error = error_by_key(key)
    if error is None:
        raise InvalidArgument(f"no dental error has the key {key!r}.")
    return error


@dataclass(frozen=True, slots=True)
class BoundaryCase:
    """A claim at a limit that the documents allow.

    `published` is False where the vendor refers to a pattern that is printed nowhere.
    """

    rule: str
    field: str
    description: str
    claim: dict[str, Json]
    requirements: tuple[str, ...]
    published: bool = True


@dataclass(frozen=True, slots=True)
class _Limit:
    rule: str
    field: str
    value: str
    requirement: str
    published: bool = True


_LIMITS = (
    _Limit("claim-id-1-character", "claimId", "0", "D108"),
    _Limit("claim-id-50-characters", "claimId", "CLM-TEST-".ljust(LONGEST_ID, "0"), "D108"),
    _Limit("payer-id-digits", "payerId", "00000", "D110"),
    _Limit("payer-id-upper-case", "payerId", "ZZZZZ", "D110"),
    _Limit("payer-id-lower-case", "payerId", "zzzzz", "D110"),
    _Limit("payer-id-mixed", "payerId", "aB3d5", "D110"),
    _Limit("npi-published-example", "providerNPI", "1234567893", "D112"),
    # NPIs begin with 1 or 2; the check digit counts the prefix 80840 (CMS).
    _Limit("npi-first-digit-2", "providerNPI", completed("200000000"), "D112"),
    _Limit("npi-check-digit-0", "providerNPI", completed("100000002"), "D112"),
    # 9 doubled gives 18, whose digits are added: the step of the Luhn formula that is often wrong.
    _Limit("npi-with-09", "providerNPI", completed("109000000"), "D112"),
    _Limit("npi-with-90", "providerNPI", completed("190000000"), "D112"),
    _Limit("service-date-leap-day", "dateOfService", "2024-02-29", "D053"),
    _Limit("service-date-year-end", "dateOfService", "2025-12-31", "D115"),
    _Limit("birth-date-leap-day", "patientDateOfBirth", "2000-02-29", "D116"),
    _Limit("birth-date-documented", "patientDateOfBirth", "2000-01-01", "D052"),
    _Limit("last-name-75-characters", "patientLastName", name_of_length(LONGEST_LAST_NAME), "D117"),
    _Limit(
        "first-name-50-characters", "patientFirstName", name_of_length(LONGEST_FIRST_NAME), "D118"
    ),
    _Limit("last-name-documented", "patientLastName", "Atreides", "D117"),
    _Limit("first-name-documented", "patientFirstName", "Paul", "D118"),
    _Limit("last-name-single-letter", "patientLastName", "X", "D117", published=False),
    _Limit("first-name-single-letter", "patientFirstName", "Q", "D118", published=False),
    # Real names that a pattern of plain letters would refuse.
    _Limit("last-name-apostrophe", "patientLastName", "O'Sample", "D117", published=False),
    _Limit("last-name-hyphen", "patientLastName", "Doe-Test", "D117", published=False),
    _Limit("last-name-diacritic", "patientLastName", "M\u00fcller-Test", "D117", published=False),
    _Limit("member-id-documented", "memberId", "44444444", "D119"),
    _Limit("member-id-50-characters", "memberId", "SYN".ljust(LONGEST_ID, "0"), "D119"),
)


def boundary_cases(claim: Mapping[str, Json]) -> tuple[BoundaryCase, ...]:
    """Return a claim at each limit in turn, in fixed order; submitter and tax id stay."""
    return tuple(
        BoundaryCase(
            limit.rule,
            limit.field,
            f"{limit.field} is {limit.value!r}",
            {**claim, limit.field: limit.value},
            (limit.requirement,),
            published=limit.published,
        )
        for limit in _LIMITS
    )
