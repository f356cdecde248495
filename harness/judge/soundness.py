"""Find scenarios that can never be met, refer to nothing, or are kept by a client that does nothing."""

import re
from collections.abc import Collection, Iterator

from harness.jsonvalue import items, number, text
from harness.judge.evidence import Arguments
from harness.judge.scenario import Expectation, Scenario
from harness.openapi.requirements import Strength
from harness.source import Source

_REFERENCES = ("value", "or", "name", "at_least", "equals")
_ANSWER = re.compile(r"\$answer\.(\w+)\.\d+(?:(?:/[^/]*)*|\.header\.[\w-]+)")
_INPUT = re.compile(r"\$(?:input|context)/([^/]+)(?:/[^/]*)*")

Mistake = tuple[Source, str, str]
"""Where, what, and what to do."""


def mistakes_of(scenario: Scenario, operations: Collection[str]) -> Iterator[Mistake]:
    """Yield what makes a scenario of no use, although each of its words is known."""
    # First what concerns a scenario as a whole.
    yield from _silence(scenario)
    for expectation in scenario.expect:
        yield from _never_met(expectation, scenario)
        yield from _references(expectation, scenario, operations)
    for turn in scenario.script:
        if turn.first > turn.last:
            what = f"no call is from {turn.first} to {turn.last}."
            yield scenario.source, what, "Swap the two."
        # The limit ends the client before such an answer comes.
        if turn.delay_seconds >= scenario.limit_seconds:
            what = f"an answer after {turn.delay_seconds:g} s comes too late for the limit of {scenario.limit_seconds:g} s."
            yield scenario.source, what, "Set a longer limit_seconds."


def needs_call(expectation: Expectation) -> bool:
    """Return whether a client that does nothing breaks an expectation."""
    arguments = expectation.arguments
    if expectation.is_forbidden or arguments.get("if_called"):
        return False
    if expectation.strength is Strength.OBSERVE:
        return False
    if expectation.kind == "called":
        return _least(arguments) > 0
    return expectation.kind in _KINDS_OF_A_CALL


_KINDS_OF_A_CALL = (
    *("in_order", "waited", "uses_token", "renews", "polled", "same_body", "member", "sends"),
    *("same_ids", "header", "query", "echoes", "accepted", "form_parts", "files_sent", "picks"),
    *("x12_sound", "x12_agrees"),
)


def _silence(scenario: Scenario) -> Iterator[Mistake]:
    # A control shows that the client is alive, after which silence is evidence.
    if scenario.expect and not scenario.control and not any(map(needs_call, scenario.expect)):
        what = f"{scenario.id} expects silence alone, which a dead client keeps too."
        yield scenario.source, what, "Add a control, or expect a call."


def _least(arguments: Arguments) -> float:
    if "times" in arguments:
        return number(arguments["times"])
    return number(arguments.get("at_least", 0 if "at_most" in arguments else 1), 1)


def _never_met(expectation: Expectation, scenario: Scenario) -> Iterator[Mistake]:
    arguments, source = expectation.arguments, expectation.source
    least, most = arguments.get("at_least"), arguments.get("at_most")
    if isinstance(least, int | float) and isinstance(most, int | float) and least > most:
        yield source, f"at least {least} and at most {most} can never be met.", ""
    if expectation.kind == "called" and _least(arguments) > scenario.most_calls:
        what = f"{_least(arguments):g} calls can never be met: the client is ended after {scenario.most_calls}."
        yield source, what, "Set a higher most_calls."
    waits = number(least) if expectation.kind == "waited" else 0.0
    if waits >= scenario.limit_seconds:
        what = f"a pause of {waits:g} s can never be met within the limit of {scenario.limit_seconds:g} s."
        yield source, what, "Set a longer limit_seconds."
    # Only a call that has to come contradicts one that is forbidden.
    others = [each for each in scenario.expect if each.kind == "called" and needs_call(each)]
    if expectation.is_forbidden and expectation.kind == "called" and _is_plain(arguments):
        for other in others:
            if other.arguments.get("operation") == arguments.get("operation"):
                yield source, "the call that is forbidden here is expected as well.", "Drop one."


def _is_plain(arguments: Arguments) -> bool:
    # With further arguments both may hold, for other calls of the same operation.
    return set(arguments) <= {"operation", "at_least"} and _least(arguments) <= 1


def _references(
    expectation: Expectation, scenario: Scenario, operations: Collection[str]
) -> Iterator[Mistake]:
    arguments, source = expectation.arguments, expectation.source
    pattern = text(arguments.get("matches"))
    # Compiled here, or the mistake would be found only once a client has called.
    try:
        re.compile(pattern)
    except re.error as problem:
        yield source, f"'{pattern}' is no regular expression ({problem}).", ""
    named = [arguments.get(each) for each in _REFERENCES] + list(items(arguments.get("values")))
    for value in named:
        # A text with a dollar sign is meant as a reference, and is one or is a mistake.
        if isinstance(value, str) and value.startswith("$"):
            yield from _reference(value, source, scenario, operations)


def _reference(
    value: str, source: Source, scenario: Scenario, operations: Collection[str]
) -> Iterator[Mistake]:
    if found := _ANSWER.fullmatch(value):
        if found[1] not in operations:
            yield source, f"{value} refers to an operation that does not exist.", ""
    elif found := _INPUT.fullmatch(value):
        if found[1] not in scenario.inputs:
            known = ", ".join(scenario.inputs) or "none"
            yield source, f"{value} refers to no input.", f"The inputs are: {known}."
    else:
        yield (
            source,
            f"{value} refers to nothing.",
            "Write $input/name or $answer.operation.1/name.",
        )
