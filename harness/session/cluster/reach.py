"""Reach a cluster, where the library that speaks to it is installed."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from harness.errors import ConfigurationError
from harness.session.cluster.address import Cluster
from harness.session.cluster.dispatch import Workers

Reach = Callable[[Cluster], AbstractContextManager[Workers]]
"""Gives the workers of a cluster for as long as they are wanted."""
EXTRA = "contract-harness[cluster]"


@contextmanager
def reached(cluster: Cluster) -> Iterator[Workers]:
    """Yield the workers of a cluster. Raises ConfigurationError, TargetError."""
    try:
        from harness.session.cluster.dask_workers import connected  # noqa: PLC0415 an optional library
    except ModuleNotFoundError as problem:
        if (problem.name or "").partition(".")[0] != "distributed":
            raise
        raise ConfigurationError(
            "--on needs Dask, which is not installed.", advice=f"Run: pip install '{EXTRA}'."
        ) from None
    with connected(cluster) as workers:
        yield workers
