"""Compare what came with what was promised, one comparison a function."""

import re
from collections.abc import Iterable, Iterator

from harness.jsonvalue import Json, compact, items, lookup, members, text
from harness.outcome import Check, Status
from harness.products.dental.codes.errors import DENTAL_ERRORS, DentalError, error_by_key
from harness.rules.target import PROBLEM, Answered

REFUSAL = "4xx but 401, 408 and 429"
_NOT_THE_REQUEST = (401, 408, 429)
_CLIP = 160


def check(
    name: str, answered: Answered, expected: str, actual: str, *, holds: bool, where: str = ""
) -> Check:
    """Return a check that holds or does not, tied to its exchange."""
    return Check(
        name=name,
        status=Status.PASS if holds else Status.FAIL,
        expected=_clipped(expected),
        actual=_clipped(actual),
        where=where,
        exchange=answered.exchange.id,
    )


def _clipped(value: str) -> str:
    return value if len(value) <= _CLIP else value[: _CLIP - 1] + "…"


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
    """Tell whether a status blames the request: not its token, its being late or its being one too many."""
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
    allowed = answered.response.header("allow") or ""
    methods = [each.strip() for each in allowed.split(",")]
    own, refused_one = answered.operation.method, answered.exchange.request.method
    holds = own in methods and refused_one not in methods
    yield check("header.allow", answered, own, allowed or "no Allow", holds=holds)


def equal(
    name: str, answered: Answered, expected: Json, actual: object, *, where: str = ""
) -> Check:
    """Check that two values are the same, type included."""
    holds = type(expected) is type(actual) and expected == actual
    return check(name, answered, _shown(expected), _shown(actual), holds=holds, where=where)


def _shown(value: object) -> str:
    return value if isinstance(value, str) else compact(value)


def matches(name: str, answered: Answered, pattern: re.Pattern[str], value: str) -> Check:
    """Check that a whole text has a form."""
    holds = pattern.fullmatch(value) is not None
    return check(name, answered, pattern.pattern, value or "nothing", holds=holds)


def published(key: str) -> DentalError:
    """Return the published error with a message key. A rule that names another is our bug."""
    error = error_by_key(key)
    if error is None:
        raise LookupError(key)
    return error


def dental_errors(answered: Answered) -> tuple[tuple[str, str], ...]:
    """Return (code, field or message) texts of a problem's `properties.errors`."""
    errors = items(lookup(answered.body, "/properties/errors"))
    return tuple(
        (
            text(members(each).get("code")),
            f"{text(members(each).get('field'))} {text(members(each).get('message'))}",
        )
        for each in errors
    )


def error_named(answered: Answered, error: DentalError) -> Check:
    """Check that the refusal names the error: by code, or by key where the code is a placeholder."""
    found = dental_errors(answered)
    by_key = error.code.endswith("_XXX")
    if by_key:
        holds = any(error.key in words for _, words in found)
    else:
        holds = any(_same_code(code, error.code) for code, _ in found)
    actual = ", ".join(code or words for code, words in found) or str(answered.response.status)
    return check(
        "error.key" if by_key else "error.code",
        answered,
        error.key if by_key else error.code,
        actual,
        holds=holds,
        where="response.body#/properties/errors",
    )


def _same_code(actual: str, expected: str) -> bool:
    # The data dictionary prints one code as DENTAL_017 (C20): both spellings count.
    return actual.replace("DENTAL_", "DENTATT_") == expected.replace("DENTAL_", "DENTATT_")


def one_error_of(answered: Answered, errors: Iterable[DentalError]) -> Check:
    """Check that the refusal names one of several errors, where the documents leave open which."""
    judged = [error_named(answered, error) for error in errors]
    expected = " or ".join(each.expected for each in judged)
    holds = any(each.status is Status.PASS for each in judged)
    return check("error.code", answered, expected, judged[0].actual, holds=holds)


def problem_body(answered: Answered) -> tuple[Check, ...]:
    """Check that an error body is problem+json and repeats the HTTP status (RFC 9457)."""
    body = members(answered.body)
    return (
        check(
            "error.media-type",
            answered,
            PROBLEM,
            answered.response.media_type,
            holds=answered.response.media_type == PROBLEM,
        ),
        equal(
            "error.status",
            answered,
            answered.response.status,
            body.get("status"),
            where="response.body#/status",
        ),
        _keys_fit(answered),
    )


def _keys_fit(answered: Answered) -> Check:
    """Check that no error names the key of another: every code has exactly one (D149)."""
    odd = [
        f"{code} with {error.key}"
        for code, words in dental_errors(answered)
        for error in DENTAL_ERRORS
        if error.key in words.split() and not _fits(code, error)
    ]
    actual = ", ".join(odd) or "none"
    return check("error.key-of-code", answered, "no key of another", actual, holds=not odd)


def _fits(code: str, error: DentalError) -> bool:
    # Three rows share a placeholder: whatever number they really have is not published.
    return error.code.endswith("_XXX") or _same_code(code, error.code)


def silent_about(answered: Answered, values: Iterable[str]) -> Check:
    """Check that an error body repeats no patient data or secret that the request held."""
    body = answered.response.body.decode("utf-8", "replace")
    told = [value for value in values if len(value) > 3 and value in body]
    actual = f"repeats {len(told)} of them" if told else "none"
    return check(
        "error.echo", answered, "no value of the request in the error", actual, holds=not told
    )
