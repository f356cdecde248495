"""Write the files that stand beside Allure's results: environment, executor, global attachments."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from shutil import copyfile
from uuid import uuid4

from harness.events import RunStarted
from harness.report.wording import one_line

_TYPES = {".json": "application/json", ".har": "application/json", ".csv": "text/csv"}


def write(
    folder: Path,
    run: RunStarted,
    *,
    attachments: Iterable[Path] = (),
    errors: Iterable[str] = (),
    finished_milliseconds: int = 0,
) -> None:
    """Complete a results folder once the run has ended."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "environment.properties").write_text(environment(run), encoding="latin-1")
    (folder / "executor.json").write_text(json.dumps(executor(run)), encoding="utf-8")
    _remove_containers(folder)
    attached = [_attached(folder, path, finished_milliseconds) for path in attachments]
    noted = [{"message": one_line(e, 2_000), "timestamp": finished_milliseconds} for e in errors]
    globals_ = json.dumps({"attachments": attached, "errors": noted})
    (folder / f"{uuid4()}-globals.json").write_text(globals_, encoding="utf-8")


def environment(run: RunStarted) -> str:
    """Return what identifies the run, as Java properties."""
    pairs = {
        "Environment": run.environment,
        "Target": run.base_url,
        "Profile": run.profile,
        "Seed": str(run.seed),
        "Harness": run.harness_version,
        "Run": run.run_id,
        **{f"Document.{each.api}": each.sha256[:12] for each in run.documents},
    }
    return "".join(f"{name} = {_property(value)}\n" for name, value in pairs.items())


def executor(run: RunStarted) -> Mapping[str, str]:
    """Return what Allure shows as the origin of the results."""
    return {
        "name": f"harness {run.harness_version}",
        "type": "harness",
        "buildName": run.run_id,
        "reportName": f"{run.environment}: {run.base_url}",
    }


def _remove_containers(folder: Path) -> None:
    # They describe fixtures, which were emptied before; Allure shows each as a blank set-up step.
    for path in folder.glob("*-container.json"):
        path.unlink()


def _attached(folder: Path, path: Path, timestamp: int) -> Mapping[str, object]:
    source = f"{uuid4()}-attachment{path.suffix}"
    copyfile(path, folder / source)
    kind = _TYPES.get(path.suffix, "text/plain")
    return {"name": path.name, "source": source, "type": kind, "timestamp": timestamp}


def _property(value: str) -> str:
    line = one_line(value, 500).replace("\\", "\\\\")
    return line.encode("ascii", "backslashreplace").decode("ascii")
