"""Liberties in what the documents leave open: orders, places, meanings and writings that none of them gives."""

from collections.abc import Mapping
from dataclasses import replace

from harness.jsonvalue import Json, items, members, text
from harness.mock.answer import Answer, with_header
from harness.mock.changes import with_changed
from harness.mock.fault import Change
from harness.mock.reply import Reply
from harness.mock.tolerance import Tolerance, redrafting, replying

PATIENT_IS_SUBSCRIBER = "patient-is-subscriber"
CLAIM_DAYS_BOUND = "claim-days-bound"
SUBMITTER_WANTED = "search-wants-submitter"
TAX_ID_PRINTED = "tax-id-as-printed"
_WHERE_DECIDED: Mapping[str, Change] = {}
_HEALTH = (
    "dental.health",
    "medical.submission.health",
    "medical.status.health",
    "prior-auth.health",
)
_PLACES = {
    "requestValidation": "umRequestValidation",
    "umRequestValidation": "requestValidation",
}


def _reversed(value: Json) -> Json:
    return list(reversed(items(value)))


def _elsewhere(reply: Reply) -> Reply:
    body = members(reply.body)
    moved = {_PLACES[name]: value for name, value in body.items() if name in _PLACES}
    kept = {name: value for name, value in body.items() if name not in _PLACES}
    return replace(reply, body={**kept, **moved})


def _not_found(reply: Reply) -> Reply:
    body = members(reply.body)
    numbers: dict[str, Json] = {"status": 404, "code": "404"}
    told = {name: number for name, number in numbers.items() if name in body}
    return replace(reply, status=404, body={**body, **told} if body else reply.body)


def _in_lines(reply: Reply) -> Reply:
    return replace(reply, body=text(reply.body).replace("~", "~\r\n"))


def _with_components(reply: Reply) -> Reply:
    part: Json = {"status": "UP", "message": "connected"}
    return replace(reply, body={**members(reply.body), "components": {"store": part}})


def _media_type_in_capitals(answer: Answer) -> Answer:
    media_type, semicolon, parameters = answer.header(b"content-type").partition(b";")
    written = media_type.upper() + semicolon + parameters.replace(b"boundary=", b"Boundary=")
    return with_header(answer, b"content-type", written) if media_type else answer


TOLERANCES: tuple[Tolerance, ...] = (
    replying(
        "ids-reordered",
        "A receipt lists its ids in the opposite order of the files.",
        {"dental.receipt": with_changed("attachmentIds", _reversed)},
    ),
    replying(
        TAX_ID_PRINTED, "A tax id may have the dash that forms print it with.", _WHERE_DECIDED
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
    replying(
        "rejections-elsewhere",
        "Reasons for a rejection stand at another level of the JSON form.",
        {"prior-auth.json": _elsewhere},
    ),
    replying("x12-in-lines", "Each segment has a line of its own.", {"prior-auth.x12": _in_lines}),
    replying(
        "health-of-components",
        "Healthchecks tell how their components are, besides.",
        dict.fromkeys(_HEALTH, _with_components),
    ),
    replying(
        "other-methods-not-found",
        "A method that a path has not gets 404.",
        {"failure.405": _not_found},
    ),
    redrafting("media-types-in-capitals", "Media types are in capitals.", _media_type_in_capitals),
)
