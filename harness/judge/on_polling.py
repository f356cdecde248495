"""Expectations on polling: it goes on while a status may change, stops once it is final, and keeps a pace."""

from itertools import pairwise
from statistics import median

from harness.jsonvalue import MISSING, items, lookup, number, text
from harness.judge.calls import Call
from harness.judge.evidence import Evidence
from harness.judge.found import Arguments, Found, counted, met, too_few, undecided, unmet

_FEW = 3
"""Pauses that it takes to speak of a pace."""


def polled(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect calls until an answer has a final status, and none after it.

    One more call to another address is none of polling: a client may ask for the details then.
    """
    operation = text(arguments["operation"])
    calls = evidence.of(operation)
    expected = f"{operation} until the status is final, and no longer"
    if not calls:
        return unmet(expected, too_few(evidence, operation))
    final = {text(each) for each in items(arguments["final"])}
    codes = [status_code(call, arguments) for call in calls]
    at = next((index for index, code in enumerate(codes) if code in final), None)
    if at is None:
        actual = f"it stopped at {codes[-1] or 'no status'} after {counted(len(calls))}"
        still = evidence.end.timed_out
        return (undecided if still else unmet)(expected, actual, calls[-1].number)
    later = [call for call in calls[at + 1 :] if call.target == calls[at].target]
    if later:
        actual = f"{counted(len(later))} after the status {codes[at]}"
        return unmet(expected, actual, later[0].number)
    return met(expected, f"{counted(at + 1)} up to the status {codes[at]}")


def paced(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect pauses between calls that are on the whole at least so many seconds long."""
    operation, least = text(arguments["operation"]), number(arguments["at_least"])
    calls = evidence.of(operation)
    expected = f"pauses of at least {least:g} s between calls of {operation}"
    gaps = [after.at - before.ended for before, after in pairwise(calls)]
    if len(gaps) < _FEW:
        return met(expected, f"only {counted(len(calls))}")
    return Found(median(gaps) >= least, expected, f"{median(gaps):.3f} s", calls[-1].number)


def status_code(call: Call, arguments: Arguments) -> str:
    """Return the last status of an answer, in whichever of its documented forms."""
    body = call.reply.json()
    for pointer in items(arguments["at"]):
        listed = lookup(body, text(pointer))
        if listed is not MISSING and items(listed):
            code = lookup(items(listed)[-1], f"/{text(arguments['member'])}")
            if isinstance(code, str):
                return code
    return ""
