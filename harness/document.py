"""Read YAML 1.2 and JSON files as values that remember where they stood."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import yaml

from harness.composing import Composer
from harness.errors import DocumentError
from harness.jsonvalue import Json
from harness.source import Source

MAX_BYTES = 20 * 1024 * 1024

_PAIR = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Document:
    """A parsed file. Its data is never written to."""

    path: str
    data: Json
    text: str = field(repr=False)
    _places: dict[str, tuple[int, int]] = field(repr=False)
    _keys: dict[str, tuple[int, int]] = field(repr=False)
    _parts: "Mapping[str, tuple[Document, str]]" = field(default_factory=dict, repr=False)

    @property
    def size(self) -> int:
        """How many values it holds."""
        return len(self._places)

    def with_parts(self, data: Json, parts: "Mapping[str, tuple[Document, str]]") -> "Document":
        """Return a document of these data, which at some pointers holds what stands in another file."""
        return replace(self, data=data, _parts=parts)

    def source(self, pointer: str = "") -> Source:
        """Return where the value at an RFC 6901 pointer stands; the nearest parent's where unknown."""
        above = pointer
        while above and self._parts:
            if above in self._parts:
                other, start = self._parts[above]
                return other.source(start + pointer[len(above) :])
            above = above.rpartition("/")[0]
        return self._place(self._places, pointer)

    def key_source(self, pointer: str) -> Source:
        """Return where the key of the member at a pointer stands."""
        return self._place(self._keys, pointer) if pointer in self._keys else self.source(pointer)

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

    def _place(self, places: dict[str, tuple[int, int]], pointer: str) -> Source:
        while pointer not in places and pointer:
            pointer = pointer.rpartition("/")[0]
        line, column = places.get(pointer, (1, 1))
        return Source(self.path, line, column)


def read(path: Path, *, limit_bytes: int = MAX_BYTES) -> Document:
    """Read and parse a YAML or JSON file. Raises DocumentError with the place of the fault."""
    source = Source(str(path))
    try:
        with path.open("rb") as stream:
            raw = stream.read(limit_bytes + 1)
    except OSError as problem:
        what = f"cannot be read ({problem.strerror})."
        raise DocumentError(what, source=source, advice="Check the path.") from None
    if len(raw) > limit_bytes:
        raise DocumentError(f"is larger than {limit_bytes:,} bytes.", source=source)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        what = f"is not UTF-8 (byte {problem.start})."
        raise DocumentError(what, source=source, advice="Save the file as UTF-8.") from None
    return parse(text, str(path))


def parse(text: str, path: str = "<text>") -> Document:
    """Parse YAML 1.2 (JSON schema) or JSON text. Raises DocumentError with the place of the fault."""
    builder = Composer(path)
    try:
        for event in yaml.parse(_without_pairs(text), Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark
        source = Source(path, mark.line + 1, mark.column + 1) if mark else Source(path)
        raise DocumentError(f"is not valid YAML: {problem.problem}.", source=source) from None
    except yaml.YAMLError as problem:
        raise DocumentError(f"is not valid YAML: {problem}.", source=Source(path)) from None
    return Document(path, builder.root, text, builder.places, builder.keys)


def _without_pairs(text: str) -> str:
    """Write the surrogate pairs of JSON text as YAML wants them (RFC 8259, section 7)."""
    if "\\u" not in text or text.lstrip()[:1] not in ("{", "["):
        return text
    return _PAIR.sub(_one_escape, text)


def _one_escape(found: re.Match[str]) -> str:
    high, low = int(found[2], 16), int(found[3], 16)
    return f"{found[1]}\\U{0x10000 + ((high - 0xD800) << 10) + low - 0xDC00:08x}"
