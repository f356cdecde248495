"""What can be expected of a client's calls: pure functions from the evidence to met or not met."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import parse_qsl, unquote

from harness.client.multipart import MalformedMultipart, ReceivedPart
from harness.client.multipart import parse as parse_form
from harness.codes.media_types import ANY_BINARY, media_type_named
from harness.files.sniff import sniff
from harness.jsonvalue import MISSING, Json, compact, items, lookup, number, text
from harness.judge.calls import Call
from harness.judge.evidence import Evidence, resolved
from harness.x12.check import errors as x12_errors

Arguments = Mapping[str, Json]

TIMER_SECONDS = 0.05
"""How much too early a timer may fire: clients and judge read different clocks."""


@dataclass(frozen=True, slots=True)
class Found:
    """What an expectation came to: expected and actual in words, and the call that shows it."""

    is_met: bool
    expected: str
    actual: str
    call: int = 0
    """Number of the call; 0 where it is about several, or about one that never came."""


Expect = Callable[[Evidence, Arguments], Found]


def called(evidence: Evidence, arguments: Arguments) -> Found:
    """Count the calls of an operation: `times`, or `at_least` and `at_most`."""
    operation = text(arguments["operation"])
    calls = [call for call in evidence.of(operation) if _has_status(call, arguments)]
    least, most = _bounds(arguments)
    expected = f"{_range(least, most)} of {operation}"
    first_too_many = calls[int(most)].number if most is not None and len(calls) > most else 0
    is_met = len(calls) >= least and (most is None or len(calls) <= most)
    return Found(
        is_met, expected, f"{len(calls)} call{'' if len(calls) == 1 else 's'}", first_too_many
    )


def in_order(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect the first calls of operations in this order."""
    operations = [text(each) for each in items(arguments["operations"])]
    firsts = [evidence.call(operation, 1) for operation in operations]
    missing = next((o for o, c in zip(operations, firsts, strict=True) if c is None), None)
    expected = " before ".join(operations)
    if missing is not None:
        return _unmet(expected, f"no call of {missing}")
    numbers = [call.number for call in firsts if call is not None]
    actual = " before ".join(o for _, o in sorted(zip(numbers, operations, strict=True)))
    return Found(numbers == sorted(numbers), expected, actual, numbers[0])


def waited(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect a pause of `at_least` seconds between the answer to one call and the next one."""
    operation, (before, after) = _two_calls(evidence, arguments)
    least = number(resolved(arguments.get("at_least", 0), evidence))
    most = arguments.get("at_most")
    limits = f"{least:g} s" + (f" and at most {number(most):g} s" if most is not None else "")
    expected = f"a pause of at least {limits} before the next call of {operation}"
    if before is None or after is None:
        return _unmet(expected, _too_few(evidence, operation))
    pause = after.at - before.ended
    is_met = pause >= least - TIMER_SECONDS and (most is None or pause <= number(most))
    return Found(is_met, expected, f"{max(pause, 0.0):.2f} s", after.number)


def gaps_grow(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect longer pauses the longer it lasts: the last one is longer than the first."""
    operation = text(arguments["operation"])
    calls = evidence.of(operation)
    gaps = [b.at - a.ended for a, b in pairwise(calls)]
    expected = f"growing pauses between calls of {operation}"
    if len(gaps) < 2:
        return _unmet(expected, _too_few(evidence, operation))
    shown = ", ".join(f"{gap:.2f}" for gap in gaps[:8])
    is_met = gaps[-1] > gaps[0] * 1.2 or max(gaps[len(gaps) // 2 :]) > max(gaps[0] * 1.2, 0.05)
    return Found(is_met, expected, f"pauses of {shown} s", calls[-1].number)


def same_body(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect two calls to carry the same content, whatever boundary or order of members."""
    operation, (before, after) = _two_calls(evidence, arguments)
    expected = f"the same content in both calls of {operation}"
    if before is None or after is None:
        return _unmet(expected, _too_few(evidence, operation))
    is_met = content_of(before) == content_of(after)
    return Found(is_met, expected, "the same" if is_met else "another content", after.number)


def member(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect a member of a JSON body, or of the JSON part of a form, to have a value or a form."""
    operation = text(arguments["operation"])
    call = _one_call(evidence, arguments)
    pointer = text(arguments["at"])
    wanted = resolved(arguments.get("equals", MISSING), evidence)  # type: ignore[arg-type]  # MISSING is a default of ours
    pattern = arguments.get("matches")
    expected = f"{pointer} of {operation} " + (
        f"is {_shown(wanted)}"
        if wanted is not MISSING
        else f"matches {pattern}"
        if pattern
        else "is there"
    )
    if call is None:
        return _unmet(expected, _too_few(evidence, operation))
    actual = lookup(json_of(call, text(arguments.get("part"))), pointer)
    if actual is MISSING:
        return _unmet(expected, "it is missing", call.number)
    if wanted is not MISSING:
        return Found(actual == wanted, expected, _shown(actual), call.number)
    is_met = pattern is None or re.fullmatch(text(pattern), str(actual)) is not None
    return Found(is_met, expected, _shown(actual), call.number)


def header_sent(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect a header in every call of an operation, or in the n-th, of a value or a form."""
    operation, name = text(arguments["operation"]), text(arguments["name"])
    calls = _some_calls(evidence, arguments)
    pattern = text(arguments.get("matches")) or ".+"
    expected = f"header {name} of {operation}" + (f" matches {pattern}" if pattern != ".+" else "")
    if not calls:
        return _unmet(expected, _too_few(evidence, operation))
    for call in calls:
        value = call.header(name)
        if value is None or re.fullmatch(pattern, value) is None:
            return _unmet(expected, "it is missing" if value is None else value, call.number)
    return _met(expected, "as expected")


def echoes(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect a value of an answer, which cannot be guessed, whole in a later call."""
    operation = text(arguments["operation"])
    value = resolved(arguments["value"], evidence)
    call = _one_call(evidence, arguments)
    expected = f"{arguments['value']} comes back in {operation}"
    if value is MISSING:
        return _unmet(expected, "the answer that holds it was never given")
    if call is None:
        return _unmet(expected, _too_few(evidence, operation))
    forms = {
        str(value),
        *(str(value).removeprefix(text(p)) for p in items(arguments.get("or_without"))),
    }
    places = tuple(text(each) for each in items(arguments.get("in"))) or ("path", "query", "body")
    is_met = any(form in _values(call, places) for form in forms)
    return Found(
        is_met, expected, "it came back" if is_met else "it did not come back", call.number
    )


def kept_private(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect that values stand in no path, no query and no header of any call."""
    values = [
        str(v)
        for v in _private_values(evidence, items(arguments.get("values")))
        if len(str(v)) >= 4
    ]
    places = ("path", "query", "headers")
    for call in evidence.calls:
        seen = unquote(call.path) + "\n" + unquote(call.query) + "\n"
        seen += "\n".join(unquote(v) for n, v in call.headers if n.lower() != "authorization")
        leaked = next((value for value in values if value in seen), None)
        if leaked is not None:
            # The value itself is what must not spread, so that only its place is reported.
            return _unmet(
                f"no private value in {', '.join(places)}",
                f"one in {call.method} {call.label.partition(' ')[2]}",
                call.number,
            )
    return _met(f"no private value in {', '.join(places)}", "none")


def accepted(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect the API's own rules to accept what was sent: every call, or the n-th."""
    operation = text(arguments["operation"])
    calls = [call for call in _some_calls(evidence, arguments) if not call.scripted]
    expected = f"{operation} is accepted by the rules of the API"
    if not calls:
        return _unmet(expected, _too_few(evidence, operation))
    for call in calls:
        if call.reply.status >= 400:
            words = call.reply.body[:300].decode("utf-8", "replace")
            return _unmet(expected, f"{call.reply.status}: {words}", call.number)
    return _met(expected, "accepted")


def form_parts(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect a well-formed form (RFC 7578) of exactly these part names, in any order."""
    operation = text(arguments["operation"])
    call = _one_call(evidence, arguments)
    names = [text(each) for each in items(arguments["names"])]
    expected = f"a form of the parts {', '.join(names)}"
    if call is None:
        return _unmet(expected, _too_few(evidence, operation))
    try:
        parts = form_of(call)
    except MalformedMultipart as problem:
        return _unmet(expected, f"the form is not well formed: {problem}", call.number)
    actual = sorted({part.name for part in parts})
    return Found(actual == sorted(set(names)), expected, f"parts {', '.join(actual)}", call.number)


def files_sent(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect the files of the inputs, byte for byte, named and typed as what they are."""
    operation, part_name = text(arguments["operation"]), text(arguments.get("part")) or "files"
    call = _one_call(evidence, arguments)
    wanted = evidence.files
    expected = f"{len(wanted)} file{'' if len(wanted) == 1 else 's'} as given"
    if call is None:
        return _unmet(expected, _too_few(evidence, operation))
    try:
        sent = [part for part in form_of(call) if part.name == part_name]
    except MalformedMultipart as problem:
        return _unmet(expected, f"the form is not well formed: {problem}", call.number)
    wrong = _file_problem(sent, {each.name: each.content for each in wanted})
    return Found(not wrong, expected, wrong or "as given", call.number)


def uses_token(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect which token of the session a call carries: a number from 1, or `newest`."""
    operation = text(arguments["operation"])
    call = _one_call(evidence, arguments)
    wanted = arguments.get("token", "newest")
    expected = f"token {wanted} with {operation}"
    if call is None:
        return _unmet(expected, _too_few(evidence, operation))
    issued = sum(
        1
        for each in evidence.calls
        if each.operation == "issueToken" and each.reply.status == 200 and each.number < call.number
    )
    number_wanted = issued if wanted == "newest" else int(number(wanted))
    return Found(
        call.token == number_wanted, expected, f"token {call.token or 'of no session'}", call.number
    )


def x12_sound(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect a sound X12 interchange: widths of ISA, control numbers, counts, one purpose."""
    operation = text(arguments["operation"])
    call = _one_call(evidence, arguments)
    pointer = text(arguments.get("at")) or "/x12"
    expected = f"a sound interchange at {pointer}"
    if call is None:
        return _unmet(expected, _too_few(evidence, operation))
    message = lookup(call.json(), pointer)
    if not isinstance(message, str):
        return _unmet(expected, "there is no text", call.number)
    wrong = x12_errors(message)
    return Found(
        not wrong,
        expected,
        "; ".join(f"{each.rule} {each.actual}".strip() for each in wrong[:3]) or "sound",
        call.number,
    )


def ends(evidence: Evidence, _: Arguments) -> Found:
    """Expect the client to come to an end by itself, in place of trying for ever."""
    seconds = evidence.end.seconds
    is_met = not evidence.end.timed_out
    actual = (
        f"it ended after {seconds:.1f} s" if is_met else f"it was still at it after {seconds:.1f} s"
    )
    return Found(is_met, "the client ends by itself", actual)


@dataclass(frozen=True, slots=True)
class Kind:
    """An expectation that scenarios can name: how it is judged and which arguments it takes."""

    judge: Expect
    needed: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


KINDS: Mapping[str, Kind] = {
    "called": Kind(called, ("operation",), ("times", "at_least", "at_most", "status")),
    "in_order": Kind(in_order, ("operations",)),
    "waited": Kind(waited, ("operation", "calls", "at_least"), ("at_most",)),
    "gaps_grow": Kind(gaps_grow, ("operation",)),
    "same_body": Kind(same_body, ("operation", "calls")),
    "member": Kind(member, ("operation", "at"), ("call", "part", "equals", "matches")),
    "header": Kind(header_sent, ("operation", "name"), ("call", "matches")),
    "echoes": Kind(echoes, ("operation", "value"), ("call", "in", "or_without")),
    "kept_private": Kind(kept_private, (), ("values",)),
    "accepted": Kind(accepted, ("operation",), ("call",)),
    "form_parts": Kind(form_parts, ("operation", "names"), ("call",)),
    "files_sent": Kind(files_sent, ("operation",), ("call", "part")),
    "uses_token": Kind(uses_token, ("operation",), ("call", "token")),
    "x12_sound": Kind(x12_sound, ("operation",), ("call", "at")),
    "ends": Kind(ends),
}
"""Every expectation by the name that scenarios use."""


def content_of(call: Call) -> object:
    """Return what a body says: the parts of a form, the value of JSON, else the bytes."""
    if call.media_type == "multipart/form-data":
        try:
            parts = form_of(call)
        except MalformedMultipart:
            return call.body
        return sorted((p.name, p.filename or "", p.content_type, p.content) for p in parts)
    if call.media_type.endswith("json"):
        return call.json()
    if call.media_type == "application/x-www-form-urlencoded":
        return sorted(parse_qsl(call.body.decode("latin-1")))
    return call.body


def form_of(call: Call) -> tuple[ReceivedPart, ...]:
    """Return the parts of a form. Raises MalformedMultipart."""
    return parse_form(call.body, call.header("content-type") or "")


def json_of(call: Call, part: str) -> Json:
    """Return the JSON of a body, or of the named part of a form; null where there is none."""
    if not part:
        return call.json()
    try:
        named = [each for each in form_of(call) if each.name == part]
    except MalformedMultipart:
        return None
    return Call(0, "", 0, 0, "", "", "", body=named[0].content).json() if named else None


def _file_problem(sent: list[ReceivedPart], wanted: Mapping[str, bytes]) -> str:
    if len(sent) != len(wanted):
        return f"{len(sent)} file parts"
    problems = (_part_problem(part, wanted) for part in sent)
    return next((problem for problem in problems if problem), "")


def _part_problem(part: ReceivedPart, wanted: Mapping[str, bytes]) -> str:
    name = part.filename
    if name is None:
        return "a file part without a file name"
    if any(ord(sign) < 32 for sign in name):
        return "a file name with control characters"
    if name not in wanted:
        return f"a file called {name[:80]}, which was not asked for"
    if part.content != wanted[name]:
        return f"{name[:80]}: {len(part.content):,} bytes, not the {len(wanted[name]):,} given"
    declared = part.content_type.partition(";")[0].strip().lower()
    if not fits(declared, part.content):
        return f"{name[:80]} is sent as {declared or 'no type'}, which its bytes are not"
    return ""


def fits(media_type: str, content: bytes) -> bool:
    """Tell whether bytes may be of a media type; octet-stream claims nothing."""
    if media_type == ANY_BINARY:
        return True
    named, sniffed = media_type_named(media_type), sniff(content)
    # A type that is none of the known ones cannot be judged by the bytes; the API refuses it itself.
    return bool(media_type) and (named is None or sniffed is None or named.canonical == sniffed)


def _met(expected: str, actual: str) -> Found:
    return Found(is_met=True, expected=expected, actual=actual)


def _unmet(expected: str, actual: str, call: int = 0) -> Found:
    return Found(is_met=False, expected=expected, actual=actual, call=call)


def _private_values(evidence: Evidence, named: Iterable[Json]) -> Iterable[object]:
    yield from evidence.credentials
    for reference in named:
        value = resolved(reference, evidence)
        if value is not MISSING:
            yield value


def _values(call: Call, places: tuple[str, ...]) -> str:
    seen = []
    if "path" in places:
        seen += unquote(call.path).split("/")
    if "query" in places:
        seen += [value for _, value in parse_qsl(call.query, keep_blank_values=True)]
    text_seen = "\n".join(seen)
    if "body" in places:
        text_seen += "\n" + call.body.decode("utf-8", "replace")
    return text_seen


def _has_status(call: Call, arguments: Arguments) -> bool:
    return "status" not in arguments or call.reply.status == arguments["status"]


def _bounds(arguments: Arguments) -> tuple[float, float | None]:
    if "times" in arguments:
        return number(arguments["times"]), number(arguments["times"])
    most = arguments.get("at_most")
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


def _one_call(evidence: Evidence, arguments: Arguments) -> Call | None:
    return evidence.call(text(arguments["operation"]), int(number(arguments.get("call", 1))))


def _some_calls(evidence: Evidence, arguments: Arguments) -> tuple[Call, ...]:
    if "call" not in arguments:
        return evidence.of(text(arguments["operation"]))
    one = _one_call(evidence, arguments)
    return (one,) if one else ()


def _two_calls(
    evidence: Evidence, arguments: Arguments
) -> tuple[str, tuple[Call | None, Call | None]]:
    operation = text(arguments["operation"])
    first, second = (int(number(each)) for each in items(arguments["calls"])[:2])
    return operation, (evidence.call(operation, first), evidence.call(operation, second))


def _too_few(evidence: Evidence, operation: str) -> str:
    count = len(evidence.of(operation))
    return (
        f"only {count} call{'' if count == 1 else 's'} of {operation}"
        if count
        else f"no call of {operation}"
    )


def _shown(value: object) -> str:
    return compact(value)[:120]
