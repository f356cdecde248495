"""The record of a run: one JSON object a line, appended as things happen, and read back as values."""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import IO, TypeVar

from harness.errors import ConfigurationError, DocumentError, StorageError
from harness.events import (
    Attested,
    CaseFinished,
    CasePlanned,
    CasesCounted,
    ConstraintsExercised,
    Event,
    ExchangeDone,
    MockRecognised,
    RunFinished,
    RunResumed,
    RunScanned,
    RunStarted,
)
from harness.exchange import Exchange
from harness.outcome import Outcome
from harness.reading import read_bytes
from harness.record_lines import AnotherVersion, plain
from harness.record_lines import event as event_of
from harness.source import Source

FILE_NAME = "record.jsonl"
# A gibibyte is far more than a run writes.
MAX_BYTES = 1024 * 1024 * 1024

Kind = TypeVar("Kind")


class RecordWriter:
    """Append events to `record.jsonl`; every line is on its way to the disk before the next begins.

    No two processes write to one record: the second is refused.
    """

    def __init__(self, path: Path, stream: IO[str] | None = None) -> None:
        self._path = path
        self._stream = stream or _opened(path)
        self._lock = Lock()

    def write(self, event: Event) -> None:
        """Append one line. Raises StorageError where the disk does not take it."""
        # Made before the lock is taken: threads wait for the write alone.
        line = _line(event)
        with self._lock:
            try:
                self._stream.write(line)
                self._stream.flush()
            except OSError as problem:
                raise StorageError(self._path, problem) from None

    def begin(self, event: Event) -> None:
        """Make a line the first one, in the place of whatever there is. Raises StorageError.

        At every moment there is a record with a line that says which run it is.
        """
        # Written beside and then renamed, which a file system does as one step.
        fresh = self._path.with_suffix(".new")
        stream = _opened(fresh)
        try:
            stream.write(_line(event))
            stream.flush()
            fresh.replace(self._path)
        except OSError as problem:
            raise StorageError(self._path, problem) from None
        # Only once the new file stands in the old one's place does anything go on in it.
        with self._lock:
            self._stream.close()
            self._stream = stream

    def close(self) -> None:
        """Bring everything to the disk. Raises StorageError where it does not take it."""
        with self._lock:
            # Ends twice where a run breaks while it closes; the second time there is nothing to do.
            if self._stream.closed:
                return
            try:
                self._stream.flush()
                # To the disk and not only to the system: a run may be followed by the machine's
                # end.
                os.fsync(self._stream.fileno())
                self._stream.close()
            except OSError as problem:
                raise StorageError(self._path, problem) from None


def _line(event: Event) -> str:
    return _IN_ONE_LINE(plain(event)) + "\n"


_IN_ONE_LINE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _opened(path: Path) -> IO[str]:
    try:
        # Names from the command line may hold bytes that are no UTF-8, as halves of surrogate pairs.
        stream = path.open("a", encoding="utf-8", errors="replace")
    except OSError as problem:
        raise StorageError(path, problem) from None
    try:
        # Advisory and gone with the process, so that a killed run leaves no lock behind.
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.close()
        raise ConfigurationError(
            f"{path} is being written by another process.", advice="Wait until that run has ended."
        ) from None
    except OSError:
        pass  # some file systems know no locks
    return stream


@dataclass(frozen=True)
class Record:
    """A run as it was recorded. `finished` is None where the run was cut off."""

    run: RunStarted
    planned: tuple[CasePlanned, ...]
    outcomes: tuple[Outcome, ...]
    exchanges: tuple[Exchange, ...] = field(repr=False)
    finished: RunFinished | None
    resumed: tuple[RunResumed, ...] = ()
    scanned: RunScanned | None = None
    """None where nobody has searched what was written for secrets."""
    cases_total: int | None = None
    """All cases of the suite for the products under test; None where the run ended before."""
    is_mock_recognised: bool = False
    """Something besides its answers' header gave the target away as our own mock."""
    attested: tuple[Attested, ...] = ()
    """What people answered, in the order of their answers."""
    exercised: tuple[ConstraintsExercised, ...] = ()
    """Which constraints of the documents were exercised, one for each operation."""

    def exchanges_of(self, case: str) -> tuple[Exchange, ...]:
        """Return the exchanges of one case, in the order they happened."""
        return tuple(exchange for exchange in self.exchanges if exchange.case == case)


def read(path: Path) -> Record:
    """Read a record. A torn last line is what a killed run leaves, and is passed over."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DocumentError(f"is larger than {MAX_BYTES:,} bytes.", source=Source(str(path)))
        raw = read_bytes(path, limit=MAX_BYTES)
    except OSError as problem:
        raise DocumentError(
            f"cannot be read ({problem.strerror}).", source=Source(str(path))
        ) from None
    return parse(raw, str(path))


def events(path: Path) -> tuple[Event, ...]:
    """Return the events of a record in their order. Raises DocumentError."""
    try:
        return tuple(_events(read_bytes(path, limit=MAX_BYTES), str(path)))
    except OSError as problem:
        raise DocumentError(
            f"cannot be read ({problem.strerror}).", source=Source(str(path))
        ) from None


def parse(raw: bytes, path: str) -> Record:
    """Read a record that is already in memory."""
    return fold(_events(raw, path), path)


def fold(events: Iterable[Event], path: str = "<events>") -> Record:
    """Gather events into a record; of what a resumed run did again, the last counts."""
    seen: dict[type[object], list[Event]] = {}
    sitting: set[tuple[type[object], str]] = set()
    for event in events:
        if isinstance(event, RunResumed):
            # What the earlier sitting ended with no longer holds, and its cases may run once more.
            seen.pop(RunFinished, None)
            seen.pop(RunScanned, None)
            sitting.clear()
        _refuse_second(event, sitting, path)
        seen.setdefault(type(event), []).append(event)
    runs = _of_kind(seen, RunStarted)
    # Any JSON lines would otherwise make an empty run, of which nobody could complain.
    if not runs:
        raise DocumentError(
            "is not a record: it has no run line.",
            source=Source(path),
            advice="Name the folder of a run.",
        )
    # A dictionary keeps the place of the first entry and the value of the last.
    planned = {each.case: each for each in _of_kind(seen, CasePlanned)}
    outcomes = {each.outcome.case: each.outcome for each in _of_kind(seen, CaseFinished)}
    finished, scanned = _of_kind(seen, RunFinished), _of_kind(seen, RunScanned)
    return Record(
        run=runs[0],
        planned=tuple(planned.values()),
        outcomes=tuple(outcomes.values()),
        exchanges=tuple(each.exchange for each in _of_kind(seen, ExchangeDone)),
        finished=finished[-1] if finished else None,
        resumed=tuple(_of_kind(seen, RunResumed)),
        scanned=scanned[-1] if scanned else None,
        # Shards and sittings may each count only what they know of.
        cases_total=max((each.total for each in _of_kind(seen, CasesCounted)), default=None),
        is_mock_recognised=MockRecognised in seen,
        attested=tuple(_of_kind(seen, Attested)),
        exercised=_added_up(_of_kind(seen, ConstraintsExercised)),
    )


def _of_kind(seen: Mapping[type[object], Sequence[Event]], kind: type[Kind]) -> list[Kind]:
    return [event for event in seen.get(kind, ()) if isinstance(event, kind)]


def _added_up(lines: Iterable[ConstraintsExercised]) -> tuple[ConstraintsExercised, ...]:
    """Join what sittings and shards of a run say of one operation: a side that one saw was seen."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for line in lines:
        sides = found.setdefault((line.api, line.operation), {})
        # Nothing gives way to a side, two different sides are both, and `both` stays.
        for pointer, word in line.sides:
            before = sides.get(pointer, "")
            sides[pointer] = word if before in ("", word) else before if not word else "both"
    return tuple(
        ConstraintsExercised(api, operation, tuple(sides.items()))
        for (api, operation), sides in found.items()
    )


def _refuse_second(event: Event, sitting: set[tuple[type[object], str]], path: str) -> None:
    """Raise DocumentError where one sitting plans a case twice or gives it two outcomes.

    Cases are told apart by their id alone: the second would take the place of the first, whatever
    that had come to.
    """
    match event:
        case CasePlanned(case=case) | CaseFinished(outcome=Outcome(case=case)):
            # By kind and id, since a sitting plans a case once and finishes it once.
            key = (type(event), case)
        case _:
            return
    if key in sitting:
        what = "plans" if isinstance(event, CasePlanned) else "ends"
        raise DocumentError(
            f"{what} the case '{case}' twice.",
            source=Source(path),
            advice="Bring back the record that the run wrote.",
        )
    sitting.add(key)


def _events(raw: bytes, path: str) -> Iterator[Event]:
    lines = raw.split(b"\n")
    for number_of_line, line in enumerate(lines, start=1):
        if not line.strip():
            # A blank line is what an editor leaves at the end.
            continue
        try:
            yield event_of(json.loads(line))
        except AnotherVersion:
            raise DocumentError(
                "was written in another version of the record.",
                source=Source(path, number_of_line, 1),
                advice="Read it with the harness that wrote it.",
            ) from None
        # Everything by which a line can fail to be an event of ours, whatever its JSON holds.
        except (ValueError, KeyError, TypeError, IndexError, RecursionError, OverflowError):
            # Only the last line may be torn; elsewhere it was changed, and the record cannot be
            # trusted.
            if number_of_line == len(lines):
                return
            source = Source(path, number_of_line, 1)
            advice = "Name the folder of a run, or bring back the record that the run wrote."
            raise DocumentError(
                "is not a line of a record.", source=source, advice=advice
            ) from None
