"""Find the documents that `sourceDescriptions` name, on this machine and inside the project only."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from harness.resources import shipped

_MARKS = ("harness.yaml", "pyproject.toml", ".git")


class SourceProblem(ValueError):
    """The document cannot be used, and why."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """The folder that documents and files must lie in; None where all are allowed."""

    root: Path | None

    def admits(self, place: Path) -> bool:
        """Tell whether a place may be read; the documents that ship may be from anywhere."""
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


def locate(url: str, *, document: Path, boundary: Boundary) -> Path:
    """Return the file that a source's url names, relative to the document. Raises SourceProblem."""
    parts = urlsplit(url)
    if parts.scheme not in ("", "file") or parts.netloc:
        raise SourceProblem(f"'{url}' lies on the network, from which nothing is fetched")
    place = (document.parent / unquote(parts.path)).resolve()
    if not boundary.admits(place):
        raise SourceProblem(
            f"'{url}' lies outside the project ({boundary.root}); --allow-outside allows it"
        )
    if not place.is_file():
        raise SourceProblem(f"there is no file '{url}' ({place})")
    return place
