"""Promises that hold for every error: it tells neither patient data nor tokens nor code."""

import re
from collections.abc import Iterable

from harness.exchange import header
from harness.rules.checks import check, silent_about
from harness.rules.rule import Checks
from harness.rules.target import Answered

_TRACE = re.compile(
    r"Traceback \(most recent|Exception in thread|\.java:\d+|\.py\", line \d+|\n(?:\s|\\t)+at \S+ ?\(|"
    r"org\.springframework|SQLSTATE|System\.\w+Exception"
)


def leaks_nothing(answered: Answered, values: Iterable[str]) -> Checks:
    """Check that an error repeats no patient data and no token, and shows no stack trace."""
    authorization = header(answered.exchange.request.headers, "authorization") or ""
    yield silent_about(answered, (*values, authorization.rpartition(" ")[2]))
    found = has_trace(answered.response.body)
    actual = "a stack trace" if found else "none"
    yield check("error.trace", answered, "no stack trace", actual, holds=not found)


def has_trace(body: bytes) -> bool:
    """Return whether a body shows where a program broke, also where JSON has escaped its line ends."""
    return _TRACE.search(body.replace(b"\\n", b"\n").decode("utf-8", "replace")) is not None
