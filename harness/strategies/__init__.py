"""Hypothesis strategies for the identifiers, claims and files of this field; synthetic throughout."""

from harness.strategies.dates import birth_dates, malformed_dates, service_dates
from harness.strategies.identifiers import claim_ids, malformed_payer_ids, member_ids, payer_ids
from harness.strategies.names import names
from harness.strategies.npis import malformed_npis, npis, wrong_checksum_npis
from harness.strategies.tax_ids import malformed_tax_ids, tax_ids

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
