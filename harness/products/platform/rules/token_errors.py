"""Judge how the token endpoints word a refusal: by RFC 6749, 5.2, or by failureReason and Errors."""

from collections.abc import Mapping

from harness.jsonvalue import Json, items, members, text
from harness.rules.checks import check
from harness.rules.rule import Checks
from harness.rules.target import Answered

_CLIENT = ("invalid_client", "unauthorized_client")
_CODES = ("invalid_request", *_CLIENT, "invalid_grant", "unsupported_grant_type", "invalid_scope")
_REASONS = (
    "ValidationError",
    "InvalidClient",
    "InsufficientScope",
    "UnsupportedMediaType",
    "ServerError",
)


def in_oauth_words(answered: Answered) -> Checks:
    """Judge an error of RFC 6749: one of its codes, and for 401 one that speaks of the client."""
    body = members(answered.body)
    error = text(body.get("error"))
    allowed = _CLIENT if answered.response.status == 401 else _CODES
    shown = error or _names(body)
    yield check("error.body", answered, " or ".join(allowed), shown, holds=error in allowed)


def in_own_words(answered: Answered) -> Checks:
    """Judge an error of the sntl endpoint, of which the schema promises less than its examples show."""
    body, code = members(answered.body), str(answered.response.status)
    reason = text(body.get("failureReason"))
    holds = bool(reason or items(body.get("Errors")))
    yield check("error.body", answered, "failureReason, Errors", _names(body), holds=holds)
    said = text(body.get("status")) if "status" in body else code
    yield check("error.status", answered, code, said, holds=said == code)
    if reason:
        allowed = ("InvalidClient",) if code == "401" else _REASONS
        yield check("error.reason", answered, " or ".join(allowed), reason, holds=reason in allowed)


def _names(body: Mapping[str, Json]) -> str:
    return ", ".join(body) or "no JSON"
