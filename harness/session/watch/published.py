"""Look whether documents that somebody publishes have changed, and what that means for callers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from harness.errors import ConfigurationError, HarnessError
from harness.openapi import diff_report
from harness.openapi.diff import diff
from harness.openapi.imports import Fetch, Imported, import_document
from harness.openapi.location import without_secrets

FOLDER = "documents"
MOST_LISTED = 3


@dataclass(frozen=True, slots=True)
class Published:
    """A document to look at: its address, and the name that is given to it where one is."""

    url: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of looking: what to report, and by address why a document could not be read."""

    news: tuple[str, ...] = ()
    problems: Mapping[str, str] | None = None


def published_at(given: str) -> Published:
    """Read `URL` or `NAME=URL`. Raises ConfigurationError."""
    name, equals, url = given.partition("=")
    # A slash before the equals sign means that the sign belongs to the address.
    if not equals or "/" in name:
        name, url = "", given
    if not url.startswith(("https://", "http://")):
        raise ConfigurationError(
            f"--document {without_secrets(given)} is not an address.",
            advice="Write it as https://host/openapi.yaml, or NAME=URL for an API of your own.",
        )
    return Published(url, name or None)


def look(
    documents: Sequence[Published],
    folder: Path,
    before: Mapping[str, str],
    *,
    fetch: Fetch,
    now: Callable[[], datetime],
) -> Looked:
    """Fetch each document, compare it with the copy that was kept, and keep it in its place.

    Runs are judged by what they were judged by: a change is reported, and taken over by `spec import`.
    """
    news: list[str] = []
    problems: dict[str, str] = {}
    for each in documents:
        place = without_secrets(each.url)
        try:
            found = import_document(
                each.url, folder=folder / FOLDER, fetch=fetch, now=now, name=each.name
            )
        except HarnessError as problem:
            problems[place] = str(problem)
            # Once, and not again in every round.
            if before.get(place) != str(problem):
                news.append(f"{problem} It is still compared with the last copy, once it can be.")
            continue
        problems[place] = ""
        news += [f"{place} can be read again."] if before.get(place) else []
        news += _changed(found, each)
    return Looked(tuple(news), problems)


def _changed(found: Imported, document: Published) -> list[str]:
    """Describe what changed since the copy that was kept; nothing where there was none."""
    if found.before is None:
        return []
    changes = diff(found.before.api, found.api)
    if not changes:
        return []
    place = without_secrets(document.url)
    name = f" --as {document.name}" if document.name else ""
    heavy = [str(each) for each in changes if each.is_breaking][:MOST_LISTED]
    listed = f": {'; '.join(heavy)}" if heavy else ""
    return [
        f"{found.api.name} at {place} has changed, {diff_report.counted(changes)}{listed}. "
        f"To be judged by it: harness spec import {place}{name}"
    ]
