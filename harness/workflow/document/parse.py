"""Load an Arazzo document and everything it refers to."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

from harness.document import Document, read
from harness.errors import DocumentError, HarnessError, suggestion
from harness.hosts import split_url
from harness.jsonvalue import Json, escape, items, members, text
from harness.openapi.load import load_api
from harness.openapi.model import Api
from harness.reading import is_file
from harness.reading import resolved as links_followed
from harness.resources import shipped
from harness.workflow.document.build import Builder
from harness.workflow.document.model import Book, Description, Finding
from harness.workflow.document.structure import finding, mended, minor_version, violations

SHIPPED = "harness"
"""Scheme of the documents that ship with the program: `harness:NAME`."""
# What usually lies in the top folder of a project.
_MARKS = ("harness.yaml", "pyproject.toml", ".git")


class SourceProblem(ValueError):
    """The document cannot be used, and why."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """The folder that documents and files must lie in; None where all are allowed."""

    root: Path | None

    def admits(self, place: Path) -> bool:
        """Return whether a place may be read; the documents that ship may be from anywhere."""
        # Symbolic links are followed first: one inside the project may lead out of it.
        resolved = links_followed(place)
        bundled = resolved.is_relative_to(shipped("specs").resolve())
        return self.root is None or bundled or resolved.is_relative_to(self.root)


def project_root(document: Path) -> Path:
    """Return the project of a document: the nearest folder with a project's mark around it.

    Without any mark it is the working directory where that holds the document, else its own folder.
    """
    place = document.resolve()
    for folder in place.parents:
        # The workflows that ship have a root of their own, whatever project they are installed in.
        if folder == shipped("workflows").resolve().parent:
            return folder
        if any((folder / mark).exists() for mark in _MARKS):
            return folder
    here = Path.cwd().resolve()
    return here if place.is_relative_to(here) else place.parent


def identity(document: Path, self_uri: str) -> str:
    """Return the URI of a document, which its relative references start from (1.1.0, `$self`).

    A relative `$self` is itself taken from where the file lies (RFC 3986, 5.1.2).
    """
    return urljoin(document.resolve().as_uri(), self_uri)


def absolute(url: str, base: str) -> str:
    """Return what a source's url names, without a fragment."""
    return urldefrag(urljoin(base, url)).url


def locate(url: str, *, document: Path, base: str, boundary: Boundary) -> Path:
    """Return the file that a source's url names, from the base URI. Raises SourceProblem."""
    target = absolute(url, base)
    parts = split_url(target)
    if parts.scheme == SHIPPED:
        return _shipped(parts.path)
    # A `file` URL with a host names a file of another machine (RFC 8089, section 2).
    if parts.scheme not in ("", "file") or parts.netloc:
        # With an absolute `$self` even a relative url names a place on the network, of which a copy
        # lies beside the document.
        beside = document.parent / unquote(split_url(url).path)
        if not _is_known_as(beside, target, boundary):
            what = f"'{url}' lies on the network, from which nothing is fetched"
            raise SourceProblem(what if url == target else f"{what}: it is {target} by $self")
        # Before the file is looked for, so that a message never says what exists outside the project.
        return links_followed(beside)
    place = links_followed(Path(unquote(parts.path)))
    if not boundary.admits(place):
        raise SourceProblem(
            f"'{url}' lies outside the project ({boundary.root}); --allow-outside allows it"
        )
    if not is_file(place):
        raise SourceProblem(f"there is no file '{url}' ({place})")
    return place


def _shipped(name: str) -> Path:
    """Return a document that ships with the program, wherever that is installed."""
    folder = shipped("specs")
    known = tuple(sorted(path.parent.name for path in folder.glob("*/openapi.yaml")))
    if name not in known:
        what = f"no document called '{name}' ships with the program. {suggestion(name, known)}"
        raise SourceProblem(what)
    return folder / name / "openapi.yaml"


def _is_known_as(place: Path, uri: str, boundary: Boundary) -> bool:
    """Return whether a file says of itself, by an absolute `$self`, that it is the document of a URI."""
    if not is_file(place) or not boundary.admits(place):
        return False
    try:
        own = members(read(place).data).get("$self")
    except DocumentError:
        return False
    return isinstance(own, str) and urldefrag(own).url == uri


# Documents in one run: each is read whole and kept in memory.
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
    # By path, so that documents that include one another end the walk.
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
        # What is still being read can be met again only through itself.
        if place in self.under_way:
            raise SourceProblem("it includes itself")
        if len(self.under_way) + len(self.done) >= MAX_BOOKS:
            raise SourceProblem(f"more than {MAX_BOOKS} documents are included")
        self.under_way.add(place)
        try:
            self.done[place] = self._read(path)
        # One that cannot be read is no longer under way: named again, it fails for the same reason.
        finally:
            self.under_way.remove(place)
        return self.done[place]

    def _read(self, path: Path) -> Book:
        document = read(path)
        minor = _version(document)
        problems = list(violations(document, minor))
        # The rest of the check reads what was meant: one misspelt key would cause a dozen findings.
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
        # Incomplete, which the structure reports, or AsyncAPI, whose channels cannot be called.
        if not name or not url or kind == "asyncapi":
            return plain
        base = identity(Path(document.path), text(members(document.data).get("$self")))
        # A source that leads back to this document would be a circle if it were loaded.
        if given.get("type") in (None, "arazzo") and absolute(url, base) == base:
            return replace(plain, kind="arazzo", is_self=True)
        try:
            return self._loaded(plain, Path(document.path), base)
        # A finding and not the end: whatever does not need this source can still be checked.
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
