"""Send again with a new token where one of ours was refused in the middle of its life."""

from collections.abc import Sequence
from dataclasses import replace

from harness.client.http import Send
from harness.client.tokens import Tokens
from harness.exchange import Exchange, Headers, Request, Response, header
from harness.jsonvalue import members, text

_SCHEME = "Bearer "
_ENDED = ("invalid_token", "invalid_access_token")
"""What a refusal says of a token that was good once (RFC 6750, 3.1), and how the gateway spells it."""


def renewing(send: Send, owners: Sequence[Tokens]) -> Send:
    """Return a function that sends, and where a token of these owners has ended early, renews it once."""

    def renewed(request: Request) -> Exchange:
        exchange = send(request)
        if exchange.response is None or not _is_ended(exchange.response):
            return exchange
        sent = (header(request.headers, "authorization") or "").partition(_SCHEME)[2]
        fresh = next((each for owner in owners if (each := owner.instead_of(sent))), None)
        if fresh is None:
            return exchange
        return send(replace(request, headers=_with(request.headers, fresh)))

    return renewed


def _is_ended(response: Response) -> bool:
    """Return whether a token was refused as one that is no longer good, and nothing else was."""
    if response.status != 401:
        return False
    if _ENDED[0] in (response.header("www-authenticate") or ""):
        return True
    try:
        return text(members(response.json()).get("error")) in _ENDED
    except ValueError:
        return False


def _with(headers: Headers, token: str) -> Headers:
    others = tuple(header for header in headers if header[0].lower() != "authorization")
    return (("Authorization", f"{_SCHEME}{token}"), *others)
