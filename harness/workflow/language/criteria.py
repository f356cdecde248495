"""Decide whether a criterion holds, and say what was expected and what came."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from harness.jsonvalue import MISSING, as_text, compact
from harness.outcome import Attribution, Check, Status
from harness.workflow.document.model import Criterion, CriterionKind
from harness.workflow.language import languages, regexes, truth
from harness.workflow.language.conditions import (
    Comparison,
    ConditionError,
    Literal,
    Logic,
    Operand,
    Term,
    Test,
    condition,
)
from harness.workflow.language.expressions import ExpressionError, parse
from harness.workflow.language.languages import LimitReached, QueryError
from harness.workflow.language.regex_syntax import PatternError, SearchTooLong
from harness.workflow.language.scope import Scope
from harness.workflow.language.templates import Unresolved, fill
from harness.workflow.language.truth import decide, observed, shown, value_of

# Characters of a check's texts: an answer may be megabytes long, and reports hold every check.
MAX_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a criterion came to. ERROR: the document does not allow a decision."""

    status: Status
    expected: str
    actual: str
    is_ours: bool = False
    """For an error: a limit of ours was reached, and the document is not to blame."""

    @property
    def passed(self) -> bool:
        """Whether it holds; what could not be evaluated does not."""
        return self.status is Status.PASS


def judge(criterion: Criterion, scope: Scope) -> Judgement:
    """Evaluate a criterion. It fails where it cannot be evaluated (1.1.0, "Evaluation Errors")."""
    return _KINDS[criterion.kind](criterion, scope)


def all_hold(criteria: Iterable[Criterion], scope: Scope) -> bool:
    """Return whether every criterion holds; none at all is true."""
    return all(judge(criterion, scope).passed for criterion in criteria)


def as_check(criterion: Criterion, judgement: Judgement, *, step: str, exchange: int) -> Check:
    """Return a judgement as a check."""
    blamed = Attribution.API
    # What cannot be evaluated is the document's fault unless a limit of ours was reached.
    if judgement.status is Status.ERROR:
        blamed = Attribution.HARNESS if judgement.is_ours else Attribution.DOCUMENT
    return Check(
        name=f"{step}: {criterion.condition}"[:MAX_SHOWN],
        status=judgement.status,
        expected=judgement.expected[:MAX_SHOWN],
        actual=judgement.actual[:MAX_SHOWN],
        where=f"step {step}",
        exchange=exchange,
        source=str(criterion.source),
        attribution=blamed,
    )


def _simple(criterion: Criterion, scope: Scope) -> Judgement:
    text = criterion.condition
    try:
        term = condition(text)
    except ConditionError as problem:
        return Judgement(Status.ERROR, text, f"cannot be evaluated: {problem}")
    if truth.decide(term, scope).value:
        return Judgement(Status.PASS, text, truth.observed(term, scope))
    return Judgement(Status.FAIL, *explain(term, scope, text))


def _regex(criterion: Criterion, scope: Scope) -> Judgement:
    def holds(pattern: str, context: object) -> bool:
        return regexes.search(pattern, as_text(context)) is not None

    return _query(criterion, scope, "a match of", holds)


def _jsonpath(criterion: Criterion, scope: Scope) -> Judgement:
    return _query(criterion, scope, "a node at", languages.jsonpath_selects)


def _xpath(criterion: Criterion, scope: Scope) -> Judgement:
    def holds(expression: str, context: object) -> bool:
        return languages.xpath_holds(expression, context, criterion.version)

    return _query(criterion, scope, "true from", holds)


def _query(
    criterion: Criterion, scope: Scope, wanted: str, holds: Callable[[str, object], bool]
) -> Judgement:
    expected = f"{wanted} {criterion.condition} in {criterion.context}"
    try:
        context = scope.resolve(parse(criterion.context))
        # Filled before the context is looked at: an expression in the document that leads nowhere
        # is an error of the document even where the API is wrong as well.
        text = fill(criterion.condition, scope)
        # Nothing can be found in null or in nothing, so the criterion fails, and with it the API.
        if context is MISSING or context is None:
            what = "null" if context is None else "did not resolve"
            return Judgement(Status.FAIL, expected, f"{criterion.context} is {what}")
        if holds(text, context):
            return Judgement(Status.PASS, expected, "it holds")
        return Judgement(Status.FAIL, expected, compact(context))
    # Before the classes that they derive from: the document is not to blame for our limits.
    except (LimitReached, SearchTooLong) as problem:
        actual = f"cannot be evaluated within our limits: {problem}"
        return Judgement(Status.ERROR, expected, actual, is_ours=True)
    except QueryError as problem:
        # A wrong query is the document's fault, an answer that it does not fit the API's.
        status = Status.ERROR if problem.is_syntax else Status.FAIL
        return Judgement(status, expected, f"cannot be evaluated: {problem}")
    except (ExpressionError, PatternError, Unresolved) as problem:
        return Judgement(Status.ERROR, expected, f"cannot be evaluated: {problem}")


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
# Turned round, the value that was expected stands on the right: `200 <= $statusCode`.
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
        # A conjunction that does not hold has such a term, so there always is one.
        term = next(inner for inner in term.terms if decide(inner, scope).value is not True)
    return term


def _compared(term: Comparison, scope: Scope) -> tuple[str, str]:
    found = decide(term, scope)
    left, sign, right = term.left, term.sign, term.right
    # The literal is what was expected, whichever side it was written on.
    if isinstance(left, Literal) and not isinstance(right, Literal):
        left, sign, right = right, _MIRRORED.get(sign, sign), left
    return f"{_WORDS[sign]}{_named(right, scope)}", found.reason or shown(value_of(left, scope))


def _named(operand: Operand, scope: Scope) -> str:
    value = shown(value_of(operand, scope))
    return value if isinstance(operand, Literal) else f"{value} ({operand.text})"


_KINDS: Mapping[CriterionKind, Callable[[Criterion, Scope], Judgement]] = MappingProxyType(
    {
        CriterionKind.SIMPLE: _simple,
        CriterionKind.REGEX: _regex,
        CriterionKind.JSONPATH: _jsonpath,
        CriterionKind.XPATH: _xpath,
    }
)
