"""Compare values as XPath 1.0 does (section 3.4), which our library does not in all pairs of types."""

from collections.abc import Iterator, Sequence
from itertools import product

from elementpath import XPath1Parser, XPathContext, XPathToken

_LITERALS = ("(string)", "(integer)", "(decimal)", "(float)")
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")


def _pairs(token: XPathToken, context: XPathContext) -> Iterator[tuple[object, object]]:
    left, right = (list(token[side].atomization(context)) for side in (0, 1))
    if _is_boolean(left) or _is_boolean(right):
        yield from _boolean_pair(token, left, right)
        return
    is_numeric = token.symbol not in ("=", "!=") or any(
        isinstance(each, int | float) for each in (*left, *right)
    )
    for one, other in product(left, right):
        yield (_number(one), _number(other)) if is_numeric else (str(one), str(other))


def _boolean_pair(
    token: XPathToken, left: Sequence[object], right: Sequence[object]
) -> Iterator[tuple[object, object]]:
    """Compare truth by `=`; by the signs that order, numbers, of which true is 1 and false 0."""
    if token.symbol in ("=", "!="):
        yield token.boolean_value(left), token.boolean_value(right)
        return
    yield _ordered(token, 0, left), _ordered(token, 1, right)


def _ordered(token: XPathToken, side: int, values: Sequence[object]) -> float:
    is_literal = token[side].symbol in _LITERALS
    # A node-set beside a boolean counts as whether it has a node; a literal as its own number.
    return _number(values[0]) if is_literal else float(token.boolean_value(values))


def _is_boolean(values: Sequence[object]) -> bool:
    return len(values) == 1 and isinstance(values[0], bool)


def _number(value: object) -> float:
    """Return a value as a number; what is none is NaN, which equals nothing (4.4)."""
    try:
        return float(str(value))
    except ValueError:
        return float("nan")


class Parser1(XPath1Parser):
    """Parses XPath 1.0 with comparisons of its own; the library evaluates literals as it parses."""


def _comparing(kind: type[XPathToken]) -> type[XPathToken]:
    return type(kind.__name__, (kind,), {"iter_comparison_data": _pairs, "__slots__": ()})


for _symbol in _COMPARISONS:
    Parser1.symbol_table[_symbol] = _comparing(Parser1.symbol_table[_symbol])
