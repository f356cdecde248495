"""Liberties that come from the documents: where they contradict each other or are silent, both will do."""

from collections.abc import Mapping
from dataclasses import replace

from harness.jsonvalue import Json, items, members, text
from harness.mock.changes import with_changed, without_header
from harness.mock.fault import Change
from harness.mock.reply import JSON, Reply
from harness.mock.tolerance import Tolerance, replying

_NULLS: Mapping[str, Json] = dict.fromkeys(
    ("statusCode", "statusMessage", "statusTimeStamp", "rejectionInformation")
)


def _saying(name: str, value: str) -> Change:
    return lambda reply: replace(reply, body={name: value})


def _in_a_list(reply: Reply) -> Reply:
    return replace(reply, body=[reply.body])


def _with_nulls(reply: Reply) -> Reply:
    return replace(reply, body={**_NULLS, **members(reply.body)})


def _in_words_of_the_gateway(reply: Reply) -> Reply:
    body: Json = {
        "error": "invalid_access_token",
        "error_description": "The access token is missing or not valid.",
        "traceId": "00000000-0000-4000-8000-000000000000",
    }
    return replace(reply, body=body, media_type=JSON)


def _with_printed_prefix(value: Json) -> Json:
    code = text(members(value).get("code"))
    return {**members(value), "code": "DENTAL_017" if code == "DENTATT_017" else code}


def _printed(value: Json) -> Json:
    errors = [_with_printed_prefix(each) for each in items(members(value).get("errors"))]
    return {**members(value), "errors": errors}


def _apart_is_forbidden(reply: Reply) -> Reply:
    errors = items(members(members(reply.body).get("properties")).get("errors"))
    if not any(members(each).get("code") == "DENTATT_111" for each in errors):
        return reply
    return replace(reply, status=403, body={**members(reply.body), "status": 403})


TOLERANCES: tuple[Tolerance, ...] = (
    replying(
        "health-in-other-words",
        "Healthchecks say what other documents say: Status, UP.",
        {
            "dental.health": _saying("Status", "Service is healthy"),
            "medical.submission.health": _saying("status", "UP"),
            "medical.status.health": _saying("status", "ok"),
            "prior-auth.health": _saying("status", "OK"),
        },
    ),
    replying(
        "gateway-refuses-tokens",
        "A 401 comes in the gateway's words, not in those of the API.",
        {"failure.401": _in_words_of_the_gateway},
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
        {"medical.failure": lambda reply: replace(reply, status=400)},
    ),
    replying(
        "code-as-printed",
        "The code 017 has the prefix that the table prints.",
        {"dental.problem": with_changed("properties", _printed)},
    ),
    replying(
        "ids-apart-forbidden",
        "Ids of different attachments get 403.",
        {"dental.problem": _apart_is_forbidden},
    ),
)
