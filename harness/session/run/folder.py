"""Make the folder that a run writes to, point `latest` at it, remove the oldest ones, and say which CI job a run belongs to."""

import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from harness.errors import ConfigurationError, StorageError
from harness.events import Job
from harness.record import FILE_NAME

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
    # Runs of one second are numbered, and mkdir decides between processes.
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
    # Beside it and then renamed, so that there is a link at every moment.
    fresh = folder.parent / f".latest-{folder.name}"
    try:
        # Beside it and then renamed, so that there is a link at every moment.
        fresh.symlink_to(folder.name)
        fresh.replace(link)
    except OSError:
        for each in (fresh, link):  # an old link would show an old verdict as this run's
            with suppress(OSError):
                each.unlink(missing_ok=True)


_MAX = 300


def job_of(variables: Mapping[str, str]) -> Job | None:
    """Return the job as its system names it; None where no system that we know is at work."""

    def value(name: str) -> str:
        # Cut, since a variable can be of any length.
        return variables.get(name, "")[:_MAX]

    if value("GITHUB_ACTIONS") == "true":
        place = f"{value('GITHUB_SERVER_URL')}/{value('GITHUB_REPOSITORY')}"
        url = f"{place}/actions/runs/{value('GITHUB_RUN_ID')}"
        return Job("GitHub Actions", value("GITHUB_WORKFLOW"), value("GITHUB_RUN_NUMBER"), url)
    if value("GITLAB_CI") == "true":
        name = f"{value('CI_PROJECT_PATH')} {value('CI_JOB_NAME')}".strip()
        return Job("GitLab CI", name, value("CI_PIPELINE_IID"), value("CI_JOB_URL"))
    if value("JENKINS_URL"):
        return Job("Jenkins", value("JOB_NAME"), value("BUILD_NUMBER"), value("BUILD_URL"))
    return None


_RUN = re.compile(r"\d{8}T\d{6}Z-.+")
_FINISHED = "verdict.json"


def prune(reports: Path, keep: int, *, spared: Sequence[Path] = ()) -> tuple[Path, ...]:
    """Remove all finished runs but the newest, and return what was removed. Raises StorageError.

    A run without a verdict may still go on or be resumed; what is no run is nobody's to remove.
    """
    # Names begin with the time, and so sort by age.
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
    # By the form of the name, for other folders may lie beside the runs.
    return [each for each in reports.glob("*Z-*") if _RUN.fullmatch(each.name)]


def _is_finished(folder: Path) -> bool:
    if folder.is_symlink() or not folder.is_dir():
        return False
    return (folder / FILE_NAME).is_file() and (folder / _FINISHED).is_file()
