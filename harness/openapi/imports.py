"""Take over an OpenAPI document that a user downloaded, after checking that it can be used."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

from harness import limits
from harness.document import Document, decoded, parse, read
from harness.errors import ConfigurationError, DocumentError, StorageError, UnknownName
from harness.jsonvalue import Json, members, text
from harness.openapi.bundle import bundle
from harness.openapi.bundled import bundled_document, document_names
from harness.openapi.effective import corrected
from harness.openapi.load import build_api, load_api
from harness.openapi.location import Bounds, is_url, project_root, without_secrets
from harness.openapi.model import Api
from harness.openapi.reader import check_version
from harness.openapi.soundness import check_sound
from harness.reading import read_bytes
from harness.source import Source

Fetch = Callable[[str], bytes]
"""Gets what stands at a URL; raises a HarnessError where nothing comes."""

# Written as escapes: YAML forbids most of these (1.2.2, 5.1), and nobody sees the others.
_UNPRINTABLE = re.compile("[\x7f-\x9f\ufeff\ufffe\uffff]")
_OWN_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_PARAMETER = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Previous:
    """The last import of an API, as it came."""

    api: Api
    imported: str
    """When, as RFC 3339; empty where nothing says it."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What was taken over, and where it was put."""

    api: Api
    path: Path
    source: str
    sha256: str
    """Of the bytes as they came."""
    files: int = 1
    """How many files it was made of."""
    before: Previous | None = None
    """The import that it takes the place of."""


def import_document(
    reference: str,
    *,
    folder: Path,
    fetch: Fetch,
    now: Callable[[], datetime],
    name: str | None = None,
    hosts: Iterable[str] = (),
) -> Imported:
    """Read a file or URL, check it, and store it as `<folder>/<api>.json` with its origin beside it.

    What it refers to is taken in, from the folder or host that it came from and from the `hosts` named.
    """
    # In the order of reading, so the document itself comes first.
    digests: dict[str, str] = {}

    def parsed(location: str) -> Document:
        raw = fetch(location) if is_url(location) else _bytes(Path(location))
        digests[without_secrets(location)] = hashlib.sha256(raw).hexdigest()
        return _parsed(raw, without_secrets(location))

    document = _whole(reference, parsed, frozenset(hosts))
    api = build_api(document, name or "")
    # Checked before anything is written: a file in use is not replaced by a useless one.
    check_sound(api)
    # What the user names it needs no guess, and may be no API of ours.
    known = recognise(api) if name is None else _known(name)
    if known in document_names():
        corrected(known, document, is_downloaded=True)  # or every run would stumble over it
    elif not api.operations:
        what, advice = "has no operation that could be tried.", "Name a document with paths."
        raise DocumentError(what, source=Source(api.path), advice=advice)
    # Read before it is overwritten, since a comparison is wanted of the old with the new.
    before = _previous(folder, known)
    path = _stored(folder, known, document.data, _origin(api, document, digests, now()))
    source, digest = next(iter(digests.items()))
    return Imported(load_api(path, known), path, source, digest, len(digests), before)


def _previous(folder: Path, name: str) -> Previous | None:
    """Return the import that is in use; one that cannot be read is as good as none."""
    path = folder / f"{name}.json"
    if not path.is_file():
        return None
    origin = folder / f"{name}.source.json"
    try:
        when = text(members(read(origin).data).get("imported")) if origin.is_file() else ""
        return Previous(load_api(path, name), when)
    except DocumentError:
        return None


def _origin(
    api: Api, document: Document, digests: Mapping[str, str], when: datetime
) -> dict[str, Json]:
    source, digest = next(iter(digests.items()))
    origin: dict[str, Json] = {
        "source": source,
        # In UTC and whole seconds, so that imports on different machines compare as texts.
        "imported": when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "sha256": digest,
        "title": api.title,
        "version": api.version,
        "openapi": text(members(document.data).get("openapi")),
    }
    return origin | ({"files": dict(digests)} if len(digests) > 1 else {})


def _stored(folder: Path, name: str, data: Json, origin: Json) -> Path:
    path = folder / f"{name}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(path, data)
        _write(folder / f"{name}.source.json", origin)
    except OSError as problem:
        raise StorageError(folder, problem) from None
    return path


def _whole(reference: str, read: Callable[[str], Document], hosts: frozenset[str]) -> Document:
    document = read(reference)
    check_version(document)  # before other files are asked for
    root = "" if is_url(reference) else project_root(Path(reference))
    return bundle(document, read, Bounds(reference, hosts, root))


def recognise(api: Api) -> str:
    """Return which of our APIs a document describes: the one that most of its operations belong to.

    A single operation, such as that of a token, is found in documents of many APIs and decides nothing
    beside others. Paths are looked for below any server where none is found below ours.
    """
    # With servers first: the same paths exist below several servers.
    for routes in (_routes, _paths):
        # Sets, as an operation counts once.
        own = routes(api)
        shared = {name: len(own & routes(bundled_document(name))) for name in document_names()}
        most = max(shared.values())
        best = [name for name, count in shared.items() if count == most]
        if len(best) == 1 and _is_majority(most, own, routes(bundled_document(best[0]))):
            return best[0]
    what = "has not most of the operations of any of the known APIs."
    advice = (
        f"Name the API it stands for with --as: {', '.join(document_names())}; "
        "or give an API of your own another name with --as."
    )
    raise DocumentError(what, source=Source(api.path), advice=advice)


def _is_majority(shared: int, own: frozenset[str], known: frozenset[str]) -> bool:
    """Return whether enough is shared: more than half of the document, or of an API of several operations."""
    return 2 * shared > len(own) or (shared > 1 and 2 * shared > len(known))


def _routes(api: Api) -> frozenset[str]:
    return frozenset(_PARAMETER.sub("{}", operation.label) for operation in api.operations)


def _paths(api: Api) -> frozenset[str]:
    return frozenset(
        _PARAMETER.sub("{}", f"{operation.method} {operation.path}") for operation in api.operations
    )


def _known(name: str) -> str:
    """Return the name of a shipped document, or one that a user's own document may have.

    What is nearly the name of a shipped document is a typing error: runs would go on with the shipped one.
    """
    shipped = document_names()
    if name not in shipped and get_close_matches(name.lower(), shipped, n=1, cutoff=0.8):
        raise UnknownName(None, kind="API document", name=name, known=shipped)
    if not _OWN_NAME.fullmatch(name):
        raise ConfigurationError(
            f"'{name[:60]}' cannot be the name of a document.",
            advice="Use small letters, digits and '-', at most 40, a letter first.",
        )
    return name


def _parsed(raw: bytes, shown: str) -> Document:
    return parse(decoded(raw, shown), shown)


def _bytes(path: Path) -> bytes:
    try:
        return read_bytes(path, limit=limits.current().size_bytes)
    except OSError as problem:
        what = f"cannot be read ({problem.strerror})."
        raise DocumentError(what, source=Source(str(path)), advice="Check the path.") from None


def _write(path: Path, data: Json) -> None:
    written = "".join(_escaped(json.JSONEncoder(ensure_ascii=False, indent=2).iterencode(data)))
    fresh = path.with_suffix(".new")
    fresh.write_text(f"{written}\n", encoding="utf-8")
    fresh.replace(path)  # whole or not at all


def _escaped(parts: Iterable[str]) -> Iterable[str]:
    return (_UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", part) for part in parts)
