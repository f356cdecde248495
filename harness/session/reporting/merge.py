"""Join the shards of one run into the record that one run would have left."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from itertools import accumulate
from pathlib import Path

from harness.errors import ConfigurationError, StorageError
from harness.events import (
    CaseFinished,
    CasesCounted,
    Event,
    ExchangeDone,
    MockRecognised,
    RunFinished,
    RunScanned,
    RunStarted,
)
from harness.outcome import Outcome
from harness.record import FILE_NAME, Record, RecordWriter
from harness.session.reporting.verdict_inputs import BASELINE, REQUIREMENTS, WAIVERS, load_inputs
from harness.session.run.folder import open_folder, point_latest
from harness.shard import Shard, Split, shard_recorded

NOTHING_SELECTED = 5
"""A shard may be empty where few cases are selected; that says nothing of the others."""

_OWN = ("run_id", "started", "base_url", "shard", "split_sha256", "merged", "job")
"""What may differ from shard to shard; a mock of its own has an address of its own."""
_SAME = tuple(each.name for each in fields(RunStarted) if each.name not in _OWN)


@dataclass(frozen=True, slots=True)
class Part:
    """One shard, read."""

    folder: Path
    record: Record


def merge_runs(runs: Sequence[Path], reports: Path, *, now: datetime) -> Path:
    """Write the joined run and return its folder. Raises ConfigurationError where they do not fit."""
    parts = in_order([Part(each, load_inputs(each).record) for each in runs])
    folder = open_folder(reports, now=now, label="merged")
    join(parts, folder)
    point_latest(folder)
    return folder


def join(parts: Sequence[Part], folder: Path) -> None:
    """Write the record of ordered shards, and what its verdict rests on, into a folder."""
    writer = RecordWriter(folder / FILE_NAME)
    first, *rest = joined([part.record for part in parts], folder.name)
    writer.begin(first)
    for event in rest:
        writer.write(event)
    writer.close()
    _copy(parts, folder)


def in_order(parts: Sequence[Part]) -> Sequence[Part]:
    """Return the shards by number. Raises ConfigurationError unless each is there exactly once."""
    first = parts[0]
    for part in parts:
        if not part.record.run.shard:
            raise ConfigurationError(f"{part.folder} is a whole run, not a shard.")
        _check_same(first, part)
    shards = [_shard(part) for part in parts]
    # Before they are counted: numbers out of different counts mean nothing together.
    if len({shard.count for shard in shards}) > 1:
        raise ConfigurationError("the runs were not cut into the same number of shards.")
    _check_count([shard.index for shard in shards], shards[0].count)
    _check_cases(parts)
    _check_totals(parts)
    return [part for _, part in sorted(zip(shards, parts, strict=True), key=lambda e: e[0].index)]


def joined(records: Sequence[Record], run_id: str) -> Iterator[Event]:
    """Yield the events of all shards as those of one run, cases in the order of their ids."""
    yield _whole(records, run_id)
    # None where a shard ended before its cases were counted.
    totals = {each.cases_total for each in records} - {None}
    yield from (CasesCounted(total) for total in totals if total is not None)
    if any(each.is_mock_recognised for each in records):
        yield MockRecognised("token")
    # By id, since cases of different shards have no other order.
    plans = [plan for each in records for plan in each.planned]
    yield from sorted(plans, key=lambda plan: plan.case)
    # Ids begin anew in each shard, so that they move on by the highest of those before.
    highest = (max((e.id for e in each.exchanges), default=0) for each in records)
    shifts = list(accumulate(highest, initial=0))[:-1]
    for each, shift in zip(records, shifts, strict=True):
        yield from (ExchangeDone(replace(e, id=e.id + shift)) for e in each.exchanges)
    outcomes = [
        _shifted(outcome, shift)
        for each, shift in zip(records, shifts, strict=True)
        for outcome in each.outcomes
    ]
    yield from (CaseFinished(each) for each in sorted(outcomes, key=lambda each: each.case))
    yield from (line for each in records for line in each.exercised)
    yield from _end(records)


def _shard(part: Part) -> Shard:
    """Return the shard of a part. Raises ConfigurationError where its split is not what its digest says."""
    run = part.record.run
    if (Split(run.split).sha256 if run.split else "") != run.split_sha256:
        raise ConfigurationError(f"{part.folder} names a split that is not the one of its digest.")
    return shard_recorded(run.shard, run.split)


def _check_same(first: Part, part: Part) -> None:
    one, other = first.record.run, part.record.run
    names = [name for name in _SAME if getattr(one, name) != getattr(other, name)]
    if not one.embedded and one.base_url != other.base_url:
        names.append("base_url")
    if names:
        raise ConfigurationError(
            f"{first.folder} and {part.folder} are not shards of one run: "
            f"they differ in {', '.join(names)}.",
            advice="Run all shards with the same options, documents and requirement sets.",
        )


def _check_count(counts: Sequence[int], count: int) -> None:
    missing = [str(each) for each in range(1, count + 1) if each not in counts]
    twice = sorted({f"{each}/{count}" for each in counts if counts.count(each) > 1})
    if twice:
        raise ConfigurationError(f"shard {', '.join(twice)} is there more than once.")
    if missing or len(counts) != count:
        raise ConfigurationError(
            f"shard {', '.join(missing)} of {count} is missing.", advice="Name all shards."
        )


def _check_cases(parts: Iterable[Part]) -> None:
    """Refuse shards that overlap: each case belongs to exactly one of them."""
    for part in parts:
        shard = _shard(part)
        names = {each.case for each in part.record.planned}
        # Outcomes as well, since a case may have ended that was never planned.
        names |= {each.case for each in part.record.outcomes}
        strange = sorted(each for each in names if not shard.holds(each))
        if strange:
            raise ConfigurationError(
                f"{part.folder} holds {strange[0]}, which does not belong to shard {shard}."
            )


def _check_totals(parts: Iterable[Part]) -> None:
    """Refuse shards that were cut from suites of different sizes."""
    totals = {each.record.cases_total: each.folder for each in parts}
    totals.pop(None, None)
    if len(totals) > 1:
        (one, first), (other, second) = sorted(totals.items(), key=lambda each: each[0] or 0)[:2]
        raise ConfigurationError(
            f"{first} is a part of {one} cases, {second} of {other}: they are not of one suite.",
            advice="Run all shards with the same options, documents and requirement sets.",
        )


def _whole(records: Sequence[Record], run_id: str) -> RunStarted:
    # All else is the same in every shard, as was checked.
    run = records[0].run
    return replace(
        run,
        run_id=run_id,
        started=min(each.run.started for each in records),
        shard="",
        split=(),
        split_sha256="",
        merged=tuple(each.run.run_id for each in records),
    )


def _shifted(outcome: Outcome, shift: int) -> Outcome:
    checks = tuple(
        replace(check, exchange=check.exchange + shift if check.exchange else 0)
        for check in outcome.checks
    )
    return replace(outcome, checks=checks)


def _end(records: Sequence[Record]) -> Iterator[Event]:
    """Yield the end, where every shard has come to one."""
    ends = [each.finished for each in records if each.finished]
    if len(ends) == len(records):
        yield _finished(ends)
    scans = [each.scanned for each in records if each.scanned]
    if len(scans) == len(records):
        yield RunScanned(sum(each.leaks for each in scans))


def _finished(ends: Sequence[RunFinished]) -> RunFinished:
    # A shard that had no case says nothing of the end, unless none had any.
    full = [each for each in ends if each.exit_code != NOTHING_SELECTED] or ends
    broken = next((each for each in full if each.error), None)
    return RunFinished(
        finished=max(each.finished for each in ends),
        # Shards run side by side: the slowest says how long the run took.
        duration_seconds=max(each.duration_seconds for each in ends),
        interrupted=any(each.interrupted for each in ends),
        error=broken.error if broken else "",
        exit_code=broken.exit_code if broken else 0,
    )


def _copy(parts: Sequence[Part], folder: Path) -> None:
    """Copy what all shards share from the first."""
    first = parts[0].folder
    try:
        shutil.copytree(first / REQUIREMENTS, folder / REQUIREMENTS)
        for name in (WAIVERS, BASELINE):
            if (first / name).is_file():
                shutil.copyfile(first / name, folder / name)
    except OSError as problem:
        raise StorageError(folder, problem) from None
