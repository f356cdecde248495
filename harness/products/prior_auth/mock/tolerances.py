"""Tolerances of prior authorization in what its documents leave open: places, line ends, words of health."""

from dataclasses import replace

from harness.jsonvalue import members, text
from harness.mock.reply import Reply
from harness.mock.tolerances import Tolerance, health_in_other_words, health_of_components, replying

_PLACES = {
    "requestValidation": "umRequestValidation",
    "umRequestValidation": "requestValidation",
}


def _elsewhere(reply: Reply) -> Reply:
    body = members(reply.body)
    moved = {_PLACES[name]: value for name, value in body.items() if name in _PLACES}
    kept = {name: value for name, value in body.items() if name not in _PLACES}
    return replace(reply, body={**kept, **moved})


def _in_lines(reply: Reply) -> Reply:
    # Line ends behind a terminator are for readers; X12 ignores them.
    return replace(reply, body=text(reply.body).replace("~", "~\r\n"))


TOLERANCES: tuple[Tolerance, ...] = (
    replying(
        "rejections-elsewhere",
        "Reasons for a rejection stand at another level of the JSON form.",
        {"prior-auth.json": _elsewhere},
    ),
    replying("x12-in-lines", "Each segment has a line of its own.", {"prior-auth.x12": _in_lines}),
    health_in_other_words("prior-auth.health", "status", "OK"),
    health_of_components("prior-auth.health"),
)
