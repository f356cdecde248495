"""Keep two watches out of one folder; the lock ends with its process, however that ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.errors import ConfigurationError, StorageError

FILE_NAME = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder, and make it where there is none. Raises ConfigurationError, StorageError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stream = (folder / FILE_NAME).open("a", encoding="utf-8")
    except OSError as problem:
        raise StorageError(folder, problem) from None
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ConfigurationError(
                f"another watch is at work in {folder}.",
                advice="Wait until it has ended, or name another folder with --folder.",
            ) from None
        yield
