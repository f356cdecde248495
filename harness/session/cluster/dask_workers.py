"""Workers of a Dask cluster: the one module that knows `distributed`.

Each order is bound to one worker and is a task of its own, so that a lost worker's work is done again by our
count and not by the scheduler's.
"""

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from queue import Empty, Queue
from typing import Protocol

import distributed
from distributed.security import Security

from harness.errors import TargetError
from harness.jsonvalue import Json, members, text
from harness.session.cluster.address import Cluster
from harness.session.cluster.dispatch import Answer, Outcome
from harness.session.cluster.worker import perform

_CONNECT_SECONDS = 10


class NoScheduler(TargetError):
    """Check the address, the certificates, and whether the scheduler is up."""


class _Future(Protocol):
    status: str

    def add_done_callback(self, function: "Callable[[_Future], None]") -> None: ...
    def result(self) -> tuple[str, bytes]: ...
    def exception(self) -> BaseException | None: ...
    def cancel(self) -> None: ...


class _Client(Protocol):
    def nthreads(self) -> Mapping[str, int]: ...
    def submit(
        self,
        function: Callable[[str], tuple[str, bytes]],
        order: str,
        *,
        key: str,
        workers: Sequence[str],
        allow_other_workers: bool,
        pure: bool,
    ) -> _Future: ...
    def close(self) -> None: ...


class DaskWorkers:
    """The workers that are connected to one scheduler."""

    def __init__(self, client: _Client) -> None:
        self._client = client
        self._futures: dict[str, _Future] = {}
        self._answers: Queue[Answer] = Queue()

    def threads(self) -> Mapping[str, int]:
        """Return who is there now, and how much each does at a time."""
        try:
            return dict(self._client.nthreads())
        except (TimeoutError, RuntimeError) as problem:
            # What a dispatcher takes for a scheduler that does not answer.
            raise OSError(str(problem)) from None

    def start(self, key: str, worker: str, text: str) -> None:
        """Hand an order to one worker and to no other."""
        # Bound and not pure: the scheduler must neither move the work nor reuse an earlier result.
        future = self._client.submit(
            perform,
            text,
            key=key,
            workers=[worker],
            allow_other_workers=False,
            pure=False,
        )
        # Held here, since the scheduler drops the work of a future that nobody holds.
        self._futures[key] = future
        future.add_done_callback(lambda done: self._answers.put(_answer(key, done)))

    def answers(self, seconds: float) -> Sequence[Answer]:
        """Wait so long for answers and return what has come."""
        found = []
        with suppress(Empty):
            found.append(self._answers.get(timeout=seconds))
            # What has come meanwhile is taken along; Empty ends the loop.
            while True:
                found.append(self._answers.get_nowait())
        for each in found:
            self._futures.pop(each.key, None)
        return found

    def forget(self, key: str) -> None:
        """Wait for an answer no more."""
        if future := self._futures.pop(key, None):
            with suppress(OSError, TimeoutError):
                future.cancel()


def _answer(key: str, done: _Future) -> Answer:
    """Return what a task came to. What did not end by itself was lost with its worker."""
    if done.status == "finished":
        written, files = done.result()
        return _read(key, members(json.loads(written)), written, files)
    problem = done.exception() if done.status == "error" else None
    # What runs there could not be imported: another version of this program, or none.
    if isinstance(problem, ImportError | AttributeError):
        return Answer(key, Outcome.UNFIT, f"it has not the same harness ({problem}).")
    return Answer(key, Outcome.LOST, str(problem or done.status))


def _read(key: str, answer: Mapping[str, Json], written: str, files: bytes) -> Answer:
    if "unfit" in answer:
        return Answer(key, Outcome.UNFIT, text(answer["unfit"]))
    if "failed" in answer:
        return Answer(key, Outcome.FAILED, text(answer["failed"]))
    return Answer(key, Outcome.DONE, written, files)


@contextmanager
def connected(cluster: Cluster) -> Iterator[DaskWorkers]:
    """Yield the workers of a cluster. Raises NoScheduler."""
    # What it has to say of lost workers is said here, in our words.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    security = Security(
        tls_ca_file=str(cluster.ca),
        tls_client_cert=str(cluster.cert),
        tls_client_key=str(cluster.key),
        require_encryption=True,
    )
    try:
        client: _Client = distributed.Client(
            cluster.address,
            security=security,
            timeout=_CONNECT_SECONDS,
            set_as_default=False,
            name="harness",
        )
    except (OSError, TimeoutError, ValueError) as problem:
        raise NoScheduler(
            f"{cluster.address} did not answer as a scheduler with these certificates ({problem}).",
            advice="Check the address, the certificates, and whether the scheduler is up.",
        ) from None
    try:
        yield DaskWorkers(client)
    finally:
        with suppress(OSError, TimeoutError):
            client.close()
