"""Make the folder that a run writes to, and point `latest` at it."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from harness.errors import ConfigurationError

LATEST = "latest"


def open_folder(reports: Path, *, now: datetime, label: str) -> Path:
    """Make `reports/<run-id>/`, never one that exists. Raises ConfigurationError where it cannot."""
    stem = f"{now:%Y%m%dT%H%M%SZ}-{label}"
    try:
        reports.mkdir(parents=True, exist_ok=True)
        _check_latest(reports / LATEST)
        return _first_free(reports, stem)
    except OSError as problem:
        raise ConfigurationError(
            f"{reports} cannot be written ({problem.strerror}).",
            advice="Name another folder with --reports.",
        ) from None


def _check_latest(link: Path) -> None:
    """Refuse to go past what somebody has put in the place of our link: its verdict would be taken for ours."""
    if link.exists() and not link.is_symlink():
        kind = "a folder" if link.is_dir() else "a file"
        raise ConfigurationError(
            f"{link} is {kind}, where a link to the run belongs.",
            advice="Move it away, or name another folder with --reports.",
        )


def _first_free(reports: Path, stem: str) -> Path:
    for number in range(1, 1000):
        folder = reports / (stem if number == 1 else f"{stem}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder
    raise ConfigurationError(f"{reports} holds a thousand runs of this second.")


def point_latest(folder: Path) -> None:
    """Make `reports/latest` lead to this run; where links are not to be had, leave it."""
    link = folder.parent / LATEST
    fresh = folder.parent / f".latest-{folder.name}"
    try:
        fresh.symlink_to(folder.name)
        fresh.replace(link)
    except OSError:
        for each in (fresh, link):  # an old link would show an old verdict as this run's
            with suppress(OSError):
                each.unlink(missing_ok=True)
