"""Take a part of a value by a Selector Object (Arazzo 1.1.0).

Besides `jsonpath`, `xpath` and `jsonpointer` there is one type of our own: `regex` takes the first
match of a pattern in a text, for ids that are made of several parts. A JSONPath that can select one
node only gives that node, any other gives an array.
"""

from collections.abc import Mapping

from harness.jsonvalue import MISSING, Json, lookup, members, text
from harness.workflow.language import languages, regexes
from harness.workflow.language.expressions import ExpressionError, parse
from harness.workflow.language.queries import QueryError
from harness.workflow.language.regex_syntax import PatternError
from harness.workflow.language.scope import Scope
from harness.workflow.language.templates import Unresolved, fill

STANDARD = ("jsonpath", "xpath", "jsonpointer")


def kind_of(value: Json) -> tuple[str, str]:
    """Return the type and the version that a `type` member names."""
    if isinstance(value, Mapping):
        return text(value.get("type")), text(value.get("version"))
    return text(value), ""


def select(selector: Mapping[str, Json], scope: Scope) -> object:
    """Return what a selector of a standard type takes from its context. Raises Unresolved."""
    if kind_of(selector.get("type"))[0] not in STANDARD:
        raise Unresolved(f"a selector cannot be of type '{kind_of(selector.get('type'))[0]}'")
    return select_own(selector, scope)


def select_own(selector: Mapping[str, Json], scope: Scope) -> object:
    """Return what a selector under a key of our own takes from its context. Raises Unresolved."""
    context_text = text(members(selector).get("context"))
    try:
        context = scope.resolve(parse(context_text))
        if context is MISSING or context is None:
            raise Unresolved(f"{context_text} did not resolve")
        return _taken(selector, fill(text(selector.get("selector")), scope), context)
    except (ExpressionError, QueryError, PatternError) as problem:
        raise Unresolved(f"{selector.get('selector')} of {context_text}: {problem}") from None


def _taken(selector: Mapping[str, Json], wanted: str, context: object) -> object:
    kind, version = kind_of(selector.get("type"))
    match kind:
        case "jsonpath":
            return languages.jsonpath_value(wanted, context)
        case "xpath":
            return languages.xpath_value(wanted, context, version)
        case "jsonpointer":
            found = lookup(context, wanted.removeprefix("#"))
            if found is MISSING:
                raise Unresolved(f"{wanted} did not resolve")
            return found
        case "regex":
            return _matched(wanted, context)
        case _:
            raise Unresolved(f"there is no selector of type '{kind}'")


def _matched(pattern: str, context: object) -> str:
    if not isinstance(context, str):
        raise QueryError("the context is not a text", is_syntax=False)
    span = regexes.search(pattern, context)
    if span is None:
        raise QueryError("no match", is_syntax=False)
    return context[slice(*span)]
