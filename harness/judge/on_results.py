"""Expectations on what a client says of itself: it is no evidence, but it may not contradict any."""

from harness.jsonvalue import MISSING, items, text
from harness.judge.evidence import Evidence, resolved
from harness.judge.found import Arguments, Found, met, shown, unmet
from harness.judge.on_polling import status_code

_SILENT = "it says nothing of it"


def tells_failure(evidence: Evidence, _: Arguments) -> Found:
    """Expect that a client whose call was refused does not report that all went well."""
    expected = "no report that it went well"
    told = evidence.end.result.get("ok")
    if told is not True:
        return met(expected, "it reports that it did not" if told is False else _SILENT)
    return unmet(expected, "its result file says that it did")


def tells_ids(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect that the ids which a client reports are whole ones of the answer."""
    wanted = resolved(arguments["value"], evidence)
    prefix = text(arguments.get("or_without"))
    told = [str(each) for each in items(evidence.end.result.get("ids"))]
    expected = f"the ids of {arguments['value']} in what the client reports"
    if not told or wanted is MISSING:
        return met(expected, _SILENT)
    other = resolved(arguments["or"], evidence) if "or" in arguments else MISSING
    known = {str(each).removeprefix(prefix) for each in (*(items(wanted) or (wanted,)), other)}
    return Found({each.removeprefix(prefix) for each in told} <= known, expected, shown(told))


def tells_status(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect that the status which a client reports is the last one that it was answered."""
    told = text(evidence.end.result.get("status"))
    last = evidence.call(text(arguments["operation"]), -1)
    answered = status_code(last, arguments) if last else ""
    expected = f"the status {answered or 'of the last answer'} in what the client reports"
    if not told or not answered:
        return met(expected, _SILENT)
    return Found(told == answered, expected, shown(told), last.number if last else 0)
