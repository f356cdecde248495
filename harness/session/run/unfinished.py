"""Find out what a run that was cut off has left to do."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import quote

from harness import __version__, record
from harness.config import Overrides, Settings
from harness.errors import ConfigurationError, StorageError
from harness.events import DocumentUsed, RunStarted
from harness.outcome import Outcome, Status
from harness.product import PLATFORM
from harness.products.registry import installed
from harness.record import FILE_NAME, Record, RecordWriter
from harness.resources import shipped
from harness.session.reporting.verdict_inputs import load_inputs
from harness.settings import on_own_mock
from harness.shard import shard_of_run
from harness.verdict.scope import CONTRACT


def recorded_specs(run: RunStarted) -> tuple[Path, ...]:
    """Return the documents that a run tested in place of the installed products; none where it did not.

    Raises ConfigurationError where one is not there any more.
    """
    # Whatever else is tested is bound by the set that all installed products share.
    if not run.sets or any(each.name == PLATFORM for each in run.sets):
        return ()
    named = [each for each in run.documents if each.api in run.apis]
    found = {each.api: _place(each.path) for each in named}
    missing = [name for name, path in found.items() if not path.is_file()]
    if set(missing) & set(installed().names):
        return ()
    for name in missing:
        raise ConfigurationError(
            f"{found[name]} is not there any more.", advice="Bring the document of the run back."
        )
    return tuple(found.values())


def _place(path: str) -> Path:
    """Return where a document of a record lies; one that ships is named without its folder."""
    return Path(path) if Path(path).is_file() else shipped("specs").parent / path


_SETTLED = (Status.PASS, Status.FAIL, Status.WARN, Status.OMIT)
"""What is not tried again. A failure stays one: a second try that passes would hide it."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A run to be finished: what identifies it, and what need not be done again."""

    folder: Path
    run: RunStarted
    done: frozenset[str]
    planned: int
    next_exchange: int
    seconds: float
    """Spent on the cases that are done."""


def reopen(folder: Path) -> Unfinished:
    """Read what a run has left to do. Raises where it is complete or was made by another harness."""
    folder = folder.resolve()
    found = load_inputs(folder).record
    if _is_complete(found):
        raise ConfigurationError(
            f"{folder.name} is complete; nothing is left to do.",
            advice=f"Render its reports with: harness report {quote(str(folder))}.",
        )
    if found.run.suite not in ("", CONTRACT):
        raise ConfigurationError(
            f"{folder.name} ran the workflows of one document, not the suite.",
            advice="Run it anew: harness workflow run FILE.",
        )
    if found.run.harness_version != __version__:
        raise ConfigurationError(
            f"{folder.name} was begun by harness {found.run.harness_version}, this is {__version__}.",
            advice="Finish it with the harness that began it, or run anew.",
        )
    _cut_torn_line(folder / FILE_NAME)
    # Read again, since the torn line may have been an outcome.
    done = [each for each in record.read(folder / FILE_NAME).outcomes if _is_settled(each)]
    return Unfinished(
        folder=folder,
        run=found.run,
        done=frozenset(each.case for each in done),
        planned=len(found.planned),
        next_exchange=max((each.id for each in found.exchanges), default=0) + 1,
        seconds=sum(each.duration_seconds for each in done),
    )


def overrides_of(unfinished: Unfinished, *, production_meant: bool) -> Overrides:
    """Return the flags that the run was begun with."""
    run = unfinished.run
    return Overrides(
        environment=run.settings_of or run.environment,
        base_url=None if run.embedded else run.base_url,
        profile=run.profile,
        seed=run.seed,
        reports=unfinished.folder.parent,
        apis=() if recorded_specs(run) else run.apis,
        only=run.selection,
        shard=run.shard,
        production_meant=production_meant,
    )


def with_shard_again(settings: Settings, unfinished: Unfinished) -> Settings:
    """Return settings for the same cases, also where they were balanced by a record that is gone."""
    return replace(settings, shard=shard_of_run(unfinished.run))


def with_mock_again(settings: Settings, unfinished: Unfinished) -> Settings:
    """Let a mock be started again where one had been."""
    if not unfinished.run.embedded:
        return settings
    return on_own_mock(settings)


def check_documents(unfinished: Unfinished, documents: Iterable[DocumentUsed]) -> None:
    """Refuse to judge the rest of a run by other documents. Raises ConfigurationError."""
    before = unfinished.run.documents
    names = {each.api for each in before}  # without what the target turned out not to offer
    # A run that ended before its documents were loaded names none.
    if before and before != tuple(each for each in documents if each.api in names):
        raise ConfigurationError(
            f"{unfinished.folder.name} was judged by other OpenAPI documents than are here now.",
            advice="Bring the documents back, or run anew.",
        )


def _is_complete(found: Record) -> bool:
    ended = found.finished
    # A run that ended with an error has cases left, whatever its last line says.
    whole = ended is not None and not ended.interrupted and not ended.error
    return whole and found.scanned is not None


def _is_settled(outcome: Outcome) -> bool:
    return outcome.status in _SETTLED


def _cut_torn_line(path: Path) -> None:
    """Drop what a killed process left of its last line, or the next one would be glued to it."""
    writer = RecordWriter(path)  # refuses where the process is alive and still writing
    # Under the lock of the writer, so that nobody adds a line meanwhile.
    raw = path.read_bytes()
    try:
        os.truncate(path, raw.rfind(b"\n") + 1)
    except OSError as problem:
        raise StorageError(path, problem) from None
    finally:
        writer.close()
