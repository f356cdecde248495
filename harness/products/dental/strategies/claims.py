"""Generate whole valid claims, and list the published rules on their fields with ways to break each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from hypothesis import strategies as st

from harness.jsonvalue import Json
from harness.strategies.dates import MALFORMED_DATE_FORMS, birth_dates, service_dates
from harness.strategies.identifiers import (
    LONGEST_ID,
    MALFORMED_NPI_FORMS,
    MALFORMED_PAYER_ID_FORMS,
    MALFORMED_TAX_ID_FORMS,
    claim_ids,
    member_ids,
    npis,
    payer_ids,
    with_wrong_check_digit,
)
from harness.strategies.names import name_of_length, names

# Characters, from the interface document: the guide refers to patterns without printing them (C60).
LONGEST_LAST_NAME = 75
LONGEST_FIRST_NAME = 50


def claims(*, submitter_id: str, tax_id: str) -> st.SearchStrategy[dict[str, Json]]:
    """Generate claims of exactly the ten documented fields for a submitter and a tax id.

    Names stay within ASCII, for the vendor never prints its pattern for names.
    """
    return st.fixed_dictionaries(
        {
            "claimId": claim_ids(),
            "payerId": payer_ids(),
            "memberId": member_ids(),
            "providerNPI": npis(),
            # Not drawn: the credentials decide which values are accepted (D050, D051).
            "submitterId": st.just(submitter_id),
            "dateOfService": service_dates(),
            "patientLastName": names(max_size=LONGEST_LAST_NAME, plain=True),
            "patientFirstName": names(max_size=LONGEST_FIRST_NAME, plain=True),
            "patientDateOfBirth": birth_dates(),
            "billingProviderTaxId": st.just(tax_id),
        }
    )


Forms = Mapping[str, Callable[[str], str]]


@dataclass(frozen=True, slots=True)
class Required:
    """A field whose absence has an error of its own."""

    name: str
    field: str
    key: str
    requirements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One of the four fields that are due together (DENTATT_112)."""

    name: str
    field: str
    key: str
    requirement: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """A field's form and the named ways to miss it."""

    name: str
    field: str
    key: str
    requirements: tuple[str, ...]
    forms: Forms
    published: bool = True


REQUIRED = (
    Required("claim-id", "claimId", "Required.req.claimId", ("D040", "D107")),
    Required("payer-id", "payerId", "Required.req.payerId", ("D041", "D109")),
    Required("npi", "providerNPI", "Required.req.providerNpi", ("D043", "D111")),
    Required("submitter-id", "submitterId", "Required.req.submitterId", ("D044", "D102")),
    Required("service-date", "dateOfService", "Required.req.dateOfService", ("D045", "D114")),
    Required(
        "tax-id", "billingProviderTaxId", "Required.req.billingProviderTaxId", ("D049", "D103")
    ),
)

# C43: the table requires each, the error code calls them all or none.
MEMBERS = (
    Member("member-id", "memberId", "Pattern.req.memberId", "D042"),
    Member("last-name", "patientLastName", "Pattern.req.patientLastName", "D046"),
    Member("first-name", "patientFirstName", "Pattern.req.patientFirstName", "D047"),
    Member("birth-date", "patientDateOfBirth", "Pattern.req.patientDateOfBirth", "D048"),
)

MEMBER_KEY = "Attachments.req.memberMetadata.missing"
"""What a claim with only a part of them is refused by."""

# No pattern for names is printed, so that what they miss is a guess (`published=False`).
_ODD_NAMES: Forms = {
    "digit": lambda _: "Atreides7",
    "control-character": lambda _: "Atrei\ades",
}


def _one_letter_too_many(longest: int) -> Forms:
    return {f"{longest + 1}-characters": lambda _: name_of_length(longest + 1)}


_WRONG_CHECK_DIGITS: Forms = {
    # All nine wrong digits: a check that only looks at some would pass a part of them.
    f"plus-{shift}": partial(with_wrong_check_digit, shift=shift)
    for shift in range(1, 10)
}

PATTERNS = (
    Pattern(
        "claim-id",
        "claimId",
        "Pattern.req.claimId",
        ("D108",),
        # One character too many, of those that an id may have.
        {f"{LONGEST_ID + 1}-characters": lambda _: "CLM-TEST-".ljust(LONGEST_ID + 1, "0")},
    ),
    Pattern("payer-id", "payerId", "Pattern.req.payerId", ("D110",), MALFORMED_PAYER_ID_FORMS),
    Pattern(
        "npi-checksum", "providerNPI", "Checksum.req.providerNpi", ("D112",), _WRONG_CHECK_DIGITS
    ),
    Pattern("npi", "providerNPI", "Pattern.req.providerNpi", ("D113",), MALFORMED_NPI_FORMS),
    Pattern(
        "service-date",
        "dateOfService",
        "Pattern.req.dateOfService",
        ("D115",),
        MALFORMED_DATE_FORMS,
    ),
    Pattern(
        "birth-date",
        "patientDateOfBirth",
        "Pattern.req.patientDateOfBirth",
        ("D052", "D116"),
        MALFORMED_DATE_FORMS,
    ),
    Pattern(
        "last-name",
        "patientLastName",
        "Pattern.req.patientLastName",
        ("D117",),
        _one_letter_too_many(LONGEST_LAST_NAME),
    ),
    Pattern(
        "last-name",
        "patientLastName",
        "Pattern.req.patientLastName",
        ("D117",),
        _ODD_NAMES,
        published=False,
    ),
    Pattern(
        "first-name",
        "patientFirstName",
        "Pattern.req.patientFirstName",
        ("D118",),
        _one_letter_too_many(LONGEST_FIRST_NAME),
    ),
    Pattern(
        "first-name",
        "patientFirstName",
        "Pattern.req.patientFirstName",
        ("D118",),
        _ODD_NAMES,
        published=False,
    ),
    Pattern(
        "member-id",
        "memberId",
        "Pattern.req.memberId",
        ("D119",),
        {f"{LONGEST_ID + 1}-characters": lambda _: "SYN".ljust(LONGEST_ID + 1, "0")},
    ),
    Pattern(
        "member-id",
        "memberId",
        "Pattern.req.memberId",
        ("D119",),
        {"symbols": lambda _: "SYN<0000>"},
        published=False,
    ),
    Pattern(
        "tax-id",
        "billingProviderTaxId",
        "Pattern.req.billingProviderTaxId",
        ("D104",),
        MALFORMED_TAX_ID_FORMS,
        published=False,
    ),
)

IMAGE_INTELLIGENCE_TWINS = MappingProxyType(
    {
        "D040": "D078",
        "D041": "D079",
        "D042": "D080",
        "D043": "D081",
        "D044": "D082",
        "D045": "D084",
        "D046": "D085",
        "D047": "D086",
        "D048": "D087",
        "D049": "D088",
    }
)
"""Each required field's requirement on create, and its twin on create with image intelligence."""
