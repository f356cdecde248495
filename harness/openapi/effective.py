"""Load the document that counts: the downloaded one where there is one, with its corrections."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from harness.config import DOWNLOADED
from harness.document import Document, read
from harness.jsonvalue import Json, members
from harness.openapi.absence import completed
from harness.openapi.bundled import FILE, Folders, folder_of
from harness.openapi.formats import Formats
from harness.openapi.load import build_api, load_api
from harness.openapi.model import Api
from harness.openapi.overlay import Origin, Overlay, Unmatched, apply, load_overlay
from harness.resources import shipped


@dataclass(frozen=True, slots=True)
class Effective:
    """An API as tests use it, and the corrections that found nothing to correct."""

    api: Api
    origin: Origin
    """Who wrote it, which decides on the corrections: a copy of ours that was imported is ours."""
    is_downloaded: bool
    unmatched: tuple[Unmatched, ...] = ()


def effective(name: str, downloaded: Path | None = None, more: Folders = ()) -> Effective:
    """Prefer `<downloaded>/<name>.json` to the bundled document, and apply the overlay to either."""
    folder = folder_of(name, more)
    stored = downloaded / f"{name}.json" if downloaded else None
    if stored is not None and stored.is_file():
        return _read(name, stored, stored.stat().st_mtime_ns, folder, is_downloaded=True)
    place = folder / FILE
    # A link leads to a document of the user's own, which is named as he knows it.
    return _read(
        name, place.resolve() if place.is_symlink() else place, 0, folder, is_downloaded=False
    )


def corrected(
    name: str, document: Document, folder: Path | None = None, *, is_downloaded: bool
) -> Effective:
    """Apply the overlay of an API to a document. Raises DocumentError where it does not fit."""
    place = (folder or shipped("specs") / name) / "overlay.yaml"
    if folder is not None and not place.is_file():
        # A document of a product's own needs no corrections; a vendor's that ships has them.
        return Effective(build_api(document, name), _origin(document.data), is_downloaded)
    overlay = overlay_of(name, folder)
    origin = _origin(document.data)
    data, unmatched = apply(document.data, overlay, origin=origin)
    api = build_api(document, name, data)
    if is_downloaded:
        ours = _read(name, place.parent / FILE, 0, place.parent, is_downloaded=False)
        api = completed(api, ours.api)
    return Effective(api, origin, is_downloaded, unmatched)


def overlay_of(name: str, folder: Path | None = None) -> Overlay:
    """Read the corrections of an API."""
    return load_overlay((folder or shipped("specs") / name) / "overlay.yaml")


def _origin(data: Json) -> Origin:
    """Know our own documents by the mark that they carry."""
    mark = members(members(data).get("info")).get("x-origin")
    return Origin.BUNDLED if mark == Origin.BUNDLED.value else Origin.VENDOR


def in_use(
    path: Path, name: str, downloaded: Path = DOWNLOADED, formats: Formats | None = None
) -> Api:
    """Load what a workflow calls `name`; a bundled document's path stands for the one that counts."""
    folder = path.resolve().parent
    is_ours = path.name == "openapi.yaml" and folder.parent == shipped("specs").resolve()
    found = effective(folder.name, downloaded).api if is_ours else load_api(path, name)
    return found if formats is None else replace(found, formats=formats)


@lru_cache(maxsize=32)
def _read(name: str, path: Path, _changed: int, folder: Path, *, is_downloaded: bool) -> Effective:
    """Read once: validators are kept for each document that is in memory."""
    return corrected(name, read(path), folder, is_downloaded=is_downloaded)
