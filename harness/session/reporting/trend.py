"""Keep of a run what later ones show as their trend, and gather it from the runs beside it."""

import json
from collections.abc import Iterator
from pathlib import Path

from harness.events import RunStarted
from harness.jsonvalue import Json, members
from harness.report import trend
from harness.report.trend import PastRun
from harness.verdict.model import Verdict

FILE_NAME = "trend.json"
MAX_BYTES = 1_000_000


def trend_of(folder: Path, run: RunStarted, verdict: Verdict) -> tuple[PastRun, ...]:
    """Return this run and up to nine before it, the oldest first.

    What a folder once was given stays, so that its report comes out the same when others are gone.
    """
    this = trend.of(verdict, run.run_id, run.started)
    kept = _parsed(folder / FILE_NAME).get("before")
    if isinstance(kept, list):
        return (*(each for item in kept if (each := trend.read(item))), this)
    return trend.joined(tuple(_beside(folder, run)), this)


def write(runs: tuple[PastRun, ...], run: RunStarted, path: Path) -> None:
    """Write `trend.json`: this run, and those before it."""
    content = {
        "like": _like(run),
        "this": runs[-1].to_json(),
        "before": [each.to_json() for each in runs[:-1]],
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _beside(folder: Path, run: RunStarted) -> Iterator[PastRun]:
    for path in sorted(folder.resolve().parent.glob(f"*/{FILE_NAME}")):
        found = _parsed(path)
        if path.parent.is_symlink() or found.get("like") != _like(run):
            continue
        if each := trend.read(found.get("this")):
            yield each


def _like(run: RunStarted) -> str:
    """Return what two runs must share to stand in one trend."""
    return " ".join((run.environment, run.suite, run.profile, run.selection, *run.apis))


def _parsed(path: Path) -> dict[str, Json]:
    """Read a file that only feeds a trend; what cannot be read is as good as none."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return {}
        return dict(members(json.loads(path.read_text(encoding="utf-8"))))
    except (OSError, ValueError, RecursionError):
        return {}
