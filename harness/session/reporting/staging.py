"""Write several files as one: all of them appear, or what was there before stays."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.errors import ConfigurationError, StorageError
from harness.scratch import make, sweep

PREFIX = ".writing-"


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """Yield a folder to write to; its files and folders move into place at the end.

    Raises ConfigurationError where nothing can be written there, StorageError where not enough can.
    """
    try:
        sweep(folder, prefix=PREFIX)
        place = make("reports", folder, prefix=PREFIX)
    except OSError as problem:
        raise ConfigurationError(
            f"{folder} cannot be written ({problem.strerror}).",
            advice="Copy it to a folder that can be.",
        ) from None
    try:
        yield place
        _move(place, folder)
    except OSError as problem:
        raise StorageError(folder, problem) from None
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _move(place: Path, folder: Path) -> None:
    """Put each file and each folder in the place of what has its name; the last is moved last."""
    former = place / ".former"
    # `verdict.json` comes last in this order: where it is new, so is everything else.
    for path in sorted(place.iterdir()):
        target = folder / path.name
        if path.is_dir() and target.is_dir():
            # A folder cannot take the place of one that holds files (rename(2)), so that this steps
            # aside.
            target.rename(former)
        path.replace(target)
        shutil.rmtree(former, ignore_errors=True)
