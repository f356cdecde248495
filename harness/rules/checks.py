"""Compare what came with what was promised, one comparison a function."""

import re
from collections.abc import Iterable, Iterator

from harness.jsonvalue import Json, as_text
from harness.outcome import Check, Status
from harness.rules.target import Answered
from harness.shortening import shortened

REFUSAL = "4xx but 401, 408 and 429"
# A missing token, a slow sender, a limit: with these nobody has looked at the content.
_NOT_THE_REQUEST = (401, 408, 429)
# Characters: a line of a report; the exchange itself holds all of it.
_CLIP = 160


def check(
    name: str, answered: Answered, expected: str, actual: str, *, holds: bool, where: str = ""
) -> Check:
    """Return a check that holds or does not, tied to its exchange."""
    return Check(
        name=name,
        status=Status.PASS if holds else Status.FAIL,
        expected=shortened(expected, _CLIP),
        actual=shortened(actual, _CLIP),
        where=where,
        exchange=answered.exchange.id,
    )


def status(answered: Answered, *allowed: int) -> Check:
    """Check that the status is one of those allowed."""
    actual = answered.response.status
    return check(
        "status",
        answered,
        " or ".join(str(each) for each in allowed),
        str(actual),
        holds=actual in allowed,
    )


def refused(answered: Answered) -> Check:
    """Check for a refusal as the request's fault: any such 4xx, for no status per code is published."""
    actual = answered.response.status
    return check("status", answered, REFUSAL, str(actual), holds=is_refusal(actual))


def is_refusal(code: int) -> bool:
    """Return whether a status blames the request: not its token, its being late or its being one too many."""
    return 400 <= code <= 499 and code not in _NOT_THE_REQUEST


def denied(answered: Answered) -> Check:
    """Check for a refusal of a caller: as `refused`, and 401 for the gateway's want of a product."""
    actual = answered.response.status
    holds = actual == 401 or is_refusal(actual)
    return check("status", answered, "4xx but 408 and 429", str(actual), holds=holds)


def unauthorized(answered: Answered) -> Check:
    """Check for a refusal for want of a valid token: 401, or 403 from some gateways."""
    return status(answered, 401, 403)


def allows(answered: Answered) -> Iterator[Check]:
    """Check that a 405 names the operation's own method and not the refused one (RFC 9110, 15.5.6)."""
    if answered.response.status != 405:
        return
    # A missing Allow fails as well: the server MUST send one with a 405 (RFC 9110, 15.5.6).
    allowed = answered.response.header("allow") or ""
    methods = [part.strip() for part in allowed.split(",")]
    own, refused_one = answered.operation.method, answered.exchange.request.method
    holds = own in methods and refused_one not in methods
    yield check("header.allow", answered, own, allowed or "no Allow", holds=holds)


def equal(
    name: str, answered: Answered, expected: Json, actual: object, *, where: str = ""
) -> Check:
    """Check that two values are the same, type included."""
    # In Python True equals 1 and 1 equals 1.0; in JSON they are different values.
    holds = type(expected) is type(actual) and expected == actual
    return check(name, answered, as_text(expected), as_text(actual), holds=holds, where=where)


def matches(name: str, answered: Answered, pattern: re.Pattern[str], value: str) -> Check:
    """Check that a whole text has a form."""
    holds = pattern.fullmatch(value) is not None
    return check(name, answered, pattern.pattern, value or "nothing", holds=holds)


def silent_about(answered: Answered, values: Iterable[str]) -> Check:
    """Check that an error body repeats no patient data or secret that the request held."""
    body = answered.response.body.decode("utf-8", "replace")
    # Up to three characters turn up by chance: a gender code, a suffix, a state.
    repeated = [value for value in values if len(value) > 3 and value in body]
    actual = f"repeats {len(repeated)} of them" if repeated else "none"
    return check(
        "error.echo", answered, "no value of the request in the error", actual, holds=not repeated
    )


def seen(name: str, answered: Answered, expected: str, actual: str) -> Check:
    """Record what an API does where the documents leave it open: whatever it is, it holds."""
    return check(name, answered, expected, actual, holds=True)
