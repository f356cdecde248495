"""Tolerances of the dental API: where its documents contradict each other, are silent, or leave it open."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from harness.jsonvalue import Json, items, members, text
from harness.mock.fault import Change, with_changed, with_status
from harness.mock.reply import Reply
from harness.mock.tolerances import (
    Tolerance,
    errors_reordered,
    health_in_other_words,
    health_of_components,
    replying,
    reversed_items,
)

TAX_ID_PRINTED = "tax-id-as-printed"
# Empty: this one changes no answer, the rule on tax ids asks for it.
_WHERE_DECIDED: Mapping[str, Change] = {}


def _with_fraction(value: Json) -> Json:
    moment = datetime.fromisoformat(text(value))
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000+00:00"


def _capitals(value: Json) -> Json:
    # The prefix is in capitals already, and a number may come without it.
    prefix, sign, digits = text(value).rpartition("#")
    return f"{prefix}{sign}{digits.upper()}"


def _errors_reversed(value: Json) -> Json:
    return {**members(value), "errors": reversed_items(members(value).get("errors"))}


def _with_printed_prefix(value: Json) -> Json:
    code = text(members(value).get("code"))
    return {**members(value), "code": "DENTAL_017" if code == "DENTATT_017" else code}


def _printed(value: Json) -> Json:
    errors = [_with_printed_prefix(error) for error in items(members(value).get("errors"))]
    return {**members(value), "errors": errors}


def _apart_is_forbidden(reply: Reply) -> Reply:
    errors = items(members(members(reply.body).get("properties")).get("errors"))
    # No status is published for any code (C51), so 403 is as good as 400 here.
    if not any(members(error).get("code") == "DENTATT_111" for error in errors):
        return reply
    return replace(reply, status=403, body={**members(reply.body), "status": 403})


TOLERANCES: tuple[Tolerance, ...] = (
    replying("created-with-200", "A create answers 200.", {"dental.receipt": with_status(200)}),
    replying(
        "created-at-with-fraction",
        "createdAt has milliseconds and an offset of zero.",
        {"dental.receipt": with_changed("createdAt", _with_fraction)},
    ),
    replying(
        "control-numbers-in-capitals",
        "Control numbers have capital digits.",
        {"dental.receipt": with_changed("attachmentControlNumber", _capitals)},
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
    replying(
        "ids-reordered",
        "A receipt lists its ids in the opposite order of the files.",
        {"dental.receipt": with_changed("attachmentIds", reversed_items)},
    ),
    replying(
        TAX_ID_PRINTED, "A tax id may have the dash that forms print it with.", _WHERE_DECIDED
    ),
    errors_reordered({"dental.problem": with_changed("properties", _errors_reversed)}),
    health_in_other_words("dental.health", "Status", "Service is healthy"),
    health_of_components("dental.health"),
)
