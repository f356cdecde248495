"""Write several files as one: all of them appear, or what was there before stays."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from harness.errors import ConfigurationError, StorageError


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """Give a folder to write to; its files move into place at the end.

    Raises ConfigurationError where nothing can be written there, StorageError where not enough can.
    """
    try:
        place = Path(mkdtemp(prefix=".writing-", dir=folder))
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
    for path in sorted(each for each in place.rglob("*") if each.is_file()):
        target = folder / path.relative_to(place)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
