"""Expectations on what calls hold: members, headers, forms, files, messages, and values of answers."""

import re
from collections.abc import Container, Iterator, Mapping
from urllib.parse import parse_qsl, unquote

from harness.client.multipart import MalformedMultipart, ReceivedPart
from harness.jsonvalue import MISSING, escape, items, lookup, text
from harness.judge.calls import content_of, fits, form_of, json_of, values_of
from harness.judge.evidence import (
    Arguments,
    Evidence,
    Found,
    met,
    missing,
    one_call,
    resolved,
    shown,
    some_calls,
    too_few,
    two_calls,
    unmet,
)
from harness.x12.check import errors as x12_errors
from harness.x12.consistency import compare
from harness.x12.review import Kind


def same_body(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect two calls to carry the same content, whatever boundary or order of members."""
    operation, (before, after) = two_calls(evidence, arguments)
    expected = f"the same content in both calls of {operation}"
    if before is None or after is None:
        return missing(evidence, arguments, expected)
    # What a body says is compared, not its bytes: a boundary is made anew for each form.
    is_met = content_of(before) == content_of(after)
    return Found(is_met, expected, "the same" if is_met else "another content", after.number)


def member(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect a member of a JSON body, or of the JSON part of a form, to have a value or a form."""
    operation = text(arguments["operation"])
    call = one_call(evidence, arguments)
    pointer = text(arguments["at"])
    wanted = resolved(arguments.get("equals", MISSING), evidence)  # type: ignore[arg-type]  # MISSING is a default of ours
    pattern = arguments.get("matches")
    expected = f"{pointer} of {operation} " + (
        f"is {shown(wanted)}"
        if wanted is not MISSING
        else f"matches {pattern}"
        if pattern
        else "is there"
    )
    if call is None:
        return unmet(expected, too_few(evidence, operation))
    actual = lookup(json_of(call, text(arguments.get("part"))), pointer)
    if actual is MISSING:
        return unmet(expected, "it is missing", call.number)
    if wanted is not MISSING:
        return Found(actual == wanted, expected, shown(actual), call.number)
    # As text, for a pattern may speak of a number as well.
    is_met = pattern is None or re.fullmatch(text(pattern), str(actual)) is not None
    return Found(is_met, expected, shown(actual), call.number)


def header_sent(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect a header in every call of an operation, or in the n-th, of a value or a form."""
    operation, name = text(arguments["operation"]), text(arguments["name"])
    calls = some_calls(evidence, arguments)
    # Any value but an empty one: a header without a value says nothing.
    pattern = text(arguments.get("matches")) or ".+"
    expected = f"header {name} of {operation}" + (f" matches {pattern}" if pattern != ".+" else "")
    if not calls:
        return unmet(expected, too_few(evidence, operation))
    for call in calls:
        value = call.header(name)
        if value is None or re.fullmatch(pattern, value) is None:
            return unmet(expected, "it is missing" if value is None else value, call.number)
    return met(expected, "as expected")


def query_sent(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect a parameter of the query, once, of a form."""
    operation, name = text(arguments["operation"]), text(arguments["name"])
    call = one_call(evidence, arguments)
    pattern = text(arguments["matches"])
    expected = f"query parameter {name} of {operation} matches {pattern}"
    if call is None:
        return unmet(expected, too_few(evidence, operation))
    # An empty value counts as sent, so that it is shown and not taken for missing.
    values = [value for key, value in parse_qsl(call.query, keep_blank_values=True) if key == name]
    # Sent twice, a parameter means different things to different servers.
    is_met = len(values) == 1 and re.fullmatch(pattern, values[0]) is not None
    return Found(is_met, expected, ", ".join(values) or "it is missing", call.number)


def echoes(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect a value of an answer, which cannot be guessed, whole in a later call."""
    operation = text(arguments["operation"])
    value = resolved(arguments["value"], evidence)
    call = one_call(evidence, arguments)
    # By its reference and not by its value, which may be private.
    expected = f"{arguments['value']} comes back in {operation}"
    if value is MISSING:
        return unmet(expected, "the answer that holds it was never given")
    if call is None:
        return unmet(expected, too_few(evidence, operation))
    forms = {
        str(value),
        # Where documents disagree about a prefix, an id is whole with it and without it.
        *(str(value).removeprefix(text(p)) for p in items(arguments.get("or_without"))),
    }
    places = tuple(text(each) for each in items(arguments.get("in"))) or ("path", "query", "body")
    is_met = any(form in values_of(call, places) for form in forms)
    return Found(
        is_met, expected, "it came back" if is_met else "it did not come back", call.number
    )


def accepted(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect the API's own rules to accept what was sent: every call, or the n-th."""
    operation = text(arguments["operation"])
    # A scripted answer says nothing of the request, so that nothing can be read from it.
    calls = [call for call in some_calls(evidence, arguments) if not call.scripted]
    expected = f"{operation} is accepted by the rules of the API"
    if not calls:
        return missing(evidence, arguments, expected)
    for call in calls:
        if call.reply.status >= 400:
            # The API lists every rule that is broken, and the client's maker wants all of them.
            words = call.reply.body[:1500].decode("utf-8", "replace")
            return unmet(expected, f"{call.reply.status}: {words}", call.number)
    return met(expected, "accepted")


def form_parts(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect a well-formed form (RFC 7578) of these part names, in any order.

    `or_flat` names the part in whose place its members may stand as parts of their own.
    """
    call = one_call(evidence, arguments)
    names = {text(each) for each in items(arguments["names"])}
    expected = f"a form of the parts {', '.join(sorted(names))}"
    if call is None:
        return missing(evidence, arguments, expected)
    try:
        actual = {part.name for part in form_of(call)}
    except MalformedMultipart as problem:
        return unmet(expected, f"the form is not well formed: {problem}", call.number)
    flat = text(arguments.get("or_flat"))
    # Flat: the members stand as parts of their own beside every other part that is wanted.
    is_flat = bool(flat) and flat not in actual and names - {flat} < actual
    return Found(
        actual == names or is_flat, expected, f"parts {', '.join(sorted(actual))}", call.number
    )


def files_sent(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect the files of the inputs, byte for byte, named and typed as what they are."""
    part_name = text(arguments.get("part")) or "files"
    call = one_call(evidence, arguments)
    wanted = evidence.files
    expected = f"{len(wanted)} file{'' if len(wanted) == 1 else 's'} as given"
    if call is None:
        return missing(evidence, arguments, expected)
    try:
        sent = [part for part in form_of(call) if part.name == part_name]
    except MalformedMultipart as problem:
        return unmet(expected, f"the form is not well formed: {problem}", call.number)
    wrong = _file_problem(sent, {each.name: each.content for each in wanted})
    return Found(not wrong, expected, wrong or "as given", call.number)


def sends(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect every member that was asked for, with its value; more members may stand beside them."""
    operation = text(arguments["operation"])
    call = one_call(evidence, arguments)
    wanted = resolved(arguments["value"], evidence)
    expected = f"{operation} holds what was asked for"
    if call is None:
        return missing(evidence, arguments, expected)
    if wanted is MISSING:
        return unmet(expected, "nothing was asked for", call.number)
    sent = json_of(call, text(arguments.get("part")))
    but = {text(each) for each in items(arguments.get("but"))}
    # A difference is named by its place, and a place may be left open by `but`.
    wrong = [each for each in _differences(wanted, sent, "") if each.partition(":")[0] not in but]
    return Found(not wrong, expected, "; ".join(wrong[:8]) or "as asked for", call.number)


def same_ids(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect ids whole, in any order; the prefix may be left out where the API takes both."""
    operation = text(arguments["operation"])
    call = one_call(evidence, arguments)
    wanted = resolved(arguments["value"], evidence)
    expected = f"whole ids in {operation}"
    if call is None:
        return missing(evidence, arguments, expected)
    if wanted is MISSING:
        return unmet(expected, "the answer that holds them was never given", call.number)
    prefix = text(arguments.get("or_without"))
    other = resolved(arguments["or"], evidence) if "or" in arguments else MISSING
    # The wanted value is one id or a list of them.
    allowed = (*(items(wanted) or (wanted,)), *(() if other is MISSING else (other,)))
    known = {str(each).removeprefix(prefix) for each in allowed}
    listed = lookup(call.json(), text(arguments["at"]))
    sent = [str(each).removeprefix(prefix) for each in items(listed)]
    strange = [each for each in sent if each not in known]
    # All of them, or only that none is strange.
    needed = known if arguments.get("all") else known & set(sent)
    is_met = bool(sent) and not strange and needed <= set(sent)
    return Found(is_met, expected, f"ids {shown(listed)}", call.number)


def x12_agrees(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect a message that says what the JSON form of the same request says."""
    call = one_call(evidence, arguments)
    expected = "a message that says what was asked for"
    if call is None:
        return missing(evidence, arguments, expected)
    message = lookup(call.json(), text(arguments.get("at")) or "/x12")
    wanted = resolved(arguments["value"], evidence)
    if not isinstance(message, str):
        return unmet(expected, "there is no text", call.number)
    found = compare(message, wanted, Kind(text(arguments["kind"])))  # type: ignore[arg-type]  # inputs are JSON
    # The JSON names of answers are compared; what a request does not have is nothing to compare.
    # Only where the wanted side has a value: what JSON leaves out, a message may add.
    wrong = [f"{each.name} is {each.actual!r}" for each in found if each.expected]
    return Found(not wrong, expected, "; ".join(wrong[:5]) or "it does", call.number)


def x12_sound(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect a sound X12 interchange: widths of ISA, control numbers, counts, one purpose."""
    call = one_call(evidence, arguments)
    pointer = text(arguments.get("at")) or "/x12"
    expected = f"a sound interchange at {pointer}"
    if call is None:
        return missing(evidence, arguments, expected)
    message = lookup(call.json(), pointer)
    if not isinstance(message, str):
        return unmet(expected, "there is no text", call.number)
    wrong = x12_errors(message)
    return Found(
        not wrong,
        expected,
        "; ".join(f"{each.rule} {each.actual}".strip() for each in wrong[:3]) or "sound",
        call.number,
    )


def _differences(wanted: object, sent: object, at: str) -> Iterator[str]:
    """Yield a sentence for each member that was asked for and is not there as it was."""
    if isinstance(wanted, Mapping):
        for name, value in wanted.items():
            there = lookup(sent, f"/{escape(str(name))}")
            # The place for the reader, as in a JSON Pointer.
            place = f"{at}/{name}"
            yield from (
                [f"{place}: missing"] if there is MISSING else _differences(value, there, place)
            )
    elif isinstance(wanted, list | tuple):
        there = items(sent)
        # Items are compared by position, so that a wrong count makes every comparison wrong.
        if len(there) != len(wanted):
            yield f"{at}: {len(there)} items and not {len(wanted)}"
            return
        for index, value in enumerate(wanted):
            yield from _differences(value, there[index], f"{at}/{index}")
    elif wanted != sent:
        yield f"{at}: {shown(sent)}"


def files_again(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect the files of the inputs in every call after the first one, as they were given.

    What is read from a stream for the first call is not there for the second one.
    """
    operation, part_name = text(arguments["operation"]), text(arguments.get("part")) or "files"
    wanted = {each.name: each.content for each in evidence.files}
    expected = "every file whole in what is sent again"
    # Without files in the inputs there is nothing that could be empty the second time.
    again = evidence.of(operation)[1:] if wanted else ()
    for call in again:
        try:
            # A request that broke off sends less, which is what another expectation is about.
            sent = [] if call.is_cut else [p for p in form_of(call) if p.name == part_name]
        except MalformedMultipart as problem:
            return unmet(expected, f"the form is not well formed: {problem}", call.number)
        if not call.is_cut and (wrong := _file_problem(sent, wanted)):
            return unmet(expected, wrong, call.number)
    return met(expected, "as given" if again else "nothing with files is sent again")


def picks(evidence: Evidence, arguments: Arguments) -> Found:
    """Expect the id of the one file that was chosen; an answer lists ids in the order of the files."""
    operation, call = text(arguments["operation"]), one_call(evidence, arguments)
    created = evidence.call(text(arguments["of"]), 1)
    name = str(resolved(arguments["name"], evidence))
    expected = f"the id of {name} alone in {operation}"
    if created is None or call is None:
        return unmet(expected, too_few(evidence, operation if created else text(arguments["of"])))
    listed = [str(each) for each in items(lookup(created.reply.json(), text(arguments["at"])))]
    try:
        names = [_plain_name(p, {name}) for p in form_of(created) if p.filename is not None]
    except MalformedMultipart as problem:
        return unmet(expected, f"the form is not well formed: {problem}", created.number)
    # Ids can be told apart only if there is one for each file.
    if name not in names or len(listed) != len(names):
        return unmet(expected, f"the answer has no id for {name}", created.number)
    body, prefix = values_of(call, ("body",)), text(arguments.get("or_without"))
    # Ids are unguessable, so that a whole one in the body means this one.
    found = [n for n, each in zip(names, listed, strict=True) if each.removeprefix(prefix) in body]
    return Found(found == [name], expected, f"the id of {', '.join(found) or 'none'}", call.number)


def _file_problem(sent: list[ReceivedPart], wanted: Mapping[str, bytes]) -> str:
    if len(sent) != len(wanted):
        return f"{len(sent)} file parts"
    problems = (_part_problem(part, wanted) for part in sent)
    return next((problem for problem in problems if problem), "")


def _part_problem(part: ReceivedPart, wanted: Mapping[str, bytes]) -> str:
    name = part.filename
    if name is None:
        return "a file part without a file name"
    # Below the space: a line break in a name could end its header.
    if any(ord(sign) < 32 for sign in name):
        return "a file name with control characters"
    name = _plain_name(part, wanted)
    if name not in wanted:
        return f"a file called {name[:80]}, which was not asked for"
    if part.content != wanted[name]:
        return f"{name[:80]}: {len(part.content):,} bytes, not the {len(wanted[name]):,} given"
    # A part without a type is text/plain (RFC 7578, 4.4).
    declared = part.content_type.partition(";")[0].strip().lower() or "text/plain"
    if not fits(declared, part.content):
        return f"{name[:80]} is sent as {declared}, which its bytes are not"
    return ""


def _plain_name(part: ReceivedPart, wanted: Container[str]) -> str:
    """Return a file's name as it was given: it may come percent-encoded (RFC 7578, 2).

    Of two names either will do: the documents do not say which one the API reads.
    """
    name = part.filename or ""
    # Decoded only where that makes it a wanted name: a percent sign may belong to the name itself.
    spelt = (name, unquote(name), part.extended_filename)
    return next((each for each in spelt if each is not None and each in wanted), name)
