"""Expectations on what must not spread: secrets, tokens, a patient's data."""

import base64
from collections.abc import Iterable
from urllib.parse import unquote

from harness.jsonvalue import MISSING, Json, items
from harness.judge.calls import TOKEN_OPERATIONS, Call
from harness.judge.evidence import ClientEnd, Evidence, resolved
from harness.judge.found import Arguments, Found, met, unmet

_SHORTEST = 4
_PLACES = "no private value in a path, a query, a header or a body that it does not belong to"


def kept_private(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect that values stand in no path, no query and no header of any call.

    The client's secret stands in no body but that of a token request either.
    """
    named = tuple(_named(evidence, items(arguments.get("values"))))
    for call in evidence.calls:
        if _seen_in(call, (*evidence.credentials, *named)) or _secret_in_body(call, evidence):
            # The value itself is what must not spread, so that only its place is reported.
            where = call.label.partition(" ")[2]
            return unmet(_PLACES, f"one in {call.method} {where}", call.number)
    return met(_PLACES, "none")


def kept_silent(evidence: Evidence, _: Arguments) -> Found:
    """Expect that the client prints neither its secret nor a token."""
    expected = "no secret and no token in what the client prints"
    leaks = evidence.end.leaks
    if evidence.end == ClientEnd():
        return met(expected, "what it prints is not seen here")
    return Found(not leaks, expected, f"it prints {' and '.join(leaks)}" if leaks else "none")


def kept_home(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect that no secret and no token goes to the host that an answer redirects to."""
    path = str(arguments.get("path", "/elsewhere"))
    expected = "no secret and no token at another host"
    for call in evidence.calls:
        is_there = call.path == path or call.path.startswith(f"{path}/")
        sent = f"{call.header('authorization') or ''}\n{_text_of(call)}"
        if is_there and any(each in sent for each in evidence.credentials):
            return unmet(expected, f"one with {call.method} {path}", call.number)
    return met(expected, "none")


def _named(evidence: Evidence, references: Iterable[Json]) -> Iterable[str]:
    for reference in references:
        value = resolved(reference, evidence)
        if value is not MISSING and len(str(value)) >= _SHORTEST:
            yield str(value)


def _seen_in(call: Call, values: Iterable[str]) -> bool:
    seen = f"{_decoded(call.path)}\n{_decoded(call.query)}\n"
    seen += "\n".join(unquote(v) for n, v in call.headers if n.lower() != "authorization")
    return any(value in seen or _encoded(value) in seen for value in values)


def _decoded(written: str) -> str:
    return f"{unquote(written)}\n{unquote(written.replace('+', ' '))}"


def _encoded(value: str) -> str:
    return base64.b64encode(value.encode()).decode().rstrip("=")


def _secret_in_body(call: Call, evidence: Evidence) -> bool:
    secret = next(iter(evidence.credentials), "")
    is_token = call.operation in TOKEN_OPERATIONS
    return bool(secret) and not is_token and secret.encode() in call.body


def _text_of(call: Call) -> str:
    return f"{unquote(call.target)}\n{call.body.decode('utf-8', 'replace')}"
