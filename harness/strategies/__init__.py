"""Hypothesis strategies for the identifiers, claims and files of this field; synthetic throughout."""

from harness.strategies.dates import birth_dates, malformed_dates, service_dates
from harness.strategies.identifiers import (
    claim_ids,
    malformed_npis,
    malformed_payer_ids,
    malformed_tax_ids,
    member_ids,
    npis,
    payer_ids,
    tax_ids,
    wrong_checksum_npis,
)
from harness.strategies.names import names

__all__ = [
    "birth_dates",
    "claim_ids",
    "malformed_dates",
    "malformed_npis",
    "malformed_payer_ids",
    "malformed_tax_ids",
    "member_ids",
    "names",
    "npis",
    "payer_ids",
    "service_dates",
    "tax_ids",
    "wrong_checksum_npis",
]
