"""Read YAML 1.2 and JSON files as values that remember where they stood."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import yaml

from harness import limits
from harness.building import (
    MAX_DEPTH,
    Builder,
    Frame,
    Mark,
    Places,
    key_mark,
    mark_at,
    pack,
    value_mark,
)
from harness.errors import DocumentError
from harness.json_text import looks_like_json, read_json
from harness.jsonvalue import Json
from harness.reading import read_bytes
from harness.source import Source

_TAG = "tag:yaml.org,2002:"
_TAGGED: Mapping[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "null": (type(None),),
}
_MERGE = "<<"
"""YAML's merge key (yaml.org/type/merge.html): no part of YAML 1.2, but every common reader has it."""


class Composer:
    """Turn parser events into values; aliases share them, merge keys copy their members."""

    def __init__(self, path: str) -> None:
        self.builder = Builder(path)
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
        self._check_tag(event)
        if self.builder.awaits_key:
            self._refuse(event, "has a key that is not a string.", "Quote the key.")
        self.builder.open(value, _mark(event), event.anchor)

    def _close(self) -> None:
        # Merged at the end, when all own members are known: these win wherever the key stood.
        if self.builder.stack[-1].merge_mark is not None:
            self._merge(self.builder.stack[-1])
        frame = self.builder.close()
        if frame.anchor:
            self._anchors[frame.anchor] = (frame.value, frame.size, frame.height)

    def _merge(self, frame: Frame) -> None:
        """Add the members of what the merge key names; the object's own and earlier ones stay."""
        mark = frame.merge_mark or (1, 1)
        named = frame.value.pop(_MERGE)
        frame.places.pop(_MERGE)
        # Of several sources the earlier one wins (yaml.org/type/merge.html).
        for source in named if isinstance(named, list) else [named]:
            if not isinstance(source, dict):
                what = "merges what is no object."
                self.builder.refuse(
                    mark, what, "Name an anchored object after '<<', or a list of them."
                )
            for key, value in source.items():
                if key not in frame.value:
                    frame.value[key] = value
                    # A merged member stands where it was merged; its own place would lie in another
                    # object.
                    frame.places[key] = pack(mark, mark)
            if len(frame.value) > self.builder.limits.members:
                self.builder.refuse_members(mark)

    def _alias(self, event: Any) -> None:
        """Put an anchored value here once more: shared, for nothing that was parsed is ever changed."""
        # An anchor is known once its value is complete: what refers to itself is refused here.
        if event.anchor not in self._anchors:
            self._refuse(event, f"refers to itself or to nothing (*{event.anchor}).", "")
        if self.builder.awaits_key:
            self._refuse(event, "has a key that is not a string.", "Write the key out.")
        value, size, height = self._anchors[event.anchor]
        # Shared and not copied, and yet counted below in full: a bomb of aliases is refused by its
        # size.
        self.builder.add(value, _mark(event))
        stack = self.builder.stack
        stack[-1].hold(size, height)
        if sum(each.size for each in stack) > self.builder.limits.values:
            self.builder.refuse_values(_mark(event))
        if len(stack) + height > MAX_DEPTH:
            self._refuse(event, f"is nested more than {MAX_DEPTH} deep.", "")

    def _scalar(self, event: Any) -> None:
        self._check_tag(event)
        if self.builder.awaits_key:
            # A quoted '<<' is an ordinary key.
            self.builder.take_key(event.value, _mark(event))
            if event.value == _MERGE and not event.style:
                self.builder.stack[-1].merge_mark = _mark(event)
            return
        value = self._value(event)
        self.builder.add(value, _mark(event))
        if self.builder.stack:
            self.builder.stack[-1].hold(1, 0)
        if event.anchor:
            self._anchors[event.anchor] = (value, 1, 0)

    def _value(self, event: Any) -> Any:
        kind = (event.tag or "").removeprefix(_TAG)
        wanted = _TAGGED.get(kind)
        # A block or a quoted scalar is a string, unless a tag says otherwise.
        is_plain = wanted is not None or (not event.style and kind != "str")
        value = typed(event.value, is_plain=is_plain)
        if wanted is not None and type(value) not in wanted:
            self._refuse(event, f"is no {kind}, as its tag says.", "Remove the tag.")
        return value

    def _check_tag(self, event: Any) -> None:
        known = ("str", "map", "seq", *_TAGGED)  # YAML 1.2, 10.2
        if event.tag not in (None, "!") and event.tag.removeprefix(_TAG) not in known:
            self._refuse(event, f"uses the tag {event.tag}.", "Remove the tag.")

    def _refuse(self, event: Any, what: str, advice: str) -> NoReturn:
        self.builder.refuse(_mark(event), what, advice)


def _mark(event: Any) -> Mark:
    return event.start_mark.line + 1, event.start_mark.column + 1


_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)", re.ASCII)
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", re.ASCII)
# The words of YAML's JSON schema (10.2.2), with ~ and the empty node of its core schema (10.3.2).
_WORDS = {"": None, "null": None, "~": None, "true": True, "false": False}


def typed(text: str, *, is_plain: bool) -> Json:
    """Return what a scalar means; one that was quoted, or written as a block, is a string."""
    if not is_plain:
        return text
    if text in _WORDS:
        return _WORDS[text]
    # Longer runs of digits are no numbers to count with, and slow to convert.
    if len(text) <= 64 and _INTEGER.fullmatch(text):
        return int(text)
    if len(text) <= 64 and _FLOAT.fullmatch(text):
        return float(text)
    return text


# The parser in C where it was built: the same events in a fraction of the time.
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
        # From the place upwards: the innermost part that was taken from another file owns it.
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
        # One byte more than the limit, so that what is too large can be told from what just fits.
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
        # `utf-8-sig` takes a byte order mark away, which RFC 8259, 8.1 lets a reader ignore.
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
        # A flow mapping of YAML begins with a brace too, so a syntax error of JSON is not the last
        # word.
        if path.endswith(".json") or not problem.what.startswith("is not valid JSON"):
            raise
    return _yaml(text, path)


def _yaml(text: str, path: str) -> Builder:
    composer = Composer(path)
    try:
        # Events and no nodes: the loader of the library would build values without our bounds.
        for event in yaml.parse(text, Loader=_LOADER):
            composer.take(event)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark
        source = Source(path, mark.line + 1, mark.column + 1) if mark else Source(path)
        raise DocumentError(f"is not valid YAML: {problem.problem}.", source=source) from None
    except yaml.YAMLError as problem:
        raise DocumentError(f"is not valid YAML: {problem}.", source=Source(path)) from None
    return composer.builder
