"""Make folders for a while, and clear away those that killed processes have left."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "harness-"


def make(kind: str, folder: Path | None = None, *, prefix: str = _PREFIX) -> Path:
    """Return a new folder whose name says which process it belongs to. Raises OSError."""
    return Path(tempfile.mkdtemp(prefix=f"{prefix}{kind}-{os.getpid()}-", dir=folder))


@contextmanager
def made(kind: str) -> Iterator[Path]:
    """Yield a folder that is removed afterwards."""
    folder = make(kind)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(folder: Path | None = None, *, prefix: str = _PREFIX) -> None:
    """Remove the folders of processes that are no more; what cannot be removed stays."""
    place = folder or Path(tempfile.gettempdir())
    for path in place.glob(f"{prefix}*-*-*"):
        # From the end, for the kind may hold hyphens itself.
        number = path.name.rsplit("-", 2)[-2]
        if number.isdecimal() and not _is_alive(int(number)) and _is_ours(path):
            shutil.rmtree(path, ignore_errors=True)


def _is_alive(number: int) -> bool:
    try:
        # Signal 0 only asks whether the process is there (kill(2)).
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    # Not allowed to signal it: it lives, and belongs to somebody else.
    except OSError:
        return True
    return True


def _is_ours(path: Path) -> bool:
    try:
        # In a shared folder others could plant a link, or a name like ours.
        return path.is_dir() and not path.is_symlink() and path.stat().st_uid == os.getuid()
    except OSError:
        return False
