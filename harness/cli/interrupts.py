"""End a run in order whatever asks it to end: Ctrl-C, SIGTERM of a container, SIGHUP of a terminal."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Once:
    """Interrupts once; whatever comes after finds the run on its way to the verdict already."""

    def __init__(self) -> None:
        self._is_ending = False

    def __call__(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 the signature of a handler
        if not self._is_ending:
            self._is_ending = True
            raise KeyboardInterrupt


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Let each of these signals interrupt once; SIGQUIT (Ctrl-\\) still ends at once."""
    if current_thread() is not main_thread():
        yield
        return
    handler = _Once()
    # What is ignored stays ignored: so `nohup` and a shell's background jobs want it.
    before = {
        each: signal.signal(each, handler)
        for each in _ENDING
        if signal.getsignal(each) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for each, former in before.items():
            signal.signal(each, former)
