"""Load the document that counts: the downloaded one where there is one, with its corrections."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from harness.config import DOWNLOADED
from harness.document import Document, read
from harness.jsonvalue import Json, lookup, members
from harness.openapi.bundled import FILE, Folders, folder_of
from harness.openapi.formats import Formats
from harness.openapi.load import build_api, load_api
from harness.openapi.model import Absent, Api, Defect, DefectKind, Operation
from harness.openapi.overlay import Origin, Overlay, Unmatched, apply, load_overlay
from harness.resources import shipped
from harness.source import Source

DOCUMENTED_ONLY = "x-documented-only"
"""Marks an operation that no requirement speaks of, so that nothing is ever sent to it."""
_PARAMETER = re.compile(r"\{[^{}]*\}")


def completed(api: Api, ours: Api) -> Api:
    """Return a document with our names for its operations, and with what it lacks noted as absent.

    What is absent stays among the operations as our document describes it, so that it can be named.
    """
    # By the names that tests use; what is absent overrides an operation that lacks something.
    by_id = {operation.id: operation for operation in _renamed(api, ours)}
    absent = tuple(_absent(replace(api, operations=tuple(by_id.values())), ours))
    for each in absent:
        by_id[each.operation.id] = each.operation
    return replace(api, operations=tuple(by_id.values()), absent=absent)


def _renamed(api: Api, ours: Api) -> Iterator[Operation]:
    """Yield the operations; one with a new operationId at its old method and path keeps the id we know."""
    # An id that is still in use keeps its meaning, even if its route is another.
    taken = {operation.id for operation in api.operations}
    known = {
        _route(candidate): candidate.id
        for candidate in ours.operations
        if candidate.id not in taken
    }
    for operation in api.operations:
        yield replace(operation, id=known.get(_route(operation), operation.id))


def _route(operation: Operation) -> tuple[str, str]:
    # Parameters may be renamed without moving an operation.
    return operation.method, _PARAMETER.sub("{}", operation.path)


def _absent(api: Api, ours: Api) -> Iterator[Absent]:
    for wanted in ours.operations:
        # What is only documented is never sent, so nothing needs it.
        is_tested = lookup(ours.root, f"{wanted.pointer}/{DOCUMENTED_ONLY}") is not True
        if is_tested and (lack := _lack(api, wanted)):
            found = api.operation(wanted.id)
            pointer = found.pointer if found else "/paths"
            source = api.document.source(pointer) if api.document else Source(api.path)
            advice = "What needs it is left out; import a document that has it, or drop the cases."
            kind = DefectKind.OPERATION_MISSING
            yield Absent(wanted, Defect(kind, pointer, source, lack, advice), ours)


def _lack(api: Api, wanted: Operation) -> str:
    """Say what a document lacks of an operation; empty where it has it."""
    found = api.operation(wanted.id)
    if found is None:
        return f"no longer has the operation '{wanted.id}' ({wanted.method} {wanted.path})."
    if found.method != wanted.method:
        return f"has the operation '{wanted.id}' as {found.method}, no longer as {wanted.method}."
    if wanted.body and not found.body:
        return f"no longer has a request body for the operation '{wanted.id}'."
    return ""


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
        # The time of the last change is part of the cache's key: a fresh import is read again.
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
    # A download can lack what tests need; what ships is complete by definition.
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


# The path of a document that ships only names the API; any other path means that very file.
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
