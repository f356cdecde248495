"""List the published rules on a dental claim's fields, each with ways to break it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from harness.products.dental.strategies.claims import LONGEST_FIRST_NAME, LONGEST_LAST_NAME
from harness.strategies.dates import MALFORMED_DATE_FORMS
from harness.strategies.identifiers import LONGEST_ID, MALFORMED_PAYER_ID_FORMS
from harness.strategies.names import name_of_length
from harness.strategies.npis import MALFORMED_NPI_FORMS, with_wrong_check_digit
from harness.strategies.tax_ids import MALFORMED_TAX_ID_FORMS

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

MEMBERS = (
    Member("member-id", "memberId", "Pattern.req.memberId", "D042"),
    Member("last-name", "patientLastName", "Pattern.req.patientLastName", "D046"),
    Member("first-name", "patientFirstName", "Pattern.req.patientFirstName", "D047"),
    Member("birth-date", "patientDateOfBirth", "Pattern.req.patientDateOfBirth", "D048"),
)

MEMBER_KEY = "Attachments.req.memberMetadata.missing"
"""What a claim with only a part of them is refused by."""

_ODD_NAMES: Forms = {
    "digit": lambda _: "Atreides7",
    "control-character": lambda _: "Atrei\ades",
}


def _one_letter_too_many(longest: int) -> Forms:
    return {f"{longest + 1}-characters": lambda _: name_of_length(longest + 1)}


_WRONG_CHECK_DIGITS: Forms = {
    f"plus-{shift}": partial(with_wrong_check_digit, shift=shift) for shift in range(1, 10)
}

PATTERNS = (
    Pattern(
        "claim-id",
        "claimId",
        "Pattern.req.claimId",
        ("D108",),
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
