"""Compare values as XPath 1.0 does (section 3.4), which our library does not for a node and a number."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product

from elementpath import XPathContext, XPathToken

_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


def compare_as_in_1_0(token: XPathToken) -> None:
    """Let all comparisons of a parsed XPath 1.0 expression follow its own rules."""
    for each in token.iter():
        if each.symbol in _COMPARISONS:
            each.__class__ = _comparing(type(each))


@lru_cache(maxsize=16)
def _comparing(kind: type[XPathToken]) -> type[XPathToken]:
    return type(kind.__name__, (kind,), {"iter_comparison_data": _pairs, "__slots__": ()})


def _pairs(token: XPathToken, context: XPathContext) -> Iterator[tuple[object, object]]:
    left, right = (list(token[side].atomization(context)) for side in (0, 1))
    if _is_boolean(left) or _is_boolean(right):
        yield token.boolean_value(left), token.boolean_value(right)
        return
    is_numeric = token.symbol not in ("=", "!=") or any(
        isinstance(each, int | float) for each in (*left, *right)
    )
    for one, other in product(left, right):
        yield (_number(one), _number(other)) if is_numeric else (str(one), str(other))


def _is_boolean(values: Sequence[object]) -> bool:
    return len(values) == 1 and isinstance(values[0], bool)


def _number(value: object) -> float:
    """Return a value as a number; what is none is NaN, which equals nothing (4.4)."""
    try:
        return float(str(value))
    except ValueError:
        return float("nan")
