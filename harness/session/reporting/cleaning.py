"""Take out of a run's folder the secrets that a scan has found in it."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from harness.client.redaction import MASK, Redactor
from harness.errors import StorageError
from harness.report.leaks import Leak
from harness.session.reporting.verdict_inputs import RECORD


def clean(record: Path, secrets: Sequence[str]) -> None:
    """Mask secrets in a record whose writer has closed it. Raises StorageError."""
    redactor = Redactor()
    for each in secrets:
        redactor.learn(each)
    fresh = record.with_suffix(".cleaned")
    try:
        lines = record.read_text(encoding="utf-8").split("\n")
        # A mask needs no escape, so that every line stays what it was but for the secret.
        fresh.write_text("\n".join(map(redactor.text, lines)), encoding="utf-8")
        fresh.replace(record)
    except OSError as problem:
        raise StorageError(record, problem) from None


def withdraw(folder: Path, leaks: Iterable[Leak]) -> tuple[str, ...]:
    """Empty the files in which a secret still stands, and return their names."""
    names = tuple(dict.fromkeys(each.path for each in leaks if each.path != RECORD))
    for name in names:
        try:
            (folder / name).write_text(f"{MASK}\n", encoding="utf-8")
        except OSError as problem:
            raise StorageError(folder / name, problem) from None
    return tuple(Path(name).name for name in names)
