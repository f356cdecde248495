"""Look at JSONPath conditions as texts: where they begin, and what is put between their quotes."""

import re
from collections.abc import Mapping

from harness.jsonvalue import Json, members
from harness.workflow.language.expressions import Expression
from harness.workflow.language.templates import template

_EMBEDDED = re.compile(r"\{\$[^{}]*\}")
_LITERAL = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_INNERMOST = re.compile(r"\[[^\[\]]*\]")
_SOUGHT_IN = re.compile(r"search\(\s*$")
_ALIKE = ("integer", "number", "boolean", "array", "object")
"""Types whose values every runner writes in the same way, as JSON."""


def has_own_root(query: str) -> bool:
    """Return whether a query selects otherwise where its context is put into an array first."""
    bare = _LITERAL.sub("''", _EMBEDDED.sub("0", query)).replace(" ", "")
    is_filter = bare.startswith("$[?")
    roots = [match.end() for match in re.finditer(r"\$", bare)]
    strange = [at for at in roots if not bare.startswith("..", at) and (at > 1 or not is_filter)]
    return bool(strange) or (is_filter and "@" in _outermost(bare))


def has_quoted_text(query: str, declared: Mapping[str, Json]) -> bool:
    """Return whether a text is put between quotes, unless it is only searched in."""
    for match in _LITERAL.finditer(query):
        taken = template(match[0]).expressions
        if taken and not _SOUGHT_IN.search(query[: match.start()]):
            return any(not _is_alike(expression, declared) for expression in taken)
    return False


def _is_alike(expression: Expression, declared: Mapping[str, Json]) -> bool:
    if expression.root == "inputs":
        return members(declared.get(expression.names[0])).get("type") in _ALIKE
    return expression.root == "statusCode"


def _outermost(bare: str) -> str:
    """Return the first filter of a query without the filters and names in brackets within it."""
    inner = bare[3:].rpartition("]")[0]
    while _INNERMOST.search(inner):
        inner = _INNERMOST.sub("", inner)
    return inner
