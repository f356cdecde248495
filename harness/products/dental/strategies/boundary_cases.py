"""BoundaryCase a valid dental claim to its limits, where it must still be accepted."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.codes.npi import completed
from harness.jsonvalue import Json
from harness.products.dental.strategies.claims import LONGEST_FIRST_NAME, LONGEST_LAST_NAME
from harness.strategies.identifiers import LONGEST_ID
from harness.strategies.names import name_of_length


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
    _Limit("npi-first-digit-2", "providerNPI", completed("200000000"), "D112"),
    _Limit("npi-check-digit-0", "providerNPI", completed("100000002"), "D112"),
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
