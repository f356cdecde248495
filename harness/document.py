"""Read YAML 1.2 and JSON files as values that remember where they stood."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import yaml

from harness import limits
from harness.building import Builder, Places, key_mark, mark_at, pack, value_mark
from harness.composing import Composer
from harness.errors import DocumentError
from harness.json_text import looks_like_json, read_json
from harness.jsonvalue import Json
from harness.reading import read_bytes
from harness.source import Source

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Document:
    """A parsed file. Its data is never written to."""

    path: str
    data: Json
    text: str = field(repr=False)
    size: int
    """How many values it holds."""
    _places: Places = field(repr=False)
    _parts: "Mapping[str, tuple[Document, str]]" = field(default_factory=dict, repr=False)

    def with_parts(self, data: Json, parts: "Mapping[str, tuple[Document, str]]") -> "Document":
        """Return a document of these data, which at some pointers holds what stands in another file."""
        return replace(self, data=data, _parts=parts)

    def with_data(self, data: Json) -> "Document":
        """Return the document with data that were corrected; places stay those of the file."""
        return replace(self, data=data)

    def source(self, pointer: str = "") -> Source:
        """Return where the value at an RFC 6901 pointer stands; the nearest parent's where unknown."""
        document, place = self._owner(pointer)
        packed, _ = mark_at(document._places, place)
        return Source(document.path, *value_mark(packed))

    def key_source(self, pointer: str) -> Source:
        """Return where the key of the member at a pointer stands."""
        document, place = self._owner(pointer)
        packed, is_there = mark_at(document._places, place)
        has_key = is_there and key_mark(packed) != (0, 0)
        return Source(document.path, *key_mark(packed)) if has_key else self.source(pointer)

    def _owner(self, pointer: str) -> "tuple[Document, str]":
        """Return the document that a value comes from, and where it stands in it."""
        above = pointer
        while above and self._parts:
            if above in self._parts:
                other, start = self._parts[above]
                return other._owner(start + pointer[len(above) :])
            above = above.rpartition("/")[0]
        return self, pointer

    def line(self, number: int) -> str:
        """Return one line of the text, counted from 1, without its end."""
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""

    @cached_property
    def sha256(self) -> str:
        """Digest of the text as UTF-8, in hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.splitlines()


def read(
    path: Path, *, limit_bytes: int | None = None, repeated: list[DocumentError] | None = None
) -> Document:
    """Read and parse a YAML or JSON file. Raises DocumentError with the place of the fault."""
    limit = limits.current().size_bytes if limit_bytes is None else limit_bytes
    try:
        raw = read_bytes(path, limit=limit)
    except OSError as problem:
        what = f"cannot be read ({problem.strerror})."
        raise DocumentError(what, source=Source(str(path)), advice="Check the path.") from None
    if limit_bytes is not None and len(raw) > limit_bytes:
        raise DocumentError(f"is larger than {limit_bytes:,} bytes.", source=Source(str(path)))
    return parse(decoded(raw, str(path)), str(path), repeated=repeated)


def decoded(raw: bytes, path: str) -> str:
    """Return the text of a document's bytes. Raises DocumentError where they are too many or not UTF-8."""
    limit = limits.current().size_bytes
    if len(raw) > limit:
        what = f"is larger than {limit:,} bytes."
        raise DocumentError(what, source=Source(path), advice=limits.ADVICE)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        what = f"is not UTF-8 (byte {problem.start})."
        raise DocumentError(what, source=Source(path), advice="Save the file as UTF-8.") from None


def parse(
    text: str, path: str = "<text>", *, repeated: list[DocumentError] | None = None
) -> Document:
    """Parse JSON or YAML 1.2 (JSON schema) text. Raises DocumentError with the place of the fault.

    A key that stands twice is such a fault too, unless `repeated` takes it in: then the last one counts.
    """
    builder = _built(text, path)
    for (line, column), key in builder.repeated:
        what, source = f"has the key '{key[:80]}' twice.", Source(path, line, column)
        problem = DocumentError(what, source=source, advice="Remove one of them.")
        if repeated is None:
            raise problem
        repeated.append(problem)
    return Document(path, builder.root, text, builder.count, builder.places)


def of_lines(text: str, path: str, data: list[Json], lines: list[int]) -> Document:
    """Make a document of values that stand one after the other, each on a line of its own."""
    places: Places = (pack((1, 1)), [pack((line, 1)) for line in lines])
    return Document(path, data, text, len(data), places)


def _built(text: str, path: str) -> Builder:
    """Read JSON as JSON; what only begins like it may be YAML, unless the file's name says JSON."""
    if not looks_like_json(text):
        return _yaml(text, path)
    try:
        return read_json(text, path)
    except DocumentError as problem:
        if path.endswith(".json") or not problem.what.startswith("is not valid JSON"):
            raise
    return _yaml(text, path)


def _yaml(text: str, path: str) -> Builder:
    composer = Composer(path)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            composer.take(event)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark
        source = Source(path, mark.line + 1, mark.column + 1) if mark else Source(path)
        raise DocumentError(f"is not valid YAML: {problem.problem}.", source=source) from None
    except yaml.YAMLError as problem:
        raise DocumentError(f"is not valid YAML: {problem}.", source=Source(path)) from None
    return composer.builder
