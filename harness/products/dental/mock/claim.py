"""Judge the claim that dental documents are sent with, field by field in the order of the reference."""

import re
from collections.abc import Callable, Mapping

from harness.codes.dates import is_iso_date
from harness.codes.npi import is_npi, is_ten_digits
from harness.codes.tax_id import is_tax_id
from harness.jsonvalue import Json
from harness.mock.fault import ActiveFaults
from harness.mock.rules import Rule, first_broken, is_given, is_text, optional
from harness.mock.settings import Client
from harness.products.dental.mock.tolerances import TAX_ID_PRINTED

_PAYER_ID = re.compile(r"[A-Za-z0-9]{5}")
MEMBER_FIELDS = ("memberId", "patientLastName", "patientFirstName", "patientDateOfBirth")
MEMBER_DATA_MISSING = "Attachments.req.memberMetadata.missing"
PERMISSION_DENIED = "UserAccess.permission.denied"
_TAX_ID = "billingProviderTaxId"


def _at_most(longest: int) -> Callable[[Json], bool]:
    return optional(lambda text: is_text(text, longest=longest))


FIELDS: Mapping[str, tuple[Rule, ...]] = {
    "claimId": (
        Rule("Required.req.claimId", is_given, "claim-id-requirement-unchecked"),
        Rule("Pattern.req.claimId", _at_most(50), "claim-id-length-unchecked"),
    ),
    "payerId": (
        Rule("Required.req.payerId", is_given, "payer-id-requirement-unchecked"),
        Rule(
            "Pattern.req.payerId",
            optional(lambda text: _PAYER_ID.fullmatch(text) is not None),
            "payer-id-pattern-unchecked",
        ),
    ),
    "memberId": (Rule("Pattern.req.memberId", _at_most(50), "member-id-pattern-unchecked"),),
    "providerNPI": (
        Rule("Required.req.providerNpi", is_given, "npi-requirement-unchecked"),
        Rule("Pattern.req.providerNpi", optional(is_ten_digits), "npi-digits-unchecked"),
        Rule(
            "Checksum.req.providerNpi",
            optional(lambda text: is_npi(text) or not is_ten_digits(text)),
            "npi-checksum-unchecked",
        ),
    ),
    "submitterId": (
        Rule("Required.req.submitterId", is_given, "submitter-requirement-unchecked"),
        Rule("Pattern.req.submitterId", _at_most(50), ""),
    ),
    "dateOfService": (
        Rule("Required.req.dateOfService", is_given, "service-date-requirement-unchecked"),
        Rule("Pattern.req.dateOfService", optional(is_iso_date), "service-date-format-unchecked"),
    ),
    "patientLastName": (
        Rule("Pattern.req.patientLastName", _at_most(75), "last-name-pattern-unchecked"),
    ),
    "patientFirstName": (
        Rule("Pattern.req.patientFirstName", _at_most(50), "first-name-pattern-unchecked"),
    ),
    "patientDateOfBirth": (
        Rule("Pattern.req.patientDateOfBirth", optional(is_iso_date), "birth-date-unchecked"),
    ),
    "billingProviderTaxId": (
        Rule("Required.req.billingProviderTaxId", is_given, "tax-id-requirement-unchecked"),
        Rule("Pattern.req.billingProviderTaxId", optional(is_tax_id), "tax-id-format-unchecked"),
    ),
}


def broken_rules(claim: Mapping[str, Json], faults: ActiveFaults) -> tuple[str, ...]:
    """Return the message keys of every field that breaks a rule, one a field, in field order.

    The reference requires each of the four member fields; the one code it has for their absence
    also covers the absence of all four.
    """
    keys = []
    for name, rules in FIELDS.items():
        key = first_broken(rules, _meant(name, claim, faults), faults)
        if name in MEMBER_FIELDS and _is_missing(claim.get(name), faults):
            key = MEMBER_DATA_MISSING
        if key is not None and key not in keys:
            keys.append(key)
    return tuple(keys)


def denied(claim: Mapping[str, Json], client: Client, faults: ActiveFaults) -> bool:
    """Return whether a claim names a submitter or a tax id that the client is not entitled to."""
    submitter, tax_id = claim.get("submitterId"), _meant(_TAX_ID, claim, faults)
    foreign_submitter = is_given(submitter) and submitter not in client.submitter_ids
    foreign_tax_id = is_given(tax_id) and tax_id not in client.tax_ids
    return (foreign_submitter and "foreign-submitter-accepted" not in faults) or (
        foreign_tax_id and "foreign-tax-id-accepted" not in faults
    )


def _meant(name: str, claim: Mapping[str, Json], faults: ActiveFaults) -> Json:
    value = claim.get(name)
    if name != _TAX_ID or TAX_ID_PRINTED not in faults or not isinstance(value, str):
        return value
    return value[:2] + value[3:] if value[2:3] == "-" else value


def _is_missing(value: Json, faults: ActiveFaults) -> bool:
    return not is_given(value) and "member-data-completeness-unchecked" not in faults
