"""Judge one answer to a request of which the document says that it is allowed, or that it is not."""

from collections.abc import Iterator

from harness.openapi.conformance import find_answer
from harness.outcome import Check, Status
from harness.rules.answers import leaks_nothing
from harness.rules.target import Answered

NOT_ABOUT_THE_REQUEST = (401, 403, 407, 408, 425, 429, 503, 504)
"""Refusals for who asks, when, or how often: they say nothing of the content."""
STATE_DEPENDENT = (404, 409, 410, 412, 423, 424, 428)
"""Refusals for what the API holds: whether a value was valid they do not say."""
# The right answer to a method the server does not know (RFC 9110, 15.6.2), and so no crash.
NO_SUCH_METHOD = 501


def on_valid(answered: Answered, what: str) -> Iterator[Check]:
    """Judge the answer to a request that the document allows: 2xx, as documented."""
    yield from on_any(answered)
    status = answered.response.status
    # Neither passed nor failed: the request was not judged by its content.
    if status in NOT_ABOUT_THE_REQUEST or status in STATE_DEPENDENT:
        yield _check(answered, "valid.accepted", Status.OMIT, f"2xx for {what}", str(status))
        return
    if 400 <= status < 500:
        yield _check(answered, "valid.accepted", Status.FAIL, f"2xx for {what}", _refusal(answered))
    elif status < 400:
        yield _check(answered, "valid.accepted", Status.PASS, f"2xx for {what}", str(status))
    yield from conforming(answered)


def on_invalid(answered: Answered, what: str) -> Iterator[Check]:
    """Judge the answer to a request that the document does not allow: a refusal, by class."""
    yield from on_any(answered)
    status = answered.response.status
    # A 404 or 409 is a refusal here: it was not accepted, and that is what matters.
    if status in NOT_ABOUT_THE_REQUEST:
        yield _check(answered, "invalid.refused", Status.OMIT, f"4xx for {what}", str(status))
    elif status < 400:
        yield _check(answered, "invalid.refused", Status.FAIL, f"4xx for {what}", str(status))
    elif status < 500:
        yield _check(answered, "invalid.refused", Status.PASS, f"4xx for {what}", str(status))
    yield from conforming(answered)


def on_odd(answered: Answered) -> Iterator[Check]:
    """Judge the answer to a request that the document leaves open: anything but a crash."""
    yield from on_any(answered)
    yield from conforming(answered)


def on_unbounded(answered: Answered, what: str) -> Iterator[Check]:
    """Judge a refusal of what the document allows by setting no bound: a remark on the document."""
    if answered.response.status in (400, 422):
        actual = _refusal(answered)
        yield _check(answered, "valid.accepted", Status.WARN, f"2xx for {what}", actual)


def on_any(answered: Answered) -> Iterator[Check]:
    """Judge what holds for every answer: no crash, and no trace of how the server is built."""
    status = answered.response.status
    # 503 and 504 speak of load and of others behind the API, not of this request.
    is_crash = status >= 500 and status not in (NO_SUCH_METHOD, 503, 504)
    yield _check(
        answered,
        "no-server-error",
        Status.FAIL if is_crash else Status.PASS,
        "no 5xx",
        f"{status}: {_words(answered)}" if is_crash else str(status),
    )
    yield from leaks_nothing(answered, ())


def conforming(answered: Answered) -> Iterator[Check]:
    """Judge an answer by the document, but for a refusal of a status that it does not list.

    Documents rarely list every refusal (a gateway adds its own), and a client has to expect any 4xx
    (RFC 9110, 15.5): such statuses are reported once an operation, not in every case.
    """
    # A crash is reported by `on_any`; that its body fits no schema would say it twice.
    if answered.response.status >= 500:
        return
    if is_unlisted_refusal(answered):
        return
    yield from answered.conforms()


def is_unlisted_refusal(answered: Answered) -> bool:
    """Return whether an answer is a 4xx that the document has no entry for."""
    status = answered.response.status
    return 400 <= status < 500 and find_answer(answered.operation, status) is None


def _check(answered: Answered, name: str, status: Status, expected: str, actual: str) -> Check:
    return Check(name, status, expected, actual, exchange=answered.exchange.id)


def _refusal(answered: Answered) -> str:
    return f"{answered.response.status}: {_words(answered)}"


def _words(answered: Answered) -> str:
    """Return the beginning of an answer's text on one line."""
    return " ".join(answered.response.body[:200].decode("utf-8", "replace").split())[:120]
