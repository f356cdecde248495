"""Find the OpenAPI documents that ship with the program."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from harness.errors import UnknownName
from harness.openapi.load import load_api
from harness.openapi.model import Api
from harness.resources import shipped

GROUPS = {
    "dental": ("dental", "token-sntl"),
    "medical": ("medical-submission", "medical-status", "medical-retrieval", "token-v2"),
    "prior-auth": ("prior-auth", "token-v2"),
}
"""The documents behind each value of `--api`, its token endpoint included."""


def document_names() -> tuple[str, ...]:
    """Return the names of all bundled documents, in order."""
    return tuple(sorted(path.parent.name for path in shipped("specs").glob("*/openapi.yaml")))


def bundled(names: Sequence[str] | None = None) -> tuple[Api, ...]:
    """Load bundled documents by group, else by name, each once; all where none is named."""
    wanted = (
        document_names() if names is None else [one for name in names for one in members_of(name)]
    )
    return tuple(bundled_document(name) for name in dict.fromkeys(wanted))


def bundled_document(name: str) -> Api:
    """Load one bundled document by its own name, a group's name notwithstanding."""
    known = document_names()
    if name not in known:
        raise UnknownName(None, kind="bundled API document", name=name, known=known)
    return _load(shipped("specs") / name / "openapi.yaml")


def members_of(name: str) -> tuple[str, ...]:
    """Return the documents of a group; a name that is no group stands for itself."""
    return GROUPS.get(name, (name,))


@lru_cache(maxsize=32)
def _load(path: Path) -> Api:
    return load_api(path, path.parent.name)
