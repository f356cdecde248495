"""Faults as a gateway or a service behind it shows them: codes no caller can provoke, and limits."""

from harness.jsonvalue import Json
from harness.mock.changes import without_header
from harness.mock.fault import Change, Fault
from harness.mock.reply import Reply
from harness.products.dental.codes.errors import DENTAL_ERRORS, DentalError
from harness.products.dental.mock.problems import failure, refusal

AREA = "gateway"
_RETRY_AFTER = (("Retry-After", "1"),)
_ON_SEARCH = ("105", "200", "404", "406", "409")
"""Codes that speak of reading; the others speak of writing."""


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


def _limited(name: str, breaks: str, point: str, body: Json) -> Fault:
    sentence = f"Every good {name} is answered 429, however long the caller waits."
    reply = Reply(429, body, headers=_RETRY_AFTER)
    return Fault(f"{name}-always-limited", AREA, breaks, sentence, point, _answering(reply))


_SUBMISSION: Json = {
    "status": "errors",
    "errors": [{"field": "request", "description": "There were too many requests."}],
}
FAULTS = (
    *(_code(error) for error in DENTAL_ERRORS if not error.reachable),
    Fault(
        "healthcheck-always-limited",
        AREA,
        "D015",
        "Every dental healthcheck is answered 429, however long the caller waits.",
        "dental.health",
        _answering(failure(429, _RETRY_AFTER)),
    ),
    _limited("upload", "O013", "medical.receipt", _SUBMISSION),
    Fault(
        "allow-missing",
        AREA,
        "D060",
        "A 405 does not say which methods there are.",
        "failure.405",
        without_header("allow"),
    ),
)
