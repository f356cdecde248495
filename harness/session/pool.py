"""Make processes of this machine for work side by side."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from harness import limits


def process_pool(processes: int) -> ProcessPoolExecutor:
    """Return a pool of processes with the limits of this one.

    They are started anew: in a fork, a lock that another thread held at that moment stays locked for
    ever, and there are threads wherever a mock answers.
    """
    return ProcessPoolExecutor(
        processes,
        mp_context=get_context("spawn"),
        initializer=limits.adopt,
        initargs=(limits.current(),),
    )
