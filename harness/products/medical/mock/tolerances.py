"""Tolerances of the medical APIs: where their documents contradict each other, are silent, or leave it open."""

from collections.abc import Mapping
from dataclasses import replace

from harness.jsonvalue import Json, members
from harness.mock.fault import Change, with_changed, without_header
from harness.mock.reply import Reply
from harness.mock.tolerances import (
    Tolerance,
    errors_reordered,
    health_in_other_words,
    health_of_components,
    replying,
    reversed_items,
)

PATIENT_IS_SUBSCRIBER = "patient-is-subscriber"
CLAIM_DAYS_BOUND = "claim-days-bound"
SUBMITTER_WANTED = "search-wants-submitter"
# These change no answer: the code that decides asks for them by name.
_WHERE_DECIDED: Mapping[str, Change] = {}
_NULLS: Mapping[str, Json] = dict.fromkeys(
    ("statusCode", "statusMessage", "statusTimeStamp", "rejectionInformation")
)


def _in_a_list(reply: Reply) -> Reply:
    return replace(reply, body=[reply.body])


def _with_nulls(reply: Reply) -> Reply:
    return replace(reply, body={**_NULLS, **members(reply.body)})


TOLERANCES: tuple[Tolerance, ...] = (
    replying(
        "documents-reordered",
        "A status lists its documents in the opposite order.",
        {"medical.status": with_changed("documents", reversed_items)},
    ),
    replying(
        "trace-id-in-body-alone",
        "A receipt has the trace id in the attachment id and in no header.",
        {"medical.receipt": without_header("x-trace-id")},
    ),
    replying(
        "detail-in-a-list",
        "A status in detail is an array of one.",
        {"medical.detail": _in_a_list},
    ),
    replying(
        "nulls-spelt-out",
        "Documents without a status of their own say so with nulls.",
        {"medical.document": _with_nulls},
    ),
    replying(
        "unknown-trace-refused",
        "A trace id that nobody knows gets 400.",
        # Only that it is the client's fault is published of an unknown trace id (A073).
        {"medical.failure": lambda reply: replace(reply, status=400)},
    ),
    replying(
        PATIENT_IS_SUBSCRIBER,
        "The patient of a transaction is its subscriber, whoever depends on him.",
        _WHERE_DECIDED,
    ),
    replying(
        CLAIM_DAYS_BOUND, "The claim dates of a search begin and end a range.", _WHERE_DECIDED
    ),
    replying(SUBMITTER_WANTED, "A metadata search has to name its submitter.", _WHERE_DECIDED),
    errors_reordered({"medical.errors": with_changed("errors", reversed_items)}),
    health_in_other_words("medical.submission.health", "status", "UP"),
    health_in_other_words("medical.status.health", "status", "ok"),
    health_of_components("medical.submission.health", "medical.status.health"),
)
