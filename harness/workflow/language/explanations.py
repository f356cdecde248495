"""Say which value a condition that does not hold asked for, and which one it got."""

from collections.abc import Mapping
from types import MappingProxyType

from harness.workflow.language.conditions import Comparison, Literal, Logic, Operand, Term, Test
from harness.workflow.language.scope import Scope
from harness.workflow.language.truth import decide, observed, shown, value_of

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "==": "",
        "!=": "other than ",
        "<": "less than ",
        "<=": "at most ",
        ">": "more than ",
        ">=": "at least ",
    }
)
_MIRRORED: Mapping[str, str] = MappingProxyType({"<": ">", "<=": ">=", ">": "<", ">=": "<="})


def explain(term: Term, scope: Scope, text: str) -> tuple[str, str]:
    """Return what was expected and what came, by the term that decided against the condition."""
    match _decisive(term, scope):
        case Comparison() as comparison:
            return _compared(comparison, scope)
        case Test() as test:
            found = decide(test, scope)
            return "a true value", found.reason or observed(test, scope)
        case other:
            found = decide(other, scope)
            parts = (found.reason, observed(other, scope))
            return text, "; ".join(filter(None, parts)) or "false"


def _decisive(term: Term, scope: Scope) -> Term:
    """Descend through `&&` to the first term that does not hold."""
    while isinstance(term, Logic) and term.sign == "&&":
        term = next(inner for inner in term.terms if decide(inner, scope).value is not True)
    return term


def _compared(term: Comparison, scope: Scope) -> tuple[str, str]:
    found = decide(term, scope)
    left, sign, right = term.left, term.sign, term.right
    if isinstance(left, Literal) and not isinstance(right, Literal):
        left, sign, right = right, _MIRRORED.get(sign, sign), left
    return f"{_WORDS[sign]}{_named(right, scope)}", found.reason or shown(value_of(left, scope))


def _named(operand: Operand, scope: Scope) -> str:
    value = shown(value_of(operand, scope))
    return value if isinstance(operand, Literal) else f"{value} ({operand.text})"
