"""What a watch keeps from run to run, in one file that is written whole or not at all."""

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from harness.errors import ConfigurationError, DocumentError, StorageError
from harness.jsonvalue import Json, items, members, number, text
from harness.reading import read_bytes
from harness.report import trend
from harness.report.trend import PastRun
from harness.source import Source
from harness.verdict.watching import MOST_RUNS, Known

FILE_NAME = "watch.json"
_VERSION = 1
_WORDS = ("subject", "last_good", "documents", "unsaid")
_MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Memory:
    """All that the next run is compared with."""

    subject: str = ""
    """What is watched: target, products and selection. A folder holds one of these."""
    last_good: str = ""
    """Id of the last run that was good; its folder is kept."""
    documents: str = ""
    """Digest of everything that the last run was judged by."""
    known: tuple[Known, ...] = ()
    runs: tuple[PastRun, ...] = ()
    """The last ninety, the oldest first."""
    published: Mapping[str, str] = field(default_factory=dict)
    """By address of a published document: why it could not be read last time, or nothing."""
    is_blocked: bool = False
    """Cases could not be judged last time."""
    unsaid: str = ""
    """What the webhook should have got last time, and did not."""


def remembered(memory: Memory, run: PastRun) -> tuple[PastRun, ...]:
    """Return the runs with one more, and at most ninety."""
    plain = replace(run, p95_seconds={})
    return (*(each for each in memory.runs if each.run != run.run), plain)[-MOST_RUNS:]


def read(folder: Path) -> Memory:
    """Read what is remembered; nothing where nothing is yet. Raises DocumentError."""
    path = folder / FILE_NAME
    if not path.exists():
        return Memory()
    try:
        found = members(json.loads(read_bytes(path, limit=_MAX_BYTES)))
    except (OSError, ValueError, RecursionError):
        # Damaged is as good as of another version: nothing can be concluded from it.
        found = {}
    if found.get("version") != _VERSION:
        raise DocumentError(
            "is not what this version of the watch has written.",
            source=Source(str(path)),
            advice="Move it away to begin anew, or name another folder with --folder.",
        )
    return Memory(
        subject=text(found.get("subject")),
        last_good=text(found.get("last_good")),
        documents=text(found.get("documents")),
        known=tuple(_known(members(each)) for each in items(found.get("known"))),
        runs=tuple(run for each in items(found.get("runs")) if (run := trend.read(each))),
        published={name: text(each) for name, each in members(found.get("published")).items()},
        is_blocked=found.get("is_blocked") is True,
        unsaid=text(found.get("unsaid")),
    )


def write(memory: Memory, folder: Path) -> None:
    """Write what is remembered. Raises StorageError; what was there is then as it was."""
    content = {
        "version": _VERSION,
        **{name: getattr(memory, name) for name in _WORDS},
        "known": [asdict(each) for each in memory.known],
        "runs": [each.to_json() for each in memory.runs],
        "published": dict(memory.published),
        "is_blocked": memory.is_blocked,
    }
    put(folder / FILE_NAME, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def put(path: Path, content: str) -> None:
    """Write a file whole or not at all. Raises StorageError."""
    # Beside it and then renamed, so that no reader meets half a file.
    fresh = path.with_name(f".{path.name}.new")
    try:
        # Half a surrogate pair, as a name from the command line may hold, has no bytes in UTF-8.
        fresh.write_text(content, encoding="utf-8", errors="replace")
        fresh.replace(path)
    except OSError as problem:
        raise StorageError(path, problem) from None


def _known(found: Mapping[str, Json]) -> Known:
    def word(name: str) -> str:
        return text(found.get(name))

    return Known(
        id=word("id"),
        sentence=word("sentence"),
        operation=word("operation"),
        attribution=word("attribution"),
        cases=tuple(text(each) for each in items(found.get("cases"))),
        reach=int(number(found.get("reach"))),
        first=word("first"),
        last=word("last"),
        marks=word("marks"),
        is_open=found.get("is_open") is True,
        idle=int(number(found.get("idle"))),
        reproduce=word("reproduce"),
    )


LOCK_FILE_NAME = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder, and make it where there is none. Raises ConfigurationError, StorageError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stream = (folder / LOCK_FILE_NAME).open("a", encoding="utf-8")
    except OSError as problem:
        raise StorageError(folder, problem) from None
    with stream:
        try:
            # The lock goes with the process, however that ends.
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ConfigurationError(
                f"another watch is at work in {folder}.",
                advice="Wait until it has ended, or name another folder with --folder.",
            ) from None
        yield
