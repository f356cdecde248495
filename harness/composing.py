"""Compose the values of a YAML document from the parser's events, within bounds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from harness.errors import DocumentError
from harness.jsonvalue import escape
from harness.scalars import typed
from harness.source import Source

MAX_DEPTH = 100
MAX_NODES = 400_000
MAX_MEMBERS = 100_000
"""How many members one object may have: more are refused long before they fill the memory."""

_TAG = "tag:yaml.org,2002:"
_TAGGED: Mapping[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "null": (type(None),),
}


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


class Composer:
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
