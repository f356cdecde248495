"""Keep beside a record everything that its verdict rests on, and judge from that alone."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from harness import document, record
from harness.errors import DocumentError, StorageError
from harness.events import CaseFinished, CasePlanned, Event, RunFinished, RunStarted, SetUsed
from harness.exchange import Exchange
from harness.openapi import requirements
from harness.openapi.requirements import Requirement
from harness.outcome import Outcome
from harness.reading import read_bytes
from harness.record import Record, RecordWriter
from harness.resources import shipped
from harness.source import Source
from harness.verdict import waivers
from harness.verdict.fold import judge
from harness.verdict.gates import profile_named
from harness.verdict.model import Judged, Verdict
from harness.verdict.settle import settle_case, strengths_of
from harness.verdict.waiver_use import in_force
from harness.verdict.waivers import Waiver

RECORD = record.FILE_NAME
REQUIREMENTS = "requirements"
WAIVERS = "waivers.yaml"
BASELINE = "baseline.jsonl"

FILE_OF = {"server": requirements.FILE_NAME, "client": requirements.CLIENT_FILE_NAME}
"""The requirement sets by what is tested."""

Files = Mapping[str, bytes]
"""Contents by path below a folder, written with slashes."""


@dataclass(frozen=True, slots=True)
class VerdictInputs:
    """All that a verdict is made from."""

    record: Record
    requirements: tuple[Requirement, ...]
    waivers: tuple[Waiver, ...] = ()
    baseline: Record | None = None


@dataclass(frozen=True, slots=True)
class JudgedRun:
    """A run as it was read and judged once, for all that is written of it."""

    folder: Path
    files: Files
    inputs: VerdictInputs
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Digests:
    """What the record says of the files that lie beside it."""

    sets: tuple[SetUsed, ...]
    waivers: str = ""
    baseline: str = ""


def snapshot(
    folder: Path,
    *,
    more: Sequence[Path] = (),
    alone: bool = False,
    waiver_file: Path | None,
    baseline: VerdictInputs | None,
    role: str = "server",
) -> Digests:
    """Copy what the verdict will rest on into the folder of a run that begins.

    `more` are folders of requirement sets beside those that ship, or in place of them.
    """
    folders = more if alone else (shipped("specs"), *more)
    # By name, so that a set of one's own stands in the place of one that ships.
    sets = {
        name: raw for each in folders for name, raw in _requirement_files(each, "", role).items()
    }
    try:
        for name, raw in sets.items():
            path = folder / REQUIREMENTS / name
            path.parent.mkdir(parents=True)
            path.write_bytes(raw)
        granted = waiver_file.read_bytes() if waiver_file else b""
        if waiver_file:
            (folder / WAIVERS).write_bytes(granted)
    except OSError as problem:
        raise StorageError(folder, problem) from None
    if baseline:
        _write_baseline(folder / BASELINE, baseline)
    return Digests(
        sets=_sets(sets),
        waivers=_sha256(granted) if waiver_file else "",
        baseline=_sha256((folder / BASELINE).read_bytes()) if baseline else "",
    )


def read_files(folder: Path) -> Files:
    """Read those files of a run's folder that its verdict rests on; a record alone will do."""
    # A record alone is judged by the sets that ship.
    if folder.is_file():
        return {RECORD: _bytes(folder)}
    names = [RECORD, *(name for name in (WAIVERS, BASELINE) if (folder / name).is_file())]
    kept = {
        name: raw
        for role in FILE_OF
        for name, raw in _requirement_files(folder / REQUIREMENTS, f"{REQUIREMENTS}/", role).items()
    }
    return {**{name: _bytes(folder / name) for name in names}, **kept}


def inputs_of(files: Files, name: str) -> VerdictInputs:
    """Parse what a verdict rests on. Raises DocumentError where it is not what the record names."""
    found = record.parse(files[RECORD], f"{name}/{RECORD}")
    known = _requirements(files, name, found)
    # A file that was changed after the run would change its verdict.
    _check_digest(files, WAIVERS, found.run.waivers, name)
    _check_digest(files, BASELINE, found.run.baseline, name)
    granted = files.get(WAIVERS)
    before = files.get(BASELINE)
    return VerdictInputs(
        record=found,
        requirements=known,
        waivers=waivers.parse(_document(granted, f"{name}/{WAIVERS}"), known)
        if granted is not None
        else (),
        baseline=record.parse(before, f"{name}/{BASELINE}") if before is not None else None,
    )


def load_inputs(folder: Path) -> VerdictInputs:
    """Read and parse what the verdict of a run rests on."""
    return inputs_of(read_files(folder), str(folder))


def judged_run(folder: Path) -> JudgedRun:
    """Read what the verdict of a run rests on, and judge it. Raises DocumentError."""
    files = read_files(folder)
    inputs = inputs_of(files, str(folder))
    return JudgedRun(folder, files, inputs, conclude(inputs))


def conclude(inputs: VerdictInputs, *, leaks: int | None = None) -> Verdict:
    """Return the verdict; of leaks the record tells unless they were counted just now."""
    scanned = inputs.record.scanned
    return judge(
        inputs.record,
        inputs.requirements,
        profile_named(inputs.record.run.profile),
        waivers=inputs.waivers,
        today=day_of(inputs.record),
        leaks=scanned.leaks if scanned and leaks is None else leaks,
        baseline=inputs.baseline,
    )


def day_of(found: Record) -> date:
    """Return the day on which a run is judged: the one it ended on, whatever day it is now."""
    # A run over midnight is judged as of its end.
    stamps = [found.run.started, found.finished.finished if found.finished else ""]
    try:
        return max(date.fromisoformat(stamp[:10]) for stamp in stamps if stamp)
    except ValueError:
        raise DocumentError(
            "does not say when the run was.", source=Source(found.run.run_id)
        ) from None


def _requirement_files(folder: Path, prefix: str, role: str) -> Files:
    paths = sorted(folder.glob(f"*/{FILE_OF[role]}"))
    return {f"{prefix}{path.relative_to(folder).as_posix()}": _bytes(path) for path in paths}


def _requirements(files: Files, name: str, found: Record) -> tuple[Requirement, ...]:
    kept = {path: raw for path, raw in files.items() if path.startswith(f"{REQUIREMENTS}/")}
    # A record without its sets is judged by those that ship, where they are still the same.
    sets = kept or _requirement_files(shipped("specs"), f"{REQUIREMENTS}/", found.run.role)
    if found.run.sets and found.run.sets != _sets(sets):
        raise DocumentError(
            "are not the requirement sets that the record names.",
            source=Source(f"{name}/{REQUIREMENTS}"),
            advice="Bring back the files that the run wrote.",
        )
    return requirements.gather(_document(raw, f"{name}/{path}") for path, raw in sets.items())


def _sets(files: Files) -> tuple[SetUsed, ...]:
    # The folder of a set is its name.
    return tuple(SetUsed(path.split("/")[-2], _sha256(raw)) for path, raw in sorted(files.items()))


def _check_digest(files: Files, path: str, named: str, name: str) -> None:
    raw = files.get(path)
    if (_sha256(raw) if raw is not None else "") != named:
        raise DocumentError(
            "is not the file that the record names.",
            source=Source(f"{name}/{path}"),
            advice="Bring back the file that the run wrote.",
        )


def _document(raw: bytes, path: str) -> document.Document:
    try:
        return document.parse(raw.decode("utf-8-sig"), path)
    except UnicodeDecodeError:
        raise DocumentError("is not UTF-8.", source=Source(path)) from None


def _write_baseline(path: Path, inputs: VerdictInputs) -> None:
    """Keep of another run what a comparison needs: its plan and the statuses that counted."""
    statuses = {each.planned.case: each.status for each in conclude(inputs).judged}
    found = inputs.record
    # Without checks and exchanges: a comparison counts statuses alone.
    outcomes = [replace(each, checks=(), status=statuses[each.case]) for each in found.outcomes]
    lines: Iterable[Event] = (found.run, *found.planned, *map(CaseFinished, outcomes))
    ended: Iterable[RunFinished] = (found.finished,) if found.finished else ()
    writer = RecordWriter(path)
    for line in (*lines, *ended):
        writer.write(line)
    writer.close()


def _bytes(path: Path) -> bytes:
    try:
        return read_bytes(path, limit=record.MAX_BYTES)
    except OSError as problem:
        what = f"cannot be read ({problem.strerror})."
        raise DocumentError(what, source=Source(str(path)), advice="Check the path.") from None


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


class Settled:
    """Judges single cases while their run goes on, by the rules of the verdict."""

    def __init__(self, waiver_file: Path | None) -> None:
        known = requirements.load()
        self._strengths = strengths_of(known)
        self._waivers = waivers.load(waiver_file, known) if waiver_file else ()

    def __call__(
        self,
        run: RunStarted,
        plan: CasePlanned,
        outcome: Outcome,
        exchanges: Mapping[int, Exchange],
    ) -> Judged:
        return settle_case(plan, outcome, exchanges, self._strengths, self._in_force(run))

    def _in_force(self, run: RunStarted) -> Sequence[Waiver]:
        # As of the day on which the run began, for it is not over.
        today = date.fromisoformat(run.started[:10])
        return in_force(self._waivers, environment=run.environment, today=today)
