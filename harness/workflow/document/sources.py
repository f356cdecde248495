"""Find the documents that `sourceDescriptions` name, on this machine and inside the project only."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

from harness.document import read
from harness.errors import DocumentError, suggestion
from harness.hosts import split_url
from harness.jsonvalue import members
from harness.resources import shipped

SHIPPED = "harness"
"""Scheme of the documents that ship with the program: `harness:NAME`."""
_MARKS = ("harness.yaml", "pyproject.toml", ".git")


class SourceProblem(ValueError):
    """The document cannot be used, and why."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """The folder that documents and files must lie in; None where all are allowed."""

    root: Path | None

    def admits(self, place: Path) -> bool:
        """Return whether a place may be read; the documents that ship may be from anywhere."""
        resolved = place.resolve()
        bundled = resolved.is_relative_to(shipped("specs").resolve())
        return self.root is None or bundled or resolved.is_relative_to(self.root)


def project_root(document: Path) -> Path:
    """Return the project of a document: the nearest folder with a project's mark around it.

    Without any mark it is the working directory where that holds the document, else its own folder.
    """
    place = document.resolve()
    for folder in place.parents:
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
    if parts.scheme not in ("", "file") or parts.netloc:
        beside = document.parent / unquote(split_url(url).path)
        if not _is_known_as(beside, target, boundary):
            what = f"'{url}' lies on the network, from which nothing is fetched"
            raise SourceProblem(what if url == target else f"{what}: it is {target} by $self")
        return beside.resolve()
    place = Path(unquote(parts.path)).resolve()
    if not boundary.admits(place):
        raise SourceProblem(
            f"'{url}' lies outside the project ({boundary.root}); --allow-outside allows it"
        )
    if not place.is_file():
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
    if not place.is_file() or not boundary.admits(place):
        return False
    try:
        own = members(read(place).data).get("$self")
    except DocumentError:
        return False
    return isinstance(own, str) and urldefrag(own).url == uri
