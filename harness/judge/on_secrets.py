"""Expectations on what must not spread: secrets, tokens, a patient's data."""

import base64
import re
from collections.abc import Iterable
from urllib.parse import unquote

from harness.jsonvalue import MISSING, Json, compact, items
from harness.judge.calls import TOKEN_OPERATIONS, Call
from harness.judge.evidence import Arguments, Evidence, Found, met, resolved, unmet

# Shorter values stand in addresses by chance.
_SHORTEST = 4
# Eight characters hold six bytes: less than that no secret has.
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}")
_URL_SAFE = str.maketrans("-_", "+/")
_PLACES = "no private value in a path, a query, a header or a body that it does not belong to"


def kept_private(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect that values stand in no path, no query and no header of any call.

    The client's secret and its tokens stand in no body either, but for the secret in a token
    request: a token is sent by one method alone (RFC 6750, 2).
    """
    named = tuple(_named(evidence, items(arguments.get("values"))))
    for call in evidence.calls:
        if _seen_in(call, (*evidence.credentials, *named)) or _secret_in_body(call, evidence):
            # The value itself is what must not spread, so that only its place is reported.
            where = call.label.partition(" ")[2]
            return unmet(_PLACES, f"one in {call.method} {where}", call.number)
    return met(_PLACES, "none")


def kept_silent(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect that the client prints neither its secret nor a token, nor any of some values."""
    values = items(arguments.get("values"))
    what = "no data of a patient" if values else "no secret and no token"
    expected = f"{what} in what the client prints and reports"
    printed = f"{evidence.end.output}{compact(evidence.end.result)}".casefold()
    named = [each for each in _named(evidence, values) if each.casefold() in printed]
    # In place of the values themselves, which a report must not repeat.
    leaks = ("the patient's data",) * bool(named) if values else evidence.end.leaks
    # The output of a client that somebody else has started is not ours to see.
    if not leaks and evidence.end.exit_code is None and not evidence.end.output:
        return met(expected, "what it prints is not seen here")
    return Found(not leaks, expected, f"it prints {' and '.join(leaks)}" if leaks else "none")


def kept_home(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect that no secret and no token goes to the host that an answer redirects to."""
    path = str(arguments.get("path", "/elsewhere"))
    expected = "no secret and no token at another host"
    for call in evidence.calls:
        # By segments, so that `/elsewhere2` is no part of it.
        is_there = call.path == path or call.path.startswith(f"{path}/")
        sent = f"{call.header('authorization') or ''}\n{_text_of(call)}"
        if is_there and any(each in sent for each in evidence.credentials):
            return unmet(expected, f"one with {call.method} {path}", call.number)
    return met(expected, "none")


def _named(evidence: Evidence, references: Iterable[Json]) -> Iterable[str]:
    # A value that is missing, or too short, could be found by chance only.
    for reference in references:
        value = resolved(reference, evidence)
        if value is not MISSING and len(str(value)) >= _SHORTEST:
            yield str(value)


def _seen_in(call: Call, values: Iterable[str]) -> bool:
    """Return whether a value stands in an address or a header: in any case, and in Base64 too."""
    seen = f"{_decoded(call.path)}\n{_decoded(call.query)}\n"
    # The one header in which a token belongs (RFC 6750, 2.1).
    seen += "\n".join(unquote(v) for n, v in call.headers if n.lower() != "authorization")
    seen = "\n".join((seen, *_from_base64(seen))).casefold()
    return any(value.casefold() in seen for value in values)


def _decoded(written: str) -> str:
    # As a path reads it, and as a form does, where + is a space.
    return f"{unquote(written)}\n{unquote(written.replace('+', ' '))}"


def _from_base64(seen: str) -> Iterable[str]:
    """Yield what words of some length say in Base64, or in its form for addresses (RFC 4648, 5)."""
    for word in _BASE64.findall(seen):
        plain = word.translate(_URL_SAFE)
        # Cut to whole groups of four, for what is cut off may be the padding.
        yield base64.b64decode(plain[: len(plain) // 4 * 4]).decode("utf-8", "replace")


def _secret_in_body(call: Call, evidence: Evidence) -> bool:
    # The secret belongs into the body of a token request, and nowhere else.
    if call.operation in TOKEN_OPERATIONS:
        return False
    return any(each.encode() in call.body for each in evidence.credentials if each)


def _text_of(call: Call) -> str:
    return f"{unquote(call.target)}\n{call.body.decode('utf-8', 'replace')}"
