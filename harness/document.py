"""Read YAML 1.2 and JSON files as values that remember where they stood."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from harness.errors import DocumentError
from harness.jsonvalue import Json, escape
from harness.scalars import typed
from harness.source import Source

MAX_BYTES = 20 * 1024 * 1024
MAX_DEPTH = 100
MAX_NODES = 400_000
MAX_MEMBERS = 100_000
"""How many members one object may have: more are refused long before they fill the memory."""

_PAIR = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
)
_TAG = "tag:yaml.org,2002:"
_TAGGED: Mapping[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "null": (type(None),),
}

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
    builder = _Builder(path)
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


@dataclass(slots=True)
class _Frame:
    """An array or object being built; `key` is the member whose value comes next."""

    value: Any
    pointer: str
    anchor: str | None = None
    key: str | None = None
    size: int = 1
    """How many values it holds, those behind aliases counted each time."""
    height: int = 0

    def hold(self, size: int, height: int) -> None:
        self.size += size
        self.height = max(self.height, height + 1)

    @property
    def next_pointer(self) -> str:
        token = len(self.value) if isinstance(self.value, list) else escape(self.key or "")
        return f"{self.pointer}/{token}"


class _Builder:
    """Turn parser events into values without recursion, so that depth is ours to bound."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.root: Any = None
        self.places: dict[str, tuple[int, int]] = {}
        self.keys: dict[str, tuple[int, int]] = {}
        self._stack: list[_Frame] = []
        self._anchors: dict[str, tuple[Any, int, int]] = {}
        self._documents = 0

    def take(self, event: Any) -> None:
        match event:
            case yaml.ScalarEvent():  # first, for nearly all events are scalars
                self._scalar(event)
            case yaml.MappingStartEvent():
                self._open(event, {})
            case yaml.SequenceStartEvent():
                self._open(event, [])
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._close()
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    self._refuse(event, "holds a second document.", "Keep one document a file.")
            case _:
                ...  # stream and document ends carry nothing

    def _open(self, event: Any, value: Any) -> None:
        if len(self._stack) >= MAX_DEPTH:
            self._refuse(event, f"is nested more than {MAX_DEPTH} deep.", "")
        self._check_tag(event)
        if self._awaits_key():
            self._refuse(event, "has a key that is not a string.", "Quote the key.")
        pointer = self._place(event)
        self._add(value)
        self._stack.append(_Frame(value, pointer, event.anchor))

    def _close(self) -> None:
        frame = self._stack.pop()
        self._keep(frame.anchor, frame.value, frame.size, frame.height)

    def _keep(self, anchor: str | None, value: Any, size: int, height: int) -> None:
        if anchor:
            self._anchors[anchor] = (value, size, height)
        if self._stack:
            self._stack[-1].hold(size, height)

    def _alias(self, event: Any) -> None:
        """Put an anchored value here once more: shared, for nothing that was parsed is ever changed."""
        if event.anchor not in self._anchors:
            self._refuse(event, f"refers to itself or to nothing (*{event.anchor}).", "")
        if self._awaits_key():
            self._refuse(event, "has a key that is not a string.", "Write the key out.")
        value, size, height = self._anchors[event.anchor]
        self._place(event)
        self._add(value)
        self._stack[-1].hold(size, height)
        if sum(each.size for each in self._stack) > MAX_NODES:
            self._refuse(event, f"holds more than {MAX_NODES:,} values.", "")
        if len(self._stack) + height > MAX_DEPTH:
            self._refuse(event, f"is nested more than {MAX_DEPTH} deep.", "")

    def _scalar(self, event: Any) -> None:
        self._check_tag(event)
        if self._awaits_key():
            self._take_key(event)
            return
        self._place(event)
        value = self._value(event)
        self._add(value)
        self._keep(event.anchor, value, 1, 0)

    def _value(self, event: Any) -> Any:
        kind = (event.tag or "").removeprefix(_TAG)
        wanted = _TAGGED.get(kind)
        is_plain = wanted is not None or (not event.style and kind != "str")
        value = typed(event.value, is_plain=is_plain)
        if wanted is not None and type(value) not in wanted:
            self._refuse(event, f"is no {kind}, as its tag says.", "Remove the tag.")
        return value

    def _take_key(self, event: Any) -> None:
        frame = self._stack[-1]
        if event.value in frame.value:
            self._refuse(event, f"has the key '{event.value[:80]}' twice.", "Remove one of them.")
        if len(frame.value) >= MAX_MEMBERS:
            self._refuse(event, f"is an object of more than {MAX_MEMBERS:,} members.", "")
        frame.key = event.value
        self.keys[frame.next_pointer] = _mark(event)

    def _awaits_key(self) -> bool:
        frame = self._stack[-1] if self._stack else None
        return frame is not None and isinstance(frame.value, dict) and frame.key is None

    def _place(self, event: Any) -> str:
        pointer = self._stack[-1].next_pointer if self._stack else ""
        if len(self.places) >= MAX_NODES:
            self._refuse(event, f"holds more than {MAX_NODES:,} values.", "")
        self.places[pointer] = _mark(event)
        return pointer

    def _add(self, value: Any) -> None:
        if not self._stack:
            self.root = value
            return
        frame = self._stack[-1]
        if isinstance(frame.value, list):
            frame.value.append(value)
        else:
            frame.value[frame.key] = value
            frame.key = None

    def _check_tag(self, event: Any) -> None:
        known = ("str", "map", "seq", *_TAGGED)  # YAML 1.2, 10.2
        if event.tag not in (None, "!") and event.tag.removeprefix(_TAG) not in known:
            self._refuse(event, f"uses the tag {event.tag}.", "Remove the tag.")

    def _refuse(self, event: Any, what: str, advice: str) -> None:
        raise DocumentError(what, source=Source(self.path, *_mark(event)), advice=advice)


def _mark(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1
