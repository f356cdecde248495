"""Ways in which one field of a dental claim can be wrong, each with the error that must name it."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.products.dental.strategies.claim_rules import PATTERNS
from harness.products.dental.strategies.claims import LONGEST_FIRST_NAME, LONGEST_LAST_NAME
from harness.strategies.dates import malformed_dates
from harness.strategies.identifiers import LONGEST_ID, malformed_payer_ids, too_long_claim_ids
from harness.strategies.npis import malformed_npis, wrong_checksum_npis
from harness.strategies.tax_ids import malformed_tax_ids


@dataclass(frozen=True, slots=True)
class Malformation:
    """A way in which one field can be wrong, and the key of the error that must name it."""

    case: str
    title: str
    field: str
    key: str
    requirements: tuple[str, ...]
    values: SearchStrategy[Any]


def _too_long(limit: int) -> SearchStrategy[str]:
    return st.integers(limit + 1, limit + 60).map(lambda size: ("Harness" * size)[:size])


def _malformation(case: str, title: str, key: str, values: SearchStrategy[Any]) -> Malformation:
    """Take field and requirements from the published pattern with this key."""
    pattern = next(candidate for candidate in PATTERNS if candidate.key == key)
    return Malformation(case, title, pattern.field, key, pattern.requirements, values)


MALFORMATIONS = (
    _malformation(
        "claim-id-too-long",
        "a claim id over 50 characters is refused",
        "Pattern.req.claimId",
        too_long_claim_ids(),
    ),
    _malformation(
        "payer-id-malformed",
        "a payer id that is not five letters or digits is refused",
        "Pattern.req.payerId",
        malformed_payer_ids(),
    ),
    _malformation(
        "npi-checksum",
        "an NPI with a wrong check digit is refused",
        "Checksum.req.providerNpi",
        wrong_checksum_npis(),
    ),
    _malformation(
        "npi-malformed",
        "an NPI that is not ten digits is refused as such, not by its check digit",
        "Pattern.req.providerNpi",
        malformed_npis(),
    ),
    _malformation(
        "service-date-malformed",
        "a date of service that is no date in YYYY-MM-DD is refused",
        "Pattern.req.dateOfService",
        malformed_dates(),
    ),
    _malformation(
        "birth-date-malformed",
        "a birth date that is no date in YYYY-MM-DD is refused",
        "Pattern.req.patientDateOfBirth",
        malformed_dates(),
    ),
    _malformation(
        "last-name-too-long",
        "a last name over 75 characters is refused",
        "Pattern.req.patientLastName",
        _too_long(LONGEST_LAST_NAME),
    ),
    _malformation(
        "first-name-too-long",
        "a first name over 50 characters is refused",
        "Pattern.req.patientFirstName",
        _too_long(LONGEST_FIRST_NAME),
    ),
    _malformation(
        "member-id-too-long",
        "a member id over 50 characters is refused",
        "Pattern.req.memberId",
        _too_long(LONGEST_ID),
    ),
    _malformation(
        "tax-id-malformed",
        "a billing tax id of other than nine digits is refused",
        "Pattern.req.billingProviderTaxId",
        malformed_tax_ids(),
    ),
)
