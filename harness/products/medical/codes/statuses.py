"""Classify the status codes of medical attachments: which are failures, and which are final."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MedicalStatus:
    """A published status of an attachment transaction."""

    code: str
    message: str
    """The text that comes with it; of 17 and 18 the start alone is fixed, of 53 nothing is."""
    failure: bool = False
    """The documents did not reach the payer, or the payer refused them."""
    terminal: bool = False
    """Nothing further follows unless the documents are submitted again."""


STATUSES = (
    MedicalStatus("01", "TRANSACTION_RECEIVED"),
    MedicalStatus("02", "ACCEPTED_BY_CHC"),
    MedicalStatus("04", "DELIVERED_TO_PAYER"),
    MedicalStatus("05", "ACKNOWLEDGED_BY_PAYER"),
    MedicalStatus("06", "ACCEPTED_BY_PAYER", terminal=True),
    MedicalStatus("10", "PARTIALLY_ACCEPTED", terminal=True),
    MedicalStatus("11", "Attachment reached print/fax facility"),
    # The guide calls 12, 14, 15 and 51 to 53 "non-failure states", although they fail (C92).
    MedicalStatus("12", "Attachment rejected by print/fax facility", failure=True, terminal=True),
    MedicalStatus("13", "Attachment faxed successfully", terminal=True),
    # The facility dials again, three times a day: a failed fax is not the last word.
    MedicalStatus("14", "Attachment failed to fax", failure=True),
    MedicalStatus("15", "Attachment failed to mail", failure=True, terminal=True),
    MedicalStatus("16", "Attachment mailed to the payer"),
    # A number follows, and with 18 a status and a date (A035, A036).
    MedicalStatus("17", "Tracking #: "),
    MedicalStatus("18", "Tracking #: "),
    # An electronic outcome under a print prefix (C95); taken as printed.
    MedicalStatus("19", "ACCEPTED_BY_PAYER_WITH_ERRORS", terminal=True),
    MedicalStatus("51", "REJECTED_BY_CHC", failure=True, terminal=True),
    MedicalStatus("52", "REJECTED_BY_PAYER", failure=True, terminal=True),
    MedicalStatus("53", "", failure=True, terminal=True),
)
"""Every published status; 03 and 07 to 09 were never given a meaning."""

BY_CODE = {status.code: status for status in STATUSES}


def is_terminal(code: str) -> bool:
    """Return whether polling can stop at a status code; at an unpublished one it cannot."""
    # An unknown code may be followed by a known one, so a client has to go on asking.
    return code in BY_CODE and BY_CODE[code].terminal
