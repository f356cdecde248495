"""Faults at the edges: what single payers say, odd days, headers that nobody has to send, and methods."""

import re

from harness.jsonvalue import Json, members, text
from harness.mock.changes import with_changed, with_each
from harness.mock.fault import Fault

STATUS = "medical.status"
MEDICAL, PRIOR_AUTH, TOKENS = "medical", "prior-auth", "tokens"
_TRACKING = re.compile(r"(?<=^Tracking #: )[0-9A-Za-z]+")
_DATE = re.compile(r", Date : [0-9/]+$")


def _without_number(message: Json) -> Json:
    return _TRACKING.sub("", text(message))


def _without_date(message: Json) -> Json:
    return _DATE.sub("", text(message))


def _blank_unless_fixed(message: Json) -> Json:
    """Blank the one message that is not of the table: that of TESTEP53, which tells what is wrong."""
    return "" if text(message).startswith("Request validation") else message


FAULTS = (
    Fault(
        "tracking-number-missing",
        MEDICAL,
        "A035",
        "A mailed attachment has no tracking number.",
        STATUS,
        with_changed("statusMessage", _without_number),
    ),
    Fault(
        "tracking-date-missing",
        MEDICAL,
        "A036",
        "A parcel's status has no date.",
        STATUS,
        with_changed("statusMessage", _without_date),
    ),
    Fault(
        "dynamic-message-blank",
        MEDICAL,
        "A028",
        "A refused request is not told what is wrong with it.",
        STATUS,
        with_changed("statusMessage", _blank_unless_fixed),
    ),
    Fault(
        "submission-errors-undescribed",
        MEDICAL,
        "A006",
        "A refused submission is not told what is wrong with a field.",
        "medical.errors",
        with_each("errors", lambda error: {**members(error), "description": ""}),
    ),
    Fault("fax-attempts-untold", MEDICAL, "A047", "Of a failing fax one attempt is reported."),
    Fault(
        "status-forgotten",
        MEDICAL,
        "A002",
        "A day after the upload its status is another.",
    ),
    Fault("search-criteria-unchecked", MEDICAL, "A015", "A metadata search needs no days."),
    Fault("search-days-swapped", MEDICAL, "A015", "Days in the wrong order are put right."),
    Fault("last-day-excluded", MEDICAL, "A015", "The last day of a search is not part of it."),
    Fault("trace-id-as-criterion", MEDICAL, "A015", "A metadata search goes by a trace id."),
    Fault("tenant-crashes", PRIOR_AUTH, "S029", "A tenant id that is no UUID ends in 500."),
    Fault("correlation-crashes", PRIOR_AUTH, "P030", "A correlation id that is no UUID is 500."),
    Fault("extra-member-crashes", PRIOR_AUTH, "S022", "A member beside x12 ends in 500."),
    Fault("scheme-case-sensitive", TOKENS, "O021", "The scheme has to be written as Bearer."),
)
