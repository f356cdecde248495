"""The record of a run: one JSON object a line, appended as things happen, and read back as values."""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import IO

from harness.errors import ConfigurationError, DocumentError, StorageError
from harness.events import (
    Attested,
    CaseFinished,
    CasePlanned,
    CasesCounted,
    ClientPrinted,
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
MAX_BYTES = 1024 * 1024 * 1024


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
        fresh = self._path.with_suffix(".new")
        stream = _opened(fresh)
        try:
            stream.write(_line(event))
            stream.flush()
            fresh.replace(self._path)
        except OSError as problem:
            raise StorageError(self._path, problem) from None
        with self._lock:
            self._stream.close()
            self._stream = stream

    def close(self) -> None:
        """Bring everything to the disk. Raises StorageError where it does not take it."""
        with self._lock:
            if self._stream.closed:
                return
            try:
                self._stream.flush()
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
    printed: tuple[ClientPrinted, ...] = ()
    """What the program of a client printed, one for each case in which it did."""
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
            seen.pop(RunFinished, None)
            seen.pop(RunScanned, None)
            sitting.clear()
        _refuse_second(event, sitting, path)
        seen.setdefault(type(event), []).append(event)
    runs = [event for event in seen.get(RunStarted, []) if isinstance(event, RunStarted)]
    if not runs:
        raise DocumentError(
            "is not a record: it has no run line.",
            source=Source(path),
            advice="Name the folder of a run.",
        )
    planned = {e.case: e for e in seen.get(CasePlanned, []) if isinstance(e, CasePlanned)}
    ended = [e.outcome for e in seen.get(CaseFinished, []) if isinstance(e, CaseFinished)]
    finished = [e for e in seen.get(RunFinished, []) if isinstance(e, RunFinished)]
    scanned = [e for e in seen.get(RunScanned, []) if isinstance(e, RunScanned)]
    counted = [e.total for e in seen.get(CasesCounted, []) if isinstance(e, CasesCounted)]
    return Record(
        run=runs[0],
        planned=tuple(planned.values()),
        outcomes=tuple({outcome.case: outcome for outcome in ended}.values()),
        exchanges=tuple(
            e.exchange for e in seen.get(ExchangeDone, []) if isinstance(e, ExchangeDone)
        ),
        finished=finished[-1] if finished else None,
        resumed=tuple(e for e in seen.get(RunResumed, []) if isinstance(e, RunResumed)),
        scanned=scanned[-1] if scanned else None,
        cases_total=max(counted) if counted else None,
        is_mock_recognised=MockRecognised in seen,
        attested=tuple(e for e in seen.get(Attested, []) if isinstance(e, Attested)),
        printed=_last_printed(seen.get(ClientPrinted, [])),
        exercised=_added_up(seen.get(ConstraintsExercised, [])),
    )


def _last_printed(events: Iterable[Event]) -> tuple[ClientPrinted, ...]:
    """Return one line a case: of what was done again, the last counts."""
    return tuple({e.case: e for e in events if isinstance(e, ClientPrinted)}.values())


def _added_up(events: Iterable[Event]) -> tuple[ConstraintsExercised, ...]:
    """Join what sittings and shards of a run say of one operation: a side that one saw was seen."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for line in (e for e in events if isinstance(e, ConstraintsExercised)):
        sides = found.setdefault((line.api, line.operation), {})
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
            continue
        try:
            yield event_of(json.loads(line))
        except AnotherVersion:
            raise DocumentError(
                "was written in another version of the record.",
                source=Source(path, number_of_line, 1),
                advice="Read it with the harness that wrote it.",
            ) from None
        except (ValueError, KeyError, TypeError, IndexError, RecursionError, OverflowError):
            if number_of_line == len(lines):
                return
            source = Source(path, number_of_line, 1)
            advice = "Name the folder of a run, or bring back the record that the run wrote."
            raise DocumentError(
                "is not a line of a record.", source=source, advice=advice
            ) from None
