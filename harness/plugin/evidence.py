"""Show a masked exchange in a few lines, and the command that sends its request again."""

import hashlib
from dataclasses import replace

from harness.exchange import Exchange, Request, Response
from harness.shortening import shortened
from harness.verdict.curl import curl

MAX_SHOWN = 300
MAX_PASTED = 1_500
"""A longer body is named by its digest, for a command must fit a message."""


def lines(exchange: Exchange) -> tuple[str, ...]:
    """Return what was sent, what came back and a `curl`; the exchange is redacted already."""
    request, response = exchange.request, exchange.response
    answer = _response_lines(response) if response else (f"  response: none ({exchange.failure})",)
    return (f"  request: {request.method} {request.url}", *answer, f"  curl: {_curl(request)}")


def _response_lines(response: Response) -> tuple[str, ...]:
    milliseconds = round(response.elapsed_seconds * 1000)
    kind = response.media_type or "no content type"
    head = f"  response: {response.status}, {kind}, {milliseconds} ms"
    body = " ".join(response.body[: 4 * MAX_SHOWN].decode("utf-8", "replace").split())
    shown = shortened(body, MAX_SHOWN)
    return (head, f"  body: {shown}") if shown else (head,)


def _curl(request: Request) -> str:
    if len(request.body) > MAX_PASTED:
        digest = hashlib.sha256(request.body).hexdigest()
        named = f"[{len(request.body):,} bytes, sha256 {digest}]".encode()
        request = replace(request, body=named)
    return " ".join(curl(request).splitlines())
