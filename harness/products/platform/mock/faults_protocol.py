"""Faults in what every API answers before its own rules speak."""

from harness.mock.changes import with_status, without_header
from harness.mock.fault import Fault

AREA = "protocol"


def _fault(name: str, breaks: str, sentence: str, status: int, answer: int) -> Fault:
    return Fault(name, AREA, breaks, sentence, f"failure.{status}", with_status(answer))


FAULTS = (
    _fault("missing-path-as-success", "O017", "An unknown path answers 200.", 404, 200),
    _fault("wrong-method-as-success", "P027", "A wrong method answers 200.", 405, 200),
    _fault("wrong-media-type-crashes", "D020", "A wrong media type ends in 500.", 415, 500),
    _fault("malformed-body-crashes", "D021", "An unreadable body ends in 500.", 400, 500),
    _fault("bad-token-as-400", "O003", "A missing or bad token answers 400.", 401, 400),
    Fault(
        "challenge-missing",
        AREA,
        "D122",
        "A 401 answer has no WWW-Authenticate header.",
        "failure.401",
        without_header("www-authenticate"),
    ),
    Fault(
        "allow-missing",
        "gateway",
        "D060",
        "A 405 does not say which methods there are.",
        "failure.405",
        without_header("allow"),
    ),
)
