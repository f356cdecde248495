"""Reach the JSONPath and XPath engines by name, bound each evaluation, and say why a query cannot be answered."""

import ctypes
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from threading import Lock, Thread
from typing import Any, TypeVar


class QueryError(ValueError):
    """The query is wrong (`is_syntax`) or cannot be applied to this value, and why."""

    def __init__(self, reason: str, *, is_syntax: bool) -> None:
        super().__init__(reason)
        self.is_syntax = is_syntax


class LimitReached(QueryError):
    """The query and the value may be right; answering would take more than we allow ourselves."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, is_syntax=False)


_JSONPATH = "harness.workflow.language.jsonpath"
_XPATH = "harness.workflow.language.xpath"


def _evaluated(engine: str, evaluate: Callable[[Any], Any]) -> Any:
    # Outside the bound: the first import takes long, and one that is interrupted stays half done.
    module = import_module(engine)
    return within(SECONDS, lambda: evaluate(module))


def check_jsonpath(query: str) -> None:
    """Raise QueryError where a query is none."""
    # Not bounded by time: parsing takes time by the length of a query, which is bounded.
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


SECONDS = 5.0
"""For one evaluation; what takes longer is not waited for."""
# Interruptions and the pause after each: one second in all.
_ENDINGS = 20
_PAUSE_SECONDS = 0.05

Value = TypeVar("Value")


class _TimeExceeded(BaseException):
    """Raised within an evaluation that is late; no `except Exception` of a library keeps it."""


def within(seconds: float, evaluate: Callable[[], Value]) -> Value:
    """Return what an evaluation comes to, or raise what it raises. Raises LimitReached when late."""
    found: list[Value] = []
    raised: list[BaseException] = []
    is_over = threading.Event()
    # Held while the thread ends and while it is interrupted, so that an interruption hits no other.
    gate = Lock()

    def work() -> None:
        try:
            # In a thread, since only another thread can stop an evaluation that never returns.
            found.append(evaluate())
        except _TimeExceeded:
            pass
        except BaseException as problem:  # noqa: BLE001 it is raised again where it was asked for
            raised.append(problem)
        finally:
            with gate:
                is_over.set()

    thread = Thread(target=work, daemon=True, name="evaluation")
    thread.start()
    thread.join(seconds)
    # The caller goes on even if the thread cannot be ended; as a daemon it keeps no process alive.
    if thread.is_alive():
        _end(thread, lambda: is_over.is_set() or not thread.is_alive(), gate)
        raise LimitReached(f"the evaluation takes longer than {seconds:g} s")
    if raised:
        raise raised[0]
    return found[0]


def _end(thread: Thread, is_over: Callable[[], bool], gate: Lock) -> None:
    """Interrupt a thread until it is over; one in the middle of a long C call ends after that."""
    _be_quiet_about_endings()
    # A finaliser or a broad `except` may swallow one interruption, so it is repeated.
    for _ in range(_ENDINGS):
        with gate:  # what is over by itself is let alone: its number may soon be another thread's
            if is_over():
                break
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(thread.ident or 0), ctypes.py_object(_TimeExceeded)
            )
        thread.join(_PAUSE_SECONDS)
    thread.join(_PAUSE_SECONDS)


@dataclass(frozen=True, slots=True)
class _Quiet:
    """A hook for exceptions that nobody can catch, which passes over those that end an evaluation.

    One that arrives while the thread runs a finaliser ends that alone, and Python would report it.
    """

    hook: Callable[[Any], object]

    def __call__(self, problem: Any) -> None:
        if problem.exc_type is not _TimeExceeded:
            self.hook(problem)


def _be_quiet_about_endings() -> None:
    # Installed once: a second hook around the first would grow with each late evaluation.
    if not isinstance(sys.unraisablehook, _Quiet):
        sys.unraisablehook = _Quiet(sys.unraisablehook)
    if not isinstance(threading.excepthook, _Quiet):
        threading.excepthook = _Quiet(threading.excepthook)
