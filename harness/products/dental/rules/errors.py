"""Compare what the dental API says of errors with the published ones."""

from collections.abc import Iterable

from harness.jsonvalue import items, lookup, members, text
from harness.outcome import Check, Status
from harness.products.dental.codes.errors import DENTAL_ERRORS, DentalError, error_by_key
from harness.rules.checks import check, equal
from harness.rules.target import PROBLEM, Answered


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
            text(members(error).get("code")),
            f"{text(members(error).get('field'))} {text(members(error).get('message'))}",
        )
        for error in errors
    )


def error_named(answered: Answered, error: DentalError) -> Check:
    """Check that the refusal names the error: by code, or by key where the code is a placeholder."""
    errors = dental_errors(answered)
    by_key = error.code.endswith("_XXX")
    if by_key:
        holds = any(error.key in words for _, words in errors)
    else:
        holds = any(_same_code(code, error.code) for code, _ in errors)
    actual = ", ".join(code or words for code, words in errors) or str(answered.response.status)
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
    expected = " or ".join(other.expected for other in judged)
    holds = any(other.status is Status.PASS for other in judged)
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
