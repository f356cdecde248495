"""Load an Arazzo document and everything it refers to."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.document import Document, read
from harness.errors import DocumentError, HarnessError
from harness.jsonvalue import Json, escape, items, members, text
from harness.openapi.load import load_api
from harness.openapi.model import Api
from harness.workflow.document.build import Builder
from harness.workflow.document.mend import mended
from harness.workflow.document.model import Book, Description, Finding
from harness.workflow.document.sources import (
    Boundary,
    SourceProblem,
    absolute,
    identity,
    locate,
    project_root,
)
from harness.workflow.document.structure import finding, minor_version, violations

MAX_BOOKS = 50

Resolve = Callable[[Path, str], Api]
"""Returns the API of a document, by its path and the name that the source has."""


def load(path: Path, *, allow_outside: bool = False, resolve: Resolve = load_api) -> Book:
    """Read a document with its sources. What is wrong with its structure is in `Book.problems`.

    Raises DocumentError where the file cannot be read or is no Arazzo document at all. Sources
    and files that lie outside the project are refused unless `allow_outside`.
    """
    root = Path(path.resolve().anchor) if allow_outside else project_root(path)
    boundary = Boundary(None if allow_outside else root)
    return _Loader(boundary, root, resolve).book(path)


def included(book: Book) -> tuple[Book, ...]:
    """Return a document and all those that it takes workflows from, each once."""
    found = {book.path: book}
    waiting = [book]
    while waiting:
        nested = [
            description.book
            for description in waiting.pop().descriptions
            if description.book is not None
        ]
        new = [candidate for candidate in nested if candidate.path not in found]
        found.update({other.path: other for other in new})
        waiting += new
    return tuple(found.values())


@dataclass(slots=True)
class _Loader:
    boundary: Boundary
    root: Path
    resolve: Resolve
    done: dict[Path, Book] = field(default_factory=dict)
    under_way: set[Path] = field(default_factory=set)

    def book(self, path: Path) -> Book:
        place = path.resolve()
        if place in self.done:
            return self.done[place]
        if place in self.under_way:
            raise SourceProblem("it includes itself")
        if len(self.under_way) + len(self.done) >= MAX_BOOKS:
            raise SourceProblem(f"more than {MAX_BOOKS} documents are included")
        self.under_way.add(place)
        self.done[place] = self._read(path)
        self.under_way.remove(place)
        return self.done[place]

    def _read(self, path: Path) -> Book:
        document = read(path)
        minor = _version(document)
        problems = list(violations(document, minor))
        if problems:
            document = mended(document)
        descriptions = tuple(
            self._description(document, index, value, problems)
            for index, value in enumerate(items(members(document.data).get("sourceDescriptions")))
        )
        builder = Builder(document, problems)
        return Book(
            path=document.path,
            root=str(self.root),
            document=document,
            minor=minor,
            self_uri=text(members(document.data).get("$self")),
            descriptions=descriptions,
            workflows=builder.workflows(),
            components=members(members(document.data).get("components")),
            problems=tuple(problems),
        )

    def _description(
        self, document: Document, index: int, value: Json, problems: list[Finding]
    ) -> Description:
        given = members(value)
        pointer = f"/sourceDescriptions/{index}"
        name, kind, url = text(given.get("name")), text(given.get("type")), text(given.get("url"))
        plain = Description(name, kind or "openapi", url, document.source(pointer))
        if not name or not url or kind == "asyncapi":
            return plain
        base = identity(Path(document.path), text(members(document.data).get("$self")))
        if given.get("type") in (None, "arazzo") and absolute(url, base) == base:
            return replace(plain, kind="arazzo", is_self=True)
        try:
            return self._loaded(plain, Path(document.path), base)
        except (SourceProblem, HarnessError) as problem:
            title = f"the source '{name}' cannot be used: {problem}"
            problems.append(finding(document, f"{pointer}/{escape('url')}", "source", title))
            return plain

    def _loaded(self, plain: Description, document: Path, base: str) -> Description:
        place = locate(plain.url, document=document, base=base, boundary=self.boundary)
        if plain.kind == "arazzo":
            book = self.book(place)
            return Description(plain.name, plain.kind, plain.url, plain.source, book=book)
        api = self.resolve(place, plain.name)
        return Description(plain.name, plain.kind, plain.url, plain.source, api=api)


def _version(document: Document) -> int:
    minor = minor_version(document)
    if minor is not None:
        return minor
    announced = members(document.data).get("arazzo")
    what = "is not an Arazzo document." if announced is None else "has an unknown Arazzo version."
    raise DocumentError(
        what, source=document.source("/arazzo"), advice="Start it with 'arazzo: 1.0.1'."
    )
