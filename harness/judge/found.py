"""What an expectation comes to, and how expectations name the calls that they are about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from harness.jsonvalue import Json, compact, items, number, text
from harness.judge.calls import Call
from harness.judge.evidence import Evidence

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
    return evidence.call(text(arguments["operation"]), int(number(arguments.get("call", 1))))


def some_calls(evidence: Evidence, arguments: Arguments) -> tuple[Call, ...]:
    """Return all calls of an operation, or the one that is named."""
    if "call" not in arguments:
        return evidence.of(text(arguments["operation"]))
    one = one_call(evidence, arguments)
    return (one,) if one else ()


def two_calls(
    evidence: Evidence, arguments: Arguments
) -> tuple[str, tuple[Call | None, Call | None]]:
    """Return the operation and the two calls of it that are compared."""
    operation = text(arguments["operation"])
    first, second = (int(number(each)) for each in items(arguments["calls"])[:2])
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
    return compact(value)[:120]
