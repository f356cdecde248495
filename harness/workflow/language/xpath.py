"""Query and change XML by XPath 1.0 to 3.1, without access to files, network or environment."""

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from types import MappingProxyType
from typing import TypeAlias
from xml.etree import ElementTree

from elementpath import (
    AttributeNode,
    ElementNode,
    ElementPathError,
    TextNode,
    XPath1Parser,
    XPath2Parser,
    XPathContext,
    XPathNode,
    XPathToken,
)
from elementpath.xpath30 import XPath30Parser
from elementpath.xpath31 import XPath31Parser

from harness.workflow.language.languages import LimitReached, QueryError

# The library's symbols of tokens that stand for themselves.
_LITERALS = ("(string)", "(integer)", "(decimal)", "(float)")
_OWN_PREFIX = re.compile(r"ns\d+")
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")


def _pairs(token: XPathToken, context: XPathContext) -> Iterator[tuple[object, object]]:
    left, right = (list(token[side].atomization(context)) for side in (0, 1))
    # A boolean on one side makes the other one boolean, too (XPath 1.0, 3.4).
    if _is_boolean(left) or _is_boolean(right):
        yield from _boolean_pair(token, left, right)
        return
    # Signs that order always compare numbers; so does "=" beside a number (XPath 1.0, 3.4).
    is_numeric = token.symbol not in ("=", "!=") or any(
        isinstance(each, int | float) for each in (*left, *right)
    )
    for one, other in product(left, right):
        # Sets of nodes compare by any pair: the comparison holds if one of these does.
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


# Characters of an expression and of a document, and the ends of a range such as `1 to 9`.
MAX_LENGTH = 1_000
MAX_DOCUMENT = 2_000_000
MAX_RANGE = 10_000

Parser: TypeAlias = XPath1Parser | XPath2Parser | XPath30Parser | XPath31Parser
Namespaces = tuple[tuple[str, str], ...]

_PARSERS: Mapping[str, type[Parser]] = MappingProxyType(
    {
        "": XPath31Parser,
        "xpath-31": XPath31Parser,
        "xpath-30": XPath30Parser,
        "xpath-20": XPath2Parser,
        "xpath-10": Parser1,
    }
)

# Functions that read files, addresses or the environment of the process.
_REFUSED = frozenset(
    {
        "available-environment-variables",
        "collection",
        "doc",
        "doc-available",
        "document",
        "environment-variable",
        "json-doc",
        "load-xquery-module",
        "transform",
        "unparsed-text",
        "unparsed-text-available",
        "unparsed-text-lines",
        "uri-collection",
    }
)
# These run Python's engine, which a pattern can hold up; see `_is_tame`.
_REGEXES = frozenset({"matches", "replace", "tokenize", "analyze-string"})
_REPEATED_GROUP = re.compile(r"\)[*+{]")


def is_true(expression: str, document: object, version: str = "") -> bool:
    """Return the effective boolean value of an expression. Raises QueryError."""
    root, namespaces = _parsed(document)
    # Parsed alone first: `true()) or (false()` would be complete only within our parentheses.
    _token(expression, version, namespaces)
    return _evaluate(_token(f"boolean({expression})", version, namespaces), root) is True


def select(expression: str, document: object, version: str = "") -> object:
    """Return an expression's value: text of the one node, or the list of several. Raises QueryError."""
    root, namespaces = _parsed(document)
    selected = _evaluate(_token(expression, version, namespaces), root)
    if not isinstance(selected, list):
        return selected if isinstance(selected, bool | int | float | str) else str(selected)
    texts = [_text(item) for item in selected]
    if not texts:
        raise QueryError(f"{expression} selects nothing", is_syntax=False)
    return texts[0] if len(texts) == 1 else texts


def replaced(document: str, expression: str, value: str, version: str = "") -> str:
    """Return a document with the text of the selected nodes replaced. Raises QueryError."""
    root, namespaces = _parsed(document)
    # The result is written with the prefixes of the document, not with ns0, ns1 and so on.
    for prefix, uri in namespaces:
        # Names like ns0 are the library's own: it refuses them, and gives one of them by itself.
        if not _OWN_PREFIX.fullmatch(prefix):
            ElementTree.register_namespace(prefix, uri)
    token = _token(expression, version, namespaces)
    # A list before anything changes, for the nodes are found lazily.
    nodes = _guarded(lambda: list(token.select(XPathContext(root))), expression)
    if not isinstance(nodes, list) or not nodes:
        raise QueryError(f"{expression} selects nothing", is_syntax=False)
    for node in nodes:
        if not _is_set(node, value):
            raise QueryError(f"{expression} selects no element or attribute", is_syntax=False)
    return ElementTree.tostring(root, encoding="unicode")


def _is_set(node: object, value: str) -> bool:
    """Set an element, an attribute or the text of an element; return whether it can have a value."""
    owner = node.parent if isinstance(node, AttributeNode | TextNode) else node
    element = owner.value if isinstance(owner, ElementNode) else None
    if not isinstance(element, ElementTree.Element):
        return False
    if isinstance(node, AttributeNode):
        element.set(str(node.name), value)
        return True
    # The new text stands for all that the element held.
    if isinstance(node, ElementNode):
        for child in list(element):
            element.remove(child)
    element.text = value
    return True


def check_syntax(expression: str, version: str = "") -> None:
    """Raise QueryError where an expression is wrong whatever it is applied to."""
    if ":" not in expression.replace("::", ""):  # prefixes are declared by the documents queried
        _token(expression, version, ())


@lru_cache(maxsize=512)
def _token(expression: str, version: str, namespaces: Namespaces) -> XPathToken:
    if len(expression) > MAX_LENGTH:
        raise QueryError(f"longer than {MAX_LENGTH:,} characters", is_syntax=True)
    if version not in _PARSERS:
        raise QueryError(f"there is no '{version}'", is_syntax=True)
    parser = _PARSERS[version](namespaces=dict(namespaces))
    try:
        token = parser.parse(expression)
    except (ElementPathError, RecursionError, ValueError, TypeError, KeyError) as problem:
        raise QueryError(str(problem) or "nested too deeply", is_syntax=True) from None
    # Once for each expression: what is checked stays in the cache.
    for each in token.iter():
        if not _is_harmless(each):
            raise QueryError(f"'{each.symbol}' is not allowed here like this", is_syntax=True)
    return token


def _is_harmless(token: XPathToken) -> bool:
    """Return whether a token neither reaches outside nor can be made to run without end."""
    if token.symbol in _REGEXES:
        # Only a pattern that stands in the expression can be judged before it runs.
        pattern = token[1].value if len(token) > 1 and token[1].symbol == "(string)" else None
        return isinstance(pattern, str) and _is_tame(pattern)
    # `1 to 9999999999` would be made as a list.
    if token.symbol == "to":
        return all(isinstance(each.value, int) and abs(each.value) < MAX_RANGE for each in token)
    return token.symbol not in _REFUSED


def _is_tame(pattern: str) -> bool:
    # A repeated group, or many repeats, is what makes a backtracking engine slow.
    return not _REPEATED_GROUP.search(pattern) and sum(map(pattern.count, "*+{")) <= 3


def _evaluate(token: XPathToken, root: ElementTree.Element) -> object:
    return _guarded(lambda: token.get_results(XPathContext(root)), token.source)


def _guarded(call: Callable[[], object], expression: str) -> object:
    try:
        return call()
    except (RecursionError, MemoryError):
        raise LimitReached(f"{expression}: nested too deeply") from None
    except (ElementPathError, ArithmeticError, ValueError, TypeError) as problem:
        raise QueryError(f"{expression}: {problem}", is_syntax=False) from None


def _parsed(document: object) -> tuple[ElementTree.Element, Namespaces]:
    if not isinstance(document, str) or not document.lstrip().startswith("<"):
        raise QueryError("the context is not XML", is_syntax=False)
    if len(document) > MAX_DOCUMENT:
        raise LimitReached(f"the context is longer than {MAX_DOCUMENT:,} characters")
    # Entities can multiply without bound or read files (XML 1.0, 4.2).
    if "<!DOCTYPE" in document or "<!ENTITY" in document:
        raise QueryError("the context declares a document type", is_syntax=False)
    namespaces: dict[str, str] = {}
    try:
        stream = io.StringIO(document)
        # The tree keeps no prefixes, and expressions are written with those of the document.
        events = ElementTree.iterparse(stream, ("start-ns", "end"))  # noqa: S314 no DTD gets here
        for event, found in events:
            if event == "start-ns":
                # A prefix that is declared again further inside keeps its first meaning.
                namespaces.setdefault(found[0], found[1])
    except (ElementTree.ParseError, ValueError) as problem:
        raise QueryError(f"the context is not XML: {problem}", is_syntax=False) from None
    root: ElementTree.Element = events.root  # type: ignore[attr-defined]  # documented, not in the stubs
    # A name without a prefix is in no namespace (XPath 1.0, 2.3), so the default one is no use.
    return root, tuple(sorted((key, uri) for key, uri in namespaces.items() if key))


def _text(node: object) -> object:
    if isinstance(node, ElementTree.Element):
        return "".join(node.itertext())
    if isinstance(node, XPathNode | ElementNode | AttributeNode):
        return str(node.string_value)
    return node if isinstance(node, bool | int | float | str) else str(node)
