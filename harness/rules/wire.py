"""Promises of every answer, whatever was asked: JSON that is JSON, and no secret or trace in it (O002, O016)."""

import json
import re
from collections.abc import Iterable, Iterator
from email.message import Message
from urllib.parse import parse_qs

from harness.exchange import Exchange, Request, Response, header
from harness.jsonvalue import Json, members, text
from harness.openapi.media_type import is_json
from harness.outcome import Check, Status
from harness.rules.leak_checks import has_trace

_CHARSETS = ("", "utf-8", "utf8", "us-ascii")
_LEAST_SECRET = 8
_JWT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*")


def invariant_violations(exchanges: Iterable[Exchange]) -> Iterator[Check]:
    """Yield a failed check for each promise that an answer among these breaks."""
    for exchange in exchanges:
        if exchange.response is not None:
            if coding := exchange.response.packed_as:
                # A server SHOULD not send a coding that nobody asked for (RFC 9110, 12.5.3).
                wanted = "a content coding that was asked for"
                yield Check("wire.encoding", Status.WARN, wanted, coding, exchange=exchange.id)
            for name, expected, actual in _violations_in(exchange.request, exchange.response):
                yield Check(name, Status.FAIL, expected, actual, exchange=exchange.id)


def _violations_in(request: Request, response: Response) -> Iterator[tuple[str, str, str]]:
    if is_json(response.media_type) and not response.packed_as:
        charset = _charset(response)
        if charset not in _CHARSETS:
            yield "wire.charset", "UTF-8, as JSON always is", charset
        problem = _problem(response.body)
        if problem:
            yield "wire.json", "JSON that every reader reads alike", problem
        if has_trace(response.body):
            yield "wire.trace", "no stack trace", "a stack trace"
    place = _place_of_secret(request, response)
    if place:
        yield "wire.secret", "no token or secret of the caller's", f"one in {place}"


def _charset(response: Response) -> str:
    message = Message()
    message["content-type"] = response.header("content-type") or ""
    return str(message.get_content_charset() or "")


def _problem(body: bytes) -> str:
    """Say what keeps a body from being JSON with one meaning (RFC 8259, sections 4, 6 and 8.1)."""
    if not body:
        return ""  # a gateway may name a type for an answer without a body
    try:
        json.loads(
            body.decode("utf-8"), object_pairs_hook=_members_once, parse_constant=_no_constant
        )
    except RecursionError:
        return "nested too deeply"
    except ValueError as problem:
        return str(problem)[:160]
    return ""


def _members_once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the member {twice} twice in one object")
    return found


def _no_constant(name: str) -> Json:
    raise ValueError(f"{name}, which JSON does not know")


def _place_of_secret(request: Request, response: Response) -> str:
    for secret in _secrets(request):
        if any(secret in value for _, value in response.headers):
            return "a header"
        if secret.encode() in response.body:
            return "the body"
    return ""


def _secrets(request: Request) -> Iterator[str]:
    """Yield the token that a request carries, if it looks like one, and the client secret it holds."""
    token = (header(request.headers, "authorization") or "").rpartition(" ")[2]
    if _JWT.fullmatch(token):
        yield token
    secret = _client_secret(request)
    if len(secret) >= _LEAST_SECRET:
        yield secret


def _client_secret(request: Request) -> str:
    if b"client_secret" not in request.body:
        return ""
    try:
        return text(members(json.loads(request.body)).get("client_secret"))
    except (ValueError, RecursionError):
        form = parse_qs(request.body.decode("utf-8", "replace"))
        return next(iter(form.get("client_secret", [])), "")
