"""Faults in what the dental API says of failures: codes no caller can provoke, and errors reported as others."""

from collections.abc import Mapping

from harness.jsonvalue import Json, items, lookup, members
from harness.mock.fault import Change, Fault, with_changed, with_member, with_status, without
from harness.mock.reply import Reply
from harness.products.dental.codes.errors import DENTAL_ERRORS, DentalError
from harness.products.dental.mock.problems import failure, refusal

AREA, TROUBLE = "gateway", "dental.trouble"
_GENERIC, _OTHER = "Service.genericError", "FileManagement.service.error"
_NEVER = "0123456789abcdef01234567"
_MALFORMED, _UNKNOWN = "Pattern.req.attachmentId", "DataService.attachments.find.notFound"
# One second, so that a client that waits as told sees that it does not help.
_RETRY_AFTER = (("Retry-After", "1"),)
_ON_SEARCH = ("105", "200", "404", "406", "409")
"""Codes that speak of reading; the others speak of writing."""
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


def _answering(reply: Reply) -> Change:
    return lambda _: reply


def _code(error: DentalError) -> Fault:
    number = error.code.rpartition("_")[2]
    on_search = number in _ON_SEARCH
    call = "search" if on_search else "create"
    return Fault(
        f"{call}-fails-with-{number}",
        AREA,
        "D069" if on_search else "D054",
        f"Every good {call} is answered with {error.code}.",
        "dental.search" if on_search else "dental.receipt",
        _answering(refusal([error.key])),
    )


def _misnamed(number: str, breaks: str) -> Fault:
    # Any other error will do; the generic one cannot stand in for itself.
    other = refusal([_OTHER if number == "001" else _GENERIC])
    sentence = f"What is DENTATT_{number} is told as another failure."

    def misname(reply: Reply) -> Reply:
        return Reply(reply.status, other.body, reply.media_type)

    # One fault for each code: a check that looks for any error at all misses them.
    name = f"failure-{number}-misnamed"
    return Fault(name, "dental", breaks, sentence, f"{TROUBLE}.{number}", misname)


def _without_keys(properties: Json) -> Json:
    errors = [
        # The schema demands the member, so the key is replaced and not removed.
        {**members(other), "field": "error"}
        for other in items(members(properties)["errors"])
    ]
    return {"errors": errors}


def _with_another_key(reply: Reply) -> Reply:
    errors = [members(error) for error in items(lookup(reply.body, "/properties/errors"))]
    listed: Json = [
        {**error, "field": _UNKNOWN} if error.get("field") == _MALFORMED else {**error}
        for error in errors
    ]
    return with_member("properties", {"errors": listed})(reply)


FAULTS: tuple[Fault, ...] = (
    *(_code(error) for error in DENTAL_ERRORS if not error.reachable),
    Fault(
        "healthcheck-always-limited",
        AREA,
        "D015",
        "Every dental healthcheck is answered 429, however long the caller waits.",
        "dental.health",
        _answering(failure(429, _RETRY_AFTER)),
    ),
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
        "error-key-of-another",
        "dental",
        "D060",
        "A malformed id is told with the key of one that is unknown.",
        "dental.problem",
        _with_another_key,
    ),
    Fault(
        "analysis-id-reused",
        "dental",
        "D076",
        "Every image intelligence call gets one transaction id.",
        "dental.created-with-images",
        with_member("imageIntelligenceTransactionId", _NEVER),
    ),
)
