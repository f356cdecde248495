"""Evaluate strings, payloads and selectors.

A string that is one whole expression takes that value with its type; `{$…}` inside a longer string
is replaced by text. A member or item whose expression names an optional input that was not given is
left out, as an undefined member is in JSON.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from harness.jsonvalue import MISSING, Json, as_text, escape
from harness.workflow.language.expressions import (
    Expression,
    ExpressionError,
    is_near_miss,
    parse,
)
from harness.workflow.language.scope import Scope

# No braces within, so that JSON text around an expression is no part of it.
_EMBEDDED = re.compile(r"\{(\$[^{}]*)\}")

ABSENT = object()
"""What an optional input that nobody gave comes to."""

Select = Callable[[Mapping[str, Json], Scope], object]


class Unresolved(ValueError):
    """An expression that a value needs leads nowhere."""


@dataclass(frozen=True, slots=True)
class Template:
    """A string taken apart: one whole expression, or texts and expressions in turn."""

    text: str
    whole: Expression | None = None
    pieces: tuple[str | Expression, ...] = ()
    doubt: str = ""
    """Why it may not be what its author meant."""

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """All expressions in it."""
        if self.whole is not None:
            return (self.whole,)
        return tuple(piece for piece in self.pieces if isinstance(piece, Expression))


@lru_cache(maxsize=8192)
def template(text: str) -> Template:
    """Take a string apart."""
    if text.startswith("$"):
        try:
            return Template(text, whole=parse(text))
        except ExpressionError as problem:
            # `$5 for {$inputs.name}` begins like one and still holds an expression.
            if "{$" not in text:
                return Template(text, pieces=(text,), doubt=str(problem))
    pieces: list[str | Expression] = []
    doubt = ""
    at = 0
    for match in _EMBEDDED.finditer(text):
        try:
            expression = parse(match[1])
        except ExpressionError as problem:
            # Other text in braces belongs to the payload and stays as it is.
            doubt = str(problem) if is_near_miss(match[1]) else doubt
            continue
        pieces += [text[at : match.start()], expression]
        at = match.end()
    return Template(text, pieces=(*pieces, text[at:]), doubt=doubt)


def fill(text: str, scope: Scope) -> str:
    """Return a string with its embedded expressions replaced. Raises Unresolved."""
    taken = template(text)
    # Without braces nothing is replaced: in a query or a pattern `$` has a meaning of its own.
    pieces = (taken.text,) if taken.whole is not None else taken.pieces
    return "".join(
        piece if isinstance(piece, str) else as_text(_resolved(piece, scope)) for piece in pieces
    )


def value_of(value: Json, scope: Scope, select: Select | None = None) -> object:
    """Return a value with all expressions in it resolved, or ABSENT. Raises Unresolved."""
    if isinstance(value, str):
        return _string_value(value, scope)
    if isinstance(value, Mapping):
        # Without a version that knows selectors it is an object like any other.
        if select is not None and is_selector(value):
            return select(value, scope)
        found = {key: value_of(item, scope, select) for key, item in value.items()}
        # An absent member is left out, since null would be sent as a value.
        return {key: item for key, item in found.items() if item is not ABSENT}
    if isinstance(value, list | tuple):
        listed = (value_of(item, scope, select) for item in value)
        return [item for item in listed if item is not ABSENT]
    return value


def is_selector(value: Mapping[str, Json]) -> bool:
    """Return whether an object is a Selector Object."""
    context = value.get("context")
    # An API may have an object with these members of its own, but hardly with an expression in it.
    return (
        value.keys() == {"context", "selector", "type"}
        and isinstance(context, str)
        and context.startswith("$")
    )


def strings(value: Json, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Return every string in a value with its pointer."""
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from strings(item, f"{pointer}/{escape(key)}")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from strings(item, f"{pointer}/{index}")


def _string_value(text: str, scope: Scope) -> object:
    taken = template(text)
    if taken.whole is None:
        return fill(text, scope)
    found = scope.resolve(taken.whole)
    # Only an input that is declared as optional may be absent; all else is a mistake to report.
    if found is MISSING and scope.may_be_absent(taken.whole):
        return ABSENT
    if found is MISSING:
        raise Unresolved(f"{text} did not resolve")
    return found


def _resolved(expression: Expression, scope: Scope) -> object:
    found = scope.resolve(expression)
    if found is MISSING:
        raise Unresolved(f"{expression.text} did not resolve")
    return found
