"""Read files that somebody named: whole, bounded, and without waiting for anybody."""

import os
import stat
from pathlib import Path


def is_file(path: Path) -> bool:
    """Return whether a file is there; a name that no disk can hold, from a document, names none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Return whether a folder is there, likewise."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def resolved(path: Path) -> Path:
    """Follow the links of a path; one with a name that no disk can hold leads nowhere and is kept."""
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):  # a link that leads to itself
        return path.absolute()


def read_bytes(path: Path, *, limit: int) -> bytes:
    """Return at most one byte more than the limit. Raises OSError, also for what is no regular file.

    A FIFO without a writer would hold us up for ever, and a device would never end.
    """
    # Opened first and looked at afterwards: between a look and the opening the file could change.
    number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(number, "rb") as stream:
        mode = os.fstat(number).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(21, "Is a directory", str(path))
        if not stat.S_ISREG(mode):
            raise OSError(22, "it is no regular file", str(path))
        # One byte beyond the limit is enough to tell that there is more.
        return stream.read(limit + 1)
