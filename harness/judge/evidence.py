"""Everything that a scenario is judged from, and how its expectations refer to it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from harness.exchange import header
from harness.jsonvalue import MISSING, Json, compact, items, lookup, text, whole_number
from harness.judge.calls import Call, of_operation
from harness.judge.scenario import Scenario

_REFERENCE = re.compile(r"\$(input|context)((?:/[^/]*)*)")
_ANSWER = re.compile(r"\$answer\.(\w+)\.(\d+)((?:/[^/]*)*)")
_HEADER = re.compile(r"\$answer\.(\w+)\.(\d+)\.header\.([\w-]+)")


@dataclass(frozen=True, slots=True)
class FileInput:
    """A file that the client was asked to send."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ClientEnd:
    """How the program of the client came to its end."""

    exit_code: int | None = None
    """None where there was no program of ours to start, or where it was ended by us."""
    timed_out: bool = False
    seconds: float = 0.0
    was_stopped: bool = False
    """It was ended by us because of the number of its calls."""
    output: str = field(default="", repr=False)
    """What it printed, for expectations alone: it may hold anything."""
    shown: str = ""
    """The last of it, redacted."""
    printed_bytes: int = 0
    """How much it printed in all."""
    leaks: tuple[str, ...] = ()
    """Names of the secrets that stand in what it printed."""
    result: Mapping[str, Json] = field(default_factory=dict)
    """What it wrote to its result file: a statement of the client's, never evidence by itself."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was asked, what arrived, and how the client ended."""

    scenario: Scenario
    calls: tuple[Call, ...]
    inputs: Mapping[str, Json] = field(default_factory=dict)
    """The inputs of the context, with everything generated in its place."""
    files: tuple[FileInput, ...] = ()
    credentials: tuple[str, ...] = field(default=(), repr=False)
    """The client secret and the tokens: what must never show outside its place."""
    control: tuple[Call, ...] = ()
    """Calls of the control, which came before the scenario began."""
    end: ClientEnd = ClientEnd()

    def of(self, operation: str) -> tuple[Call, ...]:
        """Return the calls of an operation, in the order of arrival."""
        return of_operation(self.calls, operation)

    def call(self, operation: str, nth: int) -> Call | None:
        """Return the n-th call of an operation, from 1; -1 is the last one."""
        found = self.of(operation)
        # From the end for -1, as the last call is the one that a client stopped with.
        index = nth - 1 if nth > 0 else len(found) + nth
        return found[index] if 0 <= index < len(found) else None


def resolved(value: Json, evidence: Evidence) -> object:
    """Return what an argument means: a reference to an input or an answer, else itself.

    `$input/claim/claimId`, `$answer.createAttachments.1/attachmentIds/0`,
    `$answer.uploadAttachments.1.header.x-trace-id`. MISSING where it leads nowhere.
    """
    if not isinstance(value, str) or not value.startswith("$"):
        return value
    if found := _REFERENCE.fullmatch(value):
        return lookup(evidence.inputs, found[2])
    if found := _HEADER.fullmatch(value):
        call = evidence.call(found[1], int(found[2]))
        named = header(call.reply.headers, found[3]) if call else None
        return MISSING if named is None else named
    if found := _ANSWER.fullmatch(value):
        call = evidence.call(found[1], int(found[2]))
        return lookup(call.reply.json(), found[3]) if call else MISSING
    return value


Arguments: TypeAlias = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Found:
    """What an expectation came to: expected and actual in words, and the call that shows it."""

    is_met: bool
    expected: str
    actual: str
    call: int = 0
    """Number of the call; 0 where it is about several, or about one that never came."""
    is_open: bool = False
    """Nothing was seen that decides it, as where the time limit came first."""


Expect: TypeAlias = Callable[[Evidence, Arguments], Found]


def met(expected: str, actual: str) -> Found:
    """Return an expectation that is met."""
    return Found(is_met=True, expected=expected, actual=actual)


def unmet(expected: str, actual: str, call: int = 0) -> Found:
    """Return an expectation that is not met, with the call that shows it."""
    return Found(is_met=False, expected=expected, actual=actual, call=call)


def undecided(expected: str, actual: str, call: int = 0) -> Found:
    """Return an expectation of which nothing was seen either way."""
    return Found(is_met=False, expected=expected, actual=actual, call=call, is_open=True)


def missing(evidence: Evidence, arguments: Arguments, expected: str) -> Found:
    """Return what it means that a call never came: kept where nothing says that it has to come."""
    operation = text(arguments["operation"])
    if arguments.get("if_called"):
        return met(expected, f"{too_few(evidence, operation)}, and none has to be")
    return unmet(expected, too_few(evidence, operation))


def one_call(evidence: Evidence, arguments: Arguments) -> Call | None:
    """Return the call that an expectation is about: the `call`-th of its operation, or the first."""
    return evidence.call(text(arguments["operation"]), whole_number(arguments.get("call", 1)))


def some_calls(evidence: Evidence, arguments: Arguments) -> tuple[Call, ...]:
    """Return all calls of an operation, or the one that is named."""
    # Without a number all calls are judged, for one wrong call among many is wrong.
    if "call" not in arguments:
        return evidence.of(text(arguments["operation"]))
    one = one_call(evidence, arguments)
    return (one,) if one else ()


def two_calls(
    evidence: Evidence, arguments: Arguments
) -> tuple[str, tuple[Call | None, Call | None]]:
    """Return the operation and the two calls of it that are compared."""
    operation = text(arguments["operation"])
    first, second = (whole_number(each) for each in items(arguments["calls"])[:2])
    return operation, (evidence.call(operation, first), evidence.call(operation, second))


def too_few(evidence: Evidence, operation: str) -> str:
    """Say how many calls of an operation there were, where there should be more."""
    count = len(evidence.of(operation))
    return f"only {counted(count)} of {operation}" if count else f"no call of {operation}"


def counted(count: float) -> str:
    """Return `1 call` or `2 calls`."""
    return f"{count:g} call{'' if count == 1 else 's'}"


def shown(value: object) -> str:
    """Return a value as a report shows it."""
    # As long as a line of a report; the whole value stands in the record.
    return compact(value)[:120]
