"""Find the OpenAPI documents that ship with the program."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from harness.errors import UnknownName
from harness.openapi.load import load_api
from harness.openapi.model import Api
from harness.resources import shipped

FILE = "openapi.yaml"
Folders = Sequence[Path]
"""Folders of documents beside the one that ships: those of products of other packages."""


def document_names(more: Folders = ()) -> tuple[str, ...]:
    """Return the names of all bundled documents, in order."""
    folders = (shipped("specs"), *more)
    return tuple(
        sorted(path.parent.name for folder in folders for path in folder.glob(f"*/{FILE}"))
    )


def folder_of(name: str, more: Folders = ()) -> Path:
    """Return the folder of a bundled document. Raises UnknownName."""
    for path in (shipped("specs"), *more):
        if (path / name / FILE).is_file():
            return path / name
    known = document_names(more)
    raise UnknownName(None, kind="bundled API document", name=name, known=known)


def bundled(names: Sequence[str] | None = None) -> tuple[Api, ...]:
    """Load bundled documents by name, each once; all that ship where none is named."""
    wanted = document_names() if names is None else names
    return tuple(bundled_document(name) for name in dict.fromkeys(wanted))


def bundled_document(name: str, more: Folders = ()) -> Api:
    """Load one bundled document. Raises UnknownName."""
    return _load(folder_of(name, more) / FILE)


# Shipped files do not change while the program runs, and parsing one takes long.
@lru_cache(maxsize=32)
def _load(path: Path) -> Api:
    return load_api(path, path.parent.name)
