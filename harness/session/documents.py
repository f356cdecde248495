"""Choose the documents that a run is judged by, and say which they are."""

from collections.abc import Iterable
from pathlib import Path

from harness.config import Settings
from harness.events import DocumentUsed
from harness.jsonvalue import lookup
from harness.resources import shipped
from harness.spec.bundled import members_of
from harness.spec.effective import Effective, effective
from harness.spec.model import Api, Operation

DOCUMENTED_ONLY = "x-documented-only"


def chosen(settings: Settings) -> tuple[Effective, ...]:
    """Load the documents of the chosen APIs, each once: the downloaded one where there is one."""
    names = dict.fromkeys(name for group in settings.apis for name in members_of(group))
    return tuple(effective(name, settings.downloaded) for name in names)


def documents_used(documents: Iterable[Effective]) -> tuple[DocumentUsed, ...]:
    """Return what the record says of each document."""
    return tuple(_used(each) for each in documents)


def _used(document: Effective) -> DocumentUsed:
    api = document.api
    tested = tuple(each for each in api.operations if not _is_documented_only(api, each))
    return DocumentUsed(
        api=api.name,
        path=_shown(api.path),
        sha256=api.sha256,
        operations=tuple(operation.label for operation in tested),
        answers=tuple(
            f"{answer.status} {operation.label}"
            for operation in tested
            for answer in operation.answers
        ),
        origin="downloaded" if document.is_downloaded else "bundled",
        unmatched=tuple(
            f"{_shown(each.source.path)}:{each.source.line}:{each.source.column}: "
            f"the target {each.target} matches nothing."
            for each in document.unmatched
        ),
    )


def _is_documented_only(api: Api, operation: Operation) -> bool:
    """Tell whether no requirement speaks of an operation, so that nothing is ever sent to it."""
    return lookup(api.root, f"{operation.pointer}/{DOCUMENTED_ONLY}") is True


def _shown(path: str) -> str:
    """Return a path without the folders above the program's, which say nothing elsewhere."""
    root = shipped("specs").parent
    place = Path(path)
    return place.relative_to(root).as_posix() if place.is_relative_to(root) else place.as_posix()
