"""Make processes of this machine for work side by side."""

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from threading import Lock
from typing import ParamSpec, TypeVar

from harness import limits

_SAFE_PATH = "PYTHONSAFEPATH"
_STARTING = Lock()

P = ParamSpec("P")
T = TypeVar("T")


def process_pool(processes: int) -> ProcessPoolExecutor:
    """Return a pool of processes with the limits of this one.

    They are started anew: in a fork, a lock that another thread held at that moment stays locked for
    ever, and there are threads wherever a mock answers.
    """
    with _without_current_folder():  # what tracks the locks of the pool starts now
        return _Pool(
            processes,
            mp_context=get_context("spawn"),
            initializer=_begin,
            initargs=(limits.current(), sys.flags.safe_path),
        )


class _Pool(ProcessPoolExecutor):
    """Start no process, which happens as work is handed in, from modules of the current folder."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        with _without_current_folder():
            return super().submit(fn, *args, **kwargs)


@contextmanager
def _without_current_folder() -> Iterator[None]:
    """Have new interpreters look for modules where this one does, and never first where they are started.

    `multiprocessing` starts them with -c, for which that is the current folder: a checkout of somebody
    else, with a `random.py` in it perhaps. Only the variable reaches them, as they inherit it.
    """
    if sys.flags.safe_path:  # it is handed on already
        yield
        return
    with _STARTING:
        os.putenv(_SAFE_PATH, "1")
        try:
            yield
        finally:
            os.unsetenv(_SAFE_PATH)


def _begin(known: limits.Limits, is_usual: bool) -> None:  # noqa: FBT001 passed by position alone
    if not is_usual:
        # The programs that this process starts, such as a client to be judged, find their own modules.
        os.environ.pop(_SAFE_PATH, None)  # noqa: TID251 it is taken away, not read
    limits.adopt(known)
