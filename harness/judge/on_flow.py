"""Expectations on the course of calls: how often, in which order, with which pauses, to which end, and what the client says of it."""

from itertools import pairwise
from statistics import median

from harness.jsonvalue import MISSING, items, lookup, number, text, whole_number
from harness.judge.calls import Call, content_of
from harness.judge.evidence import (
    Arguments,
    Evidence,
    Found,
    counted,
    met,
    missing,
    one_call,
    resolved,
    shown,
    too_few,
    two_calls,
    undecided,
    unmet,
)

TIMER_SECONDS = 0.05
"""How much too early a timer may fire: clients and judge read different clocks."""
_NO_PAUSE_SECONDS = 0.05
_EVEN, _EVEN_SECONDS = 0.08, 0.05
"""Pauses that differ by less are taken for one fixed pause."""
_EVEN_OF_THREE, _EVEN_OF_THREE_SECONDS = 0.04, 0.02
"""Of three pauses alone: drawn at random, one set in a hundred lies as close as the above."""
_UNAUTHORIZED = 401
_REFUSED_AS_WRONG = (400, 413, 415, 422)
"""Answers that say that the request itself is wrong."""


def called(evidence: Evidence, arguments: Arguments) -> Found:
    """Count the calls of an operation: `times`, or `at_least` and `at_most`."""
    operation = text(arguments["operation"])
    calls = [call for call in evidence.of(operation) if _has_status(call, arguments)]
    least, most = _bounds(arguments)
    expected = f"{_range(least, most)} of {operation}"
    # The first call too many is what a reader wants to see.
    first_too_many = calls[int(most)].number if most is not None and len(calls) > most else 0
    is_met = len(calls) >= least and (most is None or len(calls) <= most)
    return Found(
        is_met, expected, f"{len(calls)} call{'' if len(calls) == 1 else 's'}", first_too_many
    )


def in_order(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect the first calls of operations in this order."""
    operations = [text(each) for each in items(arguments["operations"])]
    firsts = [evidence.call(operation, 1) for operation in operations]
    absent = next((o for o, c in zip(operations, firsts, strict=True) if c is None), None)
    expected = " before ".join(operations)
    if absent is not None:
        return unmet(expected, f"no call of {absent}")
    numbers = [call.number for call in firsts if call is not None]
    # The order in which they did come.
    actual = " before ".join(o for _, o in sorted(zip(numbers, operations, strict=True)))
    return Found(numbers == sorted(numbers), expected, actual, numbers[0])


def waited(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect a pause of `at_least` seconds between the answer to one call and the next one."""
    operation, (before, after) = two_calls(evidence, arguments)
    least = number(resolved(arguments.get("at_least", 0), evidence))
    most = arguments.get("at_most")
    limits = f"{least:g} s" + (f" and at most {number(most):g} s" if most is not None else "")
    expected = f"a pause of at least {limits} before the next call of {operation}"
    if before is None or after is None:
        return missing(evidence, arguments, expected)
    pause = after.at - before.ended
    # Clocks differ a little, and a client that waits exactly may seem early.
    is_met = pause >= least - TIMER_SECONDS and (most is None or pause <= number(most))
    return Found(is_met, expected, f"{max(pause, 0.0):.2f} s", after.number)


def gaps_grow(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect pauses between calls that differ: retries at one fixed pace do not relieve a service.

    Pauses drawn at random (full jitter) may shrink from one to the next, so that no order is asked for.
    """
    operation = text(arguments["operation"])
    calls = evidence.of(operation)
    # From the end of the answer, since a slow answer is no pause of the client's.
    gaps = [after.at - before.ended for before, after in pairwise(calls)]
    expected = f"growing pauses between calls of {operation}"
    if len(gaps) < 2:
        # Two pauses are the least that can grow.
        return missing(evidence, {**arguments, "if_called": True}, expected)
    seen = ", ".join(f"{gap:.2f}" for gap in gaps[:8])
    # The median, so that one long wait does not hide many calls without any.
    is_paced = median(gaps) > _NO_PAUSE_SECONDS
    # Of many pauses the longest fifth may be those of a busy machine.
    usual = sorted(gaps)[: max(3, len(gaps) * 4 // 5)]
    share, more = (
        (_EVEN, _EVEN_SECONDS) if len(gaps) > 3 else (_EVEN_OF_THREE, _EVEN_OF_THREE_SECONDS)
    )
    is_even = len(gaps) > 2 and usual[-1] - usual[0] <= usual[-1] * share + more
    return Found(is_paced and not is_even, expected, f"pauses of {seen} s", calls[-1].number)


def uses_token(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect which token of the session a call carries: a number from 1, or `newest`."""
    operation = text(arguments["operation"])
    call = one_call(evidence, arguments)
    wanted = arguments.get("token", "newest")
    expected = f"token {wanted} with {operation}"
    if call is None:
        return missing(evidence, arguments, expected)
    # Tokens are numbered as they were issued, refused requests aside.
    issued = sum(
        1
        for each in evidence.calls
        if each.operation == "issueToken" and each.reply.status == 200 and each.number < call.number
    )
    number_wanted = issued if wanted == "newest" else whole_number(wanted)
    return Found(
        call.token == number_wanted, expected, f"token {call.token or 'of no session'}", call.number
    )


def ends(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect the client to come to an end by itself, in place of trying for ever.

    One that pauses for longer and longer may have its end beyond the time limit: that decides nothing.
    """
    end, most = evidence.end, whole_number(arguments.get("at_most", 10))
    expected = f"the client ends by itself, after at most {counted(most)}"
    calls = len(evidence.calls)
    if not end.timed_out and not end.was_stopped:
        return met("the client ends by itself", f"it ended after {end.seconds:.1f} s")
    actual = f"it was still at it after {end.seconds:.1f} s and {counted(calls)}"
    return unmet(expected, actual) if calls > most else undecided(expected, actual)


def not_repeated(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect that what was refused as wrong is not sent again unchanged (RFC 9110, 15.5.1)."""
    operation = text(arguments.get("operation")) or "*"
    expected = "nothing that was refused is sent again unchanged"
    refused: list[tuple[str, object]] = []
    for call in evidence.of(operation):
        # Target and content: the same body to another address is another request.
        content = (call.target, content_of(call))
        # A GET changes nothing and may be repeated (RFC 9110, 9.2.1).
        if call.method != "GET" and content in refused:
            return unmet(expected, f"{call.label} was sent again as it was", call.number)
        if call.reply.status in _REFUSED_AS_WRONG:
            refused.append(content)
    return met(expected, "nothing was")


def looks_first(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect that a call whose answer was lost is not sent again before the client has looked."""
    operation = text(arguments["operation"])
    looks = [text(each) for each in items(arguments.get("look"))]
    how = f" before {' or '.join(looks)}" if looks else ""
    expected = f"no second {operation}{how}, as the first may have been stored"
    lost: Call | None = None
    for call in evidence.calls:
        if call.operation in looks:
            # Any look counts, whatever it found: the client has asked before it acts.
            lost = None
        elif call.operation == operation and lost is not None:
            return unmet(expected, "it was sent again without a look", call.number)
        # No status: the connection was closed after the API had done its work.
        elif call.operation == operation and not call.reply.status:
            lost = call
    return met(expected, "it was not")


def calm(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect no second in which more calls arrive than `per_second`."""
    most = whole_number(arguments["per_second"])
    expected = f"at most {counted(most)} in any second"
    times = [call.at for call in evidence.calls]
    # A window that slides with the calls: the oldest leaves once a second has passed.
    first = 0
    for last, at in enumerate(times):
        while at - times[first] >= 1.0:
            first += 1
        if last - first + 1 > most:
            return unmet(
                expected, f"call {most + 1} came {at - times[first]:.2f} s after the first"
            )
    return met(expected, "as expected")


def after_trouble(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect no call of an operation once another one, such as a healthcheck, has failed."""
    operation, trouble = text(arguments["operation"]), text(arguments["failed"])
    expected = f"no {operation} after {trouble} has failed"
    failed = False
    for call in evidence.calls:
        if call.operation == trouble:
            # Recovered, the service may be called again.
            failed = call.reply.status >= 500
        elif call.operation == operation and failed:
            return unmet(expected, "it was sent", call.number)
    return met(expected, "none" if failed else f"{trouble} has not failed")


def renews(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect that a call refused for its token is answered by a newer one, and comes through.

    A token may be renewed before it ends or once it is refused; what is wrong is to go on with it.
    """
    operation = text(arguments["operation"])
    expected = f"a token that has ended is replaced before {operation} goes on"
    refused = before = 0
    for call in evidence.of(operation):
        # Tokens are numbered in order, so that a newer one has the higher number.
        if refused and call.token <= refused:
            return unmet(expected, f"token {call.token or 'of no session'} again", call.number)
        before = refused
        refused = call.token if call.reply.status == _UNAUTHORIZED else refused
    calls = evidence.of(operation)
    if not calls:
        return unmet(expected, too_few(evidence, operation))
    # One that came with a newer token, and too late for it, was slow and not wrong.
    is_met = calls[-1].reply.status != _UNAUTHORIZED or calls[-1].token > before > 0
    return Found(
        is_met, expected, f"the last answer was {calls[-1].reply.status}", calls[-1].number
    )


def _has_status(call: Call, arguments: Arguments) -> bool:
    return "status" not in arguments or call.reply.status == arguments["status"]


def _bounds(arguments: Arguments) -> tuple[float, float | None]:
    if "times" in arguments:
        return number(arguments["times"]), number(arguments["times"])
    most = arguments.get("at_most")
    # A bare upper bound allows none at all; nothing said means at least one.
    default = 0 if most is not None else 1
    return number(arguments.get("at_least", default)), None if most is None else number(most)


def _range(least: float, most: float | None) -> str:
    if most is None:
        return f"at least {least:g} call{'' if least == 1 else 's'}"
    if least == most:
        return f"{least:g} call{'' if least == 1 else 's'}"
    return (
        f"at most {most:g} call{'' if most == 1 else 's'}"
        if not least
        else f"{least:g} to {most:g} calls"
    )


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
    # The first final answer ends the polling, whatever comes later.
    at = next((index for index, code in enumerate(codes) if code in final), None)
    if at is None:
        actual = f"it stopped at {codes[-1] or 'no status'} after {counted(len(calls))}"
        # Ended by the time limit it may have gone on, which nobody has seen.
        still = evidence.end.timed_out
        return (undecided if still else unmet)(expected, actual, calls[-1].number)
    # Another target is another question, such as the details of a final status.
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
    # The median, as a machine under load stretches some pauses and shortens the next.
    return Found(median(gaps) >= least, expected, f"{median(gaps):.3f} s", calls[-1].number)


def status_code(call: Call, arguments: Arguments) -> str:
    """Return the last status of an answer, in whichever of its documented forms."""
    body = call.reply.json()
    # An answer may be an object or an array, as the documents do not agree.
    for pointer in items(arguments["at"]):
        listed = lookup(body, text(pointer))
        if listed is not MISSING and items(listed):
            # The last entry, since a history of statuses grows at its end.
            code = lookup(items(listed)[-1], f"/{text(arguments['member'])}")
            if isinstance(code, str):
                return code
    return ""


_SILENT = "it says nothing of it"


def tells_failure(evidence: Evidence, _: Arguments) -> Found:
    """Expect that a client whose call was refused does not report that all went well."""
    expected = "no report that it went well"
    reported = evidence.end.result.get("ok")
    # Only a claim of success is wrong: a result file is optional, and silence no lie.
    if reported is not True:
        return met(expected, "it reports that it did not" if reported is False else _SILENT)
    return unmet(expected, "its result file says that it did")


def tells_ids(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect that the ids which a client reports are whole ones of the answer."""
    wanted = resolved(arguments["value"], evidence)
    prefix = text(arguments.get("or_without"))
    reported = [str(each) for each in items(evidence.end.result.get("ids"))]
    expected = f"the ids of {arguments['value']} in what the client reports"
    if not reported or wanted is MISSING:
        return met(expected, _SILENT)
    other = resolved(arguments["or"], evidence) if "or" in arguments else MISSING
    known = {str(each).removeprefix(prefix) for each in (*(items(wanted) or (wanted,)), other)}
    return Found(
        {each.removeprefix(prefix) for each in reported} <= known, expected, shown(reported)
    )


def tells_status(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect that the status which a client reports is the last one that it was answered."""
    reported = text(evidence.end.result.get("status"))
    last = evidence.call(text(arguments["operation"]), -1)
    answered = status_code(last, arguments) if last else ""
    expected = f"the status {answered or 'of the last answer'} in what the client reports"
    if not reported or not answered:
        return met(expected, _SILENT)
    return Found(reported == answered, expected, shown(reported), last.number if last else 0)
