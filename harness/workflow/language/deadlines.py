"""End an evaluation that takes too long, whatever expression and text it was given.

The engines for XPath and JSONPath have no bound of their own, and a short expression can keep them
busy for years. Both are plain Python, which can be interrupted between two instructions: each
evaluation has a thread, and one that is late is ended in there.
"""

import ctypes
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Any, TypeVar

from harness.workflow.language.queries import LimitReached

SECONDS = 5.0
"""For one evaluation; what takes longer is not waited for."""
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
    gate = Lock()

    def work() -> None:
        try:
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
    if thread.is_alive():
        _end(thread, lambda: is_over.is_set() or not thread.is_alive(), gate)
        raise LimitReached(f"the evaluation takes longer than {seconds:g} s")
    if raised:
        raise raised[0]
    return found[0]


def _end(thread: Thread, is_over: Callable[[], bool], gate: Lock) -> None:
    """Interrupt a thread until it is over; one in the middle of a long C call ends after that."""
    _be_quiet_about_endings()
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
    if not isinstance(sys.unraisablehook, _Quiet):
        sys.unraisablehook = _Quiet(sys.unraisablehook)
    if not isinstance(threading.excepthook, _Quiet):
        threading.excepthook = _Quiet(threading.excepthook)
