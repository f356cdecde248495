"""Remove the oldest runs of a reports folder, so that it does not grow without end."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from harness.errors import StorageError
from harness.record import FILE_NAME

_RUN = re.compile(r"\d{8}T\d{6}Z-.+")
_FINISHED = "verdict.json"


def prune(reports: Path, keep: int, *, spared: Sequence[Path] = ()) -> tuple[Path, ...]:
    """Remove all finished runs but the newest, and return what was removed. Raises StorageError.

    A run without a verdict may still go on or be resumed; what is no run is nobody's to remove.
    """
    runs = sorted(each for each in _folders(reports) if _is_finished(each))
    kept = {each.resolve() for each in spared}
    old = [each for each in runs[: max(len(runs) - keep, 0)] if each.resolve() not in kept]
    for each in old:
        try:
            shutil.rmtree(each)
        except OSError as problem:
            raise StorageError(each, problem) from None
    return tuple(old)


def _folders(reports: Path) -> Sequence[Path]:
    return [each for each in reports.glob("*Z-*") if _RUN.fullmatch(each.name)]


def _is_finished(folder: Path) -> bool:
    if folder.is_symlink() or not folder.is_dir():
        return False
    return (folder / FILE_NAME).is_file() and (folder / _FINISHED).is_file()
