"""Reach the JSONPath and XPath engines by name, so that only documents that use one load its library.

Every evaluation has a deadline. Checking the syntax of a query has none: its length is bounded.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from harness.workflow.language.deadlines import SECONDS, within

_JSONPATH = "harness.workflow.language.jsonpath"
_XPATH = "harness.workflow.language.xpath"


def _evaluated(engine: str, evaluate: Callable[[Any], Any]) -> Any:
    module = import_module(engine)
    return within(SECONDS, lambda: evaluate(module))


def check_jsonpath(query: str) -> None:
    """Raise QueryError where a query is none."""
    import_module(_JSONPATH).query(query)


def jsonpath_selects(query: str, value: object) -> bool:
    """Return whether a query selects at least one node. Raises QueryError."""
    selects: bool = _evaluated(_JSONPATH, lambda engine: engine.is_nonempty(query, value))
    return selects


def jsonpath_value(query: str, value: object) -> object:
    """Return the node of a singular query, or the list of nodes. Raises QueryError."""
    value_selected: object = _evaluated(_JSONPATH, lambda engine: engine.select(query, value))
    return value_selected


def jsonpath_places(query: str, value: object) -> tuple[str, ...]:
    """Return the JSON pointers of the nodes that a query selects. Raises QueryError."""
    places: tuple[str, ...] = _evaluated(_JSONPATH, lambda engine: engine.locations(query, value))
    return places


def check_xpath(expression: str, version: str) -> None:
    """Raise QueryError where an expression is wrong whatever it is applied to."""
    import_module(_XPATH).check_syntax(expression, version)


def xpath_holds(expression: str, document: object, version: str) -> bool:
    """Return the effective boolean value of an expression. Raises QueryError."""
    holds: bool = _evaluated(_XPATH, lambda engine: engine.is_true(expression, document, version))
    return holds


def xpath_value(expression: str, document: object, version: str) -> object:
    """Return an expression's value: text of the one node, or the list of several. Raises QueryError."""
    value_selected: object = _evaluated(
        _XPATH, lambda engine: engine.select(expression, document, version)
    )
    return value_selected


def xpath_replaced(document: str, expression: str, value: str, version: str) -> str:
    """Return a document with the text of the selected nodes replaced. Raises QueryError."""
    changed: str = _evaluated(
        _XPATH, lambda engine: engine.replaced(document, expression, value, version)
    )
    return changed
