"""Word why an endpoint gave no token, with advice that follows from what it answered."""

from harness.errors import NoToken
from harness.exchange import Exchange, Response
from harness.jsonvalue import Json, members, text

_REJECTED = (401, 403)
_CREDENTIAL_ERRORS = ("invalid_client", "unauthorized_client", "access_denied", "InvalidClient")
"""What a refusal says of the caller himself (RFC 6749, 5.2), and how the sntl endpoint spells it."""
_NOT_THERE = "No token endpoint is there; check the base URL and the token path."
_SPECIAL = {
    404: _NOT_THERE,
    405: _NOT_THERE,
    429: "It limits how often it is asked; wait, or lower requests_per_second.",
}
_LONGEST_REASON = 60


def no_answer(exchange: Exchange) -> NoToken:
    """Describe an endpoint that did not answer."""
    return NoToken(
        f"{exchange.request.url} did not answer: {exchange.failure}.",
        advice="Check the base URL and the network.",
        actual=exchange.failure,
        exchange=exchange.id,
        is_answered=False,
    )


def refusal(exchange: Exchange, response: Response, prefix: str) -> NoToken:
    """Describe an answer that holds no token; `prefix` names the variables of the credentials."""
    answer = _body(response)
    reason = text(answer.get("error")) or text(answer.get("failureReason"))
    actual = f"status {response.status}{f', {reason[:_LONGEST_REASON]}' if reason else ''}"
    is_rejected = response.status in _REJECTED or reason in _CREDENTIAL_ERRORS
    return NoToken(
        f"{exchange.request.url} gave no token ({actual}).",
        advice=_credentials(prefix) if is_rejected else _advice(exchange, response),
        actual=actual,
        exchange=exchange.id,
        rejects_credentials=is_rejected,
    )


def _body(response: Response) -> dict[str, Json]:
    try:
        return dict(members(response.json()))
    except ValueError:
        return {}


def _credentials(prefix: str) -> str:
    variables = f"{prefix}_CLIENT_ID and {prefix}_CLIENT_SECRET"
    return f"Check {variables}, and that they belong to this environment."


def _advice(exchange: Exchange, response: Response) -> str:
    """Return what to do about an answer that does not speak of the credentials."""
    if (special := _SPECIAL.get(response.status)) is not None:
        return special
    match response.status // 100:
        case 2:
            return f"{_missing(response)} The endpoint has to be mended."
        case 3:
            target = response.header("location") or "another place"
            return f"It redirects to {target[:200]}; check the base URL."
        case 5:
            return "The endpoint itself fails; see the log of its server, then run again."
        case _:
            pass
    media_type = exchange.request.headers[0][1] if exchange.request.headers else "the request"
    return f"It does not take {media_type} as its document describes it; mend the endpoint."


def _missing(response: Response) -> str:
    try:
        names = members(response.json())
    except ValueError:
        return f"The answer is no JSON ({response.media_type or 'no content type'})."
    return "The answer has no access_token." if names else "The answer is no JSON object."
