"""Decide whether a simple condition holds (Arazzo 1.1.0, "Condition Evaluation").

Strings compare in any case, numeric strings count as numbers beside numbers, null equals null only.
An expression that leads nowhere stands for null beside the literal null; any other use of it leaves
the term undecided, and neither `!` nor `!=` can turn what is undecided into a success.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from harness.jsonvalue import MISSING, compact
from harness.workflow.language.conditions import (
    Comparison,
    Literal,
    Logic,
    Not,
    Operand,
    Term,
    Test,
    operands,
)
from harness.workflow.language.expressions import Expression
from harness.workflow.language.scope import Scope

# With the spaces, signs and points that people and other languages write.
_NUMERIC = re.compile(r"\s*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?\s*", re.ASCII)
_CLIP = 200


@dataclass(frozen=True, slots=True)
class Truth:
    """True, False or, where it could not be decided, None and the reason."""

    value: bool | None
    reason: str = ""


def decide(term: Term, scope: Scope) -> Truth:
    """Evaluate a condition."""
    match term:
        case Comparison():
            return _compare(term, scope)
        case Test():
            return _test(term.operand, scope)
        case Not():
            inner = decide(term.term, scope)
            # What is undecided stays so, or a misspelt name behind "!" would pass.
            return Truth(None if inner.value is None else not inner.value, inner.reason)
        case Logic():
            return _logic(term, scope)


def observed(term: Term, scope: Scope) -> str:
    """Say which values the expressions of a condition had."""
    found = {
        operand.text: shown(scope.resolve(operand))
        for operand in operands(term)
        if isinstance(operand, Expression)
    }
    return ", ".join(f"{name} is {value}" for name, value in found.items())


def value_of(operand: Operand, scope: Scope) -> object:
    """Return the value that an operand has, or MISSING."""
    return operand.value if isinstance(operand, Literal) else scope.resolve(operand)


def shown(value: object) -> str:
    """Write a value as a failure shows it."""
    if value is MISSING:
        return "absent"
    written = f"'{value}'" if isinstance(value, str) else compact(value)
    return written if len(written) <= _CLIP else f"{written[:_CLIP]}…"


def equals(left: object, right: object) -> bool:
    """Return whether two values are equal as conditions mean it."""
    # No boolean equals a number, though in Python `True == 1`.
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if left is None or right is None:
        return left is right
    # In any case, which the specification demands (1.1.0, "Condition Evaluation").
    if isinstance(left, str) and isinstance(right, str):
        return left.casefold() == right.casefold()
    # Two texts stay texts: ids like "007" and "7" differ although they are equal as numbers.
    numbers = _numbers(left, right, both_text=False)
    if numbers is not None:
        return numbers[0] == numbers[1]
    return _same(left, right)


def _same(left: object, right: object) -> bool:
    """Compare arrays and objects member by member; `True == 1` is Python's rule, not JSON's."""
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(_exactly, left, right))
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(_exactly(left[key], right[key]) for key in left)
    return False


def _exactly(left: object, right: object) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list | tuple | Mapping):
        return _same(left, right)
    # Within arrays and objects texts compare exactly: the rule on case speaks of operands.
    return left == right


def _logic(term: Logic, scope: Scope) -> Truth:
    settled = term.sign == "||"  # what one term alone settles
    undecided: Truth | None = None
    for inner in term.terms:
        truth = decide(inner, scope)
        # A later term that decides prevails over an earlier one that could not be decided.
        if truth.value is settled:
            return truth
        if truth.value is None and undecided is None:
            undecided = truth
    # Nothing decided it: either something stayed open, or all terms said the opposite.
    return undecided or Truth(not settled)


def _test(operand: Operand, scope: Scope) -> Truth:
    value = value_of(operand, scope)
    if value is MISSING:
        return Truth(None, _missing(operand))
    return Truth(_is_true(value))


def _is_true(value: object) -> bool:
    if value is None or isinstance(value, bool):
        return value is True
    if isinstance(value, str | int | float):
        # Zero and the empty text count as false, as in most languages.
        return bool(value)
    return True


def _compare(term: Comparison, scope: Scope) -> Truth:
    left, right = value_of(term.left, scope), value_of(term.right, scope)
    if MISSING in (left, right):
        # Otherwise a misspelt expression would pass as "not equal to" anything.
        if term.sign in ("==", "!=") and Literal(None) in (term.left, term.right):
            left, right = (None if each is MISSING else each for each in (left, right))
        else:
            return Truth(None, _missing(term.left if left is MISSING else term.right))
    if term.sign in ("==", "!="):
        return Truth(equals(left, right) is (term.sign == "=="))
    return _order(term.sign, left, right)


def _order(sign: str, left: object, right: object) -> Truth:
    # Null is neither more nor less than anything, and that is known: false, not undecided.
    if left is None or right is None:
        return Truth(value=False)
    pair = _numbers(left, right, both_text=True)
    if pair is not None:
        return Truth(_ordered(sign, pair[0] < pair[1], pair[0] == pair[1]))
    if isinstance(left, str) and isinstance(right, str):
        first, second = left.casefold(), right.casefold()
        return Truth(_ordered(sign, first < second, first == second))
    return Truth(None, f"{shown(left)} and {shown(right)} have no order")


def _ordered(sign: str, less: bool, same: bool) -> bool:  # noqa: FBT001 the two facts that decide it
    return {"<": less, "<=": less or same, ">": not less and not same, ">=": not less}[sign]


def _numbers(
    left: object, right: object, *, both_text: bool
) -> tuple[int | float, int | float] | None:
    """Return both as numbers; two strings count only where an order is asked for."""
    if isinstance(left, str) and isinstance(right, str) and not both_text:
        return None
    first, second = _number(left), _number(right)
    return None if first is None or second is None else (first, second)


def _number(value: object) -> int | float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    # int() takes time by the square of the digits, and the text may come from the network.
    if isinstance(value, str) and len(value) <= 64 and _NUMERIC.fullmatch(value):
        return float(value) if re.search(r"[.eE]", value) else int(value)
    return None


def _missing(operand: Operand) -> str:
    if not isinstance(operand, Expression):
        return "did not resolve"
    if operand.pointer:
        return f"did not resolve: {operand.pointer} of {operand.text.partition('#')[0]}"
    return f"did not resolve: {operand.text}"
