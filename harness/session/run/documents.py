"""Choose the documents that a run is judged by, and say which they are."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from harness.config import Settings
from harness.events import DocumentUsed
from harness.jsonvalue import lookup
from harness.openapi.bundled import document_names
from harness.openapi.effective import Effective, effective, in_use
from harness.openapi.formats_used import formats_used
from harness.openapi.model import Api, Operation
from harness.resources import shipped
from harness.rules.own.modules import load_all
from harness.source import Source
from harness.workflow.document.model import Book
from harness.workflow.document.parse import included, load

DOCUMENTED_ONLY = "x-documented-only"


def chosen(settings: Settings) -> tuple[Effective, ...]:
    """Load the documents of the chosen APIs, each once: the downloaded one where there is one."""
    products = settings.products
    # Each once, for several products may share the document of a token endpoint.
    names = dict.fromkeys(
        name
        for facts in map(products.called, settings.apis)
        for name in facts.documents
        if _is_called(facts.optional.get(name), settings)
    )
    return tuple(effective(name, settings.downloaded, products.specs) for name in names)


def documents_used(documents: Iterable[Effective]) -> tuple[DocumentUsed, ...]:
    """Return what the record says of each document."""
    return tuple(_used(each) for each in documents)


def own_documents(settings: Settings) -> tuple[DocumentUsed, ...]:
    """Return what the record says of workflows of one's own, and of what only they call."""
    found: dict[str, DocumentUsed] = {}
    for path in settings.workflows:
        book = load(path, resolve=partial(in_use, downloaded=settings.downloaded))
        # Operations may come from documents that ship as well, which the record names already.
        used = (each for each in documents_of(book) if each.origin == "own")
        document = book.document
        itself = DocumentUsed(path.name, str(path), document.sha256, (), origin="own")
        every = (replace(each, path=_from_here(each.path)) for each in (itself, *used))
        # By path, since two workflows may call the same document.
        found |= {each.path: each for each in every}
    return (*found.values(), *_rule_modules(settings))


def _rule_modules(settings: Settings) -> Iterator[DocumentUsed]:
    for each in load_all(settings.rules):
        yield DocumentUsed(each.name, each.path, each.sha256, (), origin="own")


def _from_here(path: str) -> str:
    """Return a path that is the same on every machine that has the project checked out."""
    place, here = Path(path).resolve(), Path.cwd().resolve()
    # Outside of the project only the name of a file is the same everywhere.
    return place.relative_to(here).as_posix() if place.is_relative_to(here) else place.name


def documents_of(book: Book) -> tuple[DocumentUsed, ...]:
    """Return what the record says of the documents that an Arazzo document takes operations from."""
    # By path, so that a document that is included twice is described once.
    found = {api.path: api for each in included(book) for api in _apis(each)}
    return tuple(_described(api, _origin(api)) for api in found.values())


def _apis(book: Book) -> Iterator[Api]:
    return (each.api for each in book.descriptions if each.api is not None)


def _origin(api: Api) -> str:
    # By its place as well, for a document of the user's may have the name of one that ships.
    is_ours = Path(api.path).resolve().is_relative_to(shipped("specs").resolve())
    return "bundled" if is_ours and api.name in document_names() else "own"


def _used(document: Effective) -> DocumentUsed:
    origin = "downloaded" if document.is_downloaded else _origin(document.api)
    unmatched = tuple(
        f"{_shown_source(each.source)}: the target {each.target} matches nothing."
        for each in document.unmatched
    )
    absent = tuple(
        f"{_shown_source(each.defect.source)}: {each.defect.what}" for each in document.api.absent
    )
    return replace(_described(document.api, origin), unmatched=(*unmatched, *absent))


def _shown_source(source: Source) -> str:
    return f"{_shown(source.path)}:{source.line}:{source.column}"


def _described(api: Api, origin: str) -> DocumentUsed:
    # An operation that nobody may test would lower the coverage for good.
    tested = tuple(
        each
        for each in api.operations
        if not _is_documented_only(api, each) and api.absence(each.id) is None
    )
    formats = formats_used(api)
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
        origin=origin,
        formats=api.formats.value,
        formats_asserting=formats.asserting,
        formats_warning=formats.warning,
        formats_unchecked=formats.unchecked,
    )


def _is_called(capability: str | None, settings: Settings) -> bool:
    """Return whether the target may do what a document needs; where not, its cases are omitted."""
    capabilities = settings.environment.capabilities
    # Only a plain no leaves a document out; None is not known yet.
    return capability is None or getattr(capabilities, capability) is not False


def _is_documented_only(api: Api, operation: Operation) -> bool:
    """Return whether no requirement speaks of an operation, so that nothing is ever sent to it."""
    return lookup(api.root, f"{operation.pointer}/{DOCUMENTED_ONLY}") is True


def _shown(path: str) -> str:
    """Return a path without the folders above the program's, which say nothing elsewhere."""
    root = shipped("specs").parent
    place = Path(path)
    return place.relative_to(root).as_posix() if place.is_relative_to(root) else place.as_posix()
