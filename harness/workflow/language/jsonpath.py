"""Query values by JSONPath, strictly as in RFC 9535, within bounds."""

from collections.abc import Mapping
from functools import lru_cache

from jsonpath import JSONPath, JSONPathEnvironment, JSONPathError
from jsonpath.exceptions import JSONPathSyntaxError, JSONPathTypeError
from jsonpath.function_extensions import ExpressionType, FilterFunction

from harness.workflow.language import regexes
from harness.workflow.language.languages import LimitReached, QueryError
from harness.workflow.language.regex_syntax import PatternError, SearchTooLong

MAX_LENGTH = 2_000
MAX_WORK = 5_000_000
"""Bound of nodes to the power of descents."""


class _Regex(FilterFunction):
    """`match` or `search` by the engine that cannot be held up."""

    arg_types = [ExpressionType.VALUE, ExpressionType.VALUE]  # noqa: RUF012 the library's interface
    return_type = ExpressionType.LOGICAL

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole

    def __call__(self, value: object, pattern: object) -> bool:
        # RFC 9535, 2.4.6 and 2.4.7: of what is no string the result is LogicalFalse.
        if not isinstance(value, str) or not isinstance(pattern, str):
            return False
        if self._whole:
            return regexes.is_match(pattern, value)
        return regexes.search(pattern, value) is not None


def _environment() -> JSONPathEnvironment:
    # Without strict, the library takes syntax of its own, which other runners refuse.
    environment = JSONPathEnvironment(strict=True, filter_caching=False)
    environment.function_extensions["match"] = _Regex(whole=True)
    environment.function_extensions["search"] = _Regex(whole=False)
    return environment


_ENVIRONMENT = _environment()


@lru_cache(maxsize=1024)
def query(text: str) -> JSONPath:
    """Compile a query. Raises QueryError."""
    if len(text) > MAX_LENGTH:
        raise QueryError(f"longer than {MAX_LENGTH:,} characters", is_syntax=True)
    try:
        found = _ENVIRONMENT.compile(text)
    # The library's parser calls itself for each parenthesis, and a query may hold many.
    except (JSONPathError, RecursionError, ValueError) as problem:
        reason = str(problem).partition("\n")[0] or "nested too deeply"
        raise QueryError(reason, is_syntax=True) from None
    # The library joins queries by `|` and `&`, which RFC 9535 does not know.
    if not isinstance(found, JSONPath):
        raise QueryError("not a single query", is_syntax=True)
    return found


def is_nonempty(text: str, value: object) -> bool:
    """Return whether a query selects at least one node. Raises QueryError."""
    return bool(_nodes(text, value, first=True))


def select(text: str, value: object) -> object:
    """Return the node of a singular query, or the list of nodes. Raises QueryError."""
    found = _nodes(text, value, first=False)
    # A singular query selects one node at most (RFC 9535, section 1), so it gives a value.
    if query(text).singular_query():
        if not found:
            raise QueryError(f"{text} selects nothing", is_syntax=False)
        return found[0]
    return found


def locations(text: str, value: object) -> tuple[str, ...]:
    """Return the JSON pointers of the nodes that a query selects. Raises QueryError."""
    compiled = _checked(text, value)
    return tuple(str(node.pointer()) for node in compiled.finditer(_document(value)))


def _nodes(text: str, value: object, *, first: bool) -> list[object]:
    compiled = _checked(text, value)
    try:
        found = compiled.finditer(_document(value))
        # One node decides, so the rest of a large document is not walked.
        if first:
            return [node.obj for node in [next(iter(found), None)] if node is not None]
        return [node.obj for node in found]
    # The order matters: a reached limit derives from the error of a wrong pattern.
    except SearchTooLong as problem:
        raise LimitReached(str(problem)) from None
    except PatternError as problem:
        raise QueryError(str(problem), is_syntax=True) from None
    except RecursionError:
        raise LimitReached("nested too deeply") from None
    except (JSONPathSyntaxError, JSONPathTypeError) as problem:
        raise QueryError(str(problem), is_syntax=True) from None
    except JSONPathError as problem:
        raise QueryError(str(problem), is_syntax=False) from None


def _checked(text: str, value: object) -> JSONPath:
    compiled = query(text)
    # One `..` visits every node once, and each further one visits them again from every node.
    descents = text.count("..")
    if descents > 1 and _size(value) ** descents > MAX_WORK:
        raise LimitReached("so many '..' on so large a value take too long")
    return compiled


def _size(value: object) -> int:
    count = 0
    # A stack of our own: a value may be nested deeper than Python lets a function call itself.
    stack = [value]
    while stack:
        count += 1
        item = stack.pop()
        if isinstance(item, Mapping):
            stack += item.values()
        elif isinstance(item, list | tuple):
            stack += item
    return count


def _document(value: object) -> dict[str, object] | list[object]:
    if isinstance(value, dict | list):
        return value
    # A query on a scalar selects it by `$` alone; the library takes strings for JSON text.
    raise QueryError("the context is neither an object nor an array", is_syntax=False)
