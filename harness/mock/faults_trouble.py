"""Faults in how the APIs tell that something failed behind them."""

from collections.abc import Mapping

from harness.jsonvalue import Json, items, members
from harness.mock.changes import with_changed, with_member, with_status, without
from harness.mock.fault import Fault
from harness.mock.reply import Reply
from harness.products.dental.mock.problems import refusal

UNABLE, TROUBLE = "medical.unable", "dental.trouble"
_GENERIC, _OTHER = "Service.genericError", "FileManagement.service.error"
TOLD: Mapping[str, str] = {
    "001": "D101",
    "022": "D123",
    "105": "D126",
    "106": "D127",
    "200": "D134",
    "301": "D137",
    "400": "D139",
    "401": "D140",
    "402": "D141",
    "403": "D142",
    "404": "D143",
    "406": "D145",
    "407": "D146",
    "408": "D147",
    "409": "D148",
}
"""Number of an error that no request provokes to the requirement that speaks of it."""


def _misnamed(number: str, breaks: str) -> Fault:
    other = refusal([_OTHER if number == "001" else _GENERIC])
    sentence = f"What is DENTATT_{number} is told as another failure."

    def misname(reply: Reply) -> Reply:
        return Reply(reply.status, other.body, reply.media_type)

    name = f"failure-{number}-misnamed"
    return Fault(name, "dental", breaks, sentence, f"{TROUBLE}.{number}", misname)


def _without_keys(properties: Json) -> Json:
    errors = [{**members(each), "field": "error"} for each in items(members(properties)["errors"])]
    return {"errors": errors}


FAULTS = (
    *(_misnamed(number, breaks) for number, breaks in TOLD.items()),
    Fault(
        "failure-keys-missing",
        "dental",
        "D149",
        "A failure is told without its message key.",
        TROUBLE,
        with_changed("properties", _without_keys),
    ),
    Fault(
        "failure-as-success",
        "dental",
        "D101",
        "What fails is answered with 200.",
        TROUBLE,
        with_status(200),
    ),
    Fault(
        "failure-shows-trace",
        "dental",
        "D101",
        "A failure shows where in the code it happened.",
        TROUBLE,
        with_member("detail", "at store.FileClient.put(FileClient.java:42)"),
    ),
    Fault(
        "health-failure-unexplained",
        "dental",
        "D017",
        "A failing dental healthcheck gives no reason.",
        "dental.health.trouble",
        without("properties"),
    ),
    Fault(
        "unable-unworded",
        "medical",
        "A070",
        "A temporary fault of the upload is told without a word on trying again.",
        UNABLE,
        with_member("message", "Internal Server Error"),
    ),
    Fault(
        "unable-as-400",
        "medical",
        "A070",
        "A temporary fault of the upload is blamed on the caller.",
        UNABLE,
        with_status(400),
    ),
    Fault(
        "prior-auth-down-as-200",
        "prior-auth",
        "S021",
        "A failing prior authorization healthcheck answers 200.",
        "prior-auth.down",
        with_status(200),
    ),
)
