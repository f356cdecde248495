"""Compose the values of a YAML document from the parser's events, within bounds."""

import re
from collections.abc import Mapping
from typing import Any, NoReturn

import yaml

from harness.building import MAX_DEPTH, Builder, Frame, Mark, pack
from harness.jsonvalue import Json

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
        for source in named if isinstance(named, list) else [named]:
            if not isinstance(source, dict):
                what = "merges what is no object."
                self.builder.refuse(
                    mark, what, "Name an anchored object after '<<', or a list of them."
                )
            for key, value in source.items():
                if key not in frame.value:
                    frame.value[key] = value
                    frame.places[key] = pack(mark, mark)
            if len(frame.value) > self.builder.limits.members:
                self.builder.refuse_members(mark)

    def _alias(self, event: Any) -> None:
        """Put an anchored value here once more: shared, for nothing that was parsed is ever changed."""
        if event.anchor not in self._anchors:
            self._refuse(event, f"refers to itself or to nothing (*{event.anchor}).", "")
        if self.builder.awaits_key:
            self._refuse(event, "has a key that is not a string.", "Write the key out.")
        value, size, height = self._anchors[event.anchor]
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


_WORDS = {"": None, "null": None, "~": None, "true": True, "false": False}


def typed(text: str, *, is_plain: bool) -> Json:
    """Return what a scalar means; one that was quoted, or written as a block, is a string."""
    if not is_plain:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if len(text) <= 64 and _INTEGER.fullmatch(text):
        return int(text)
    if len(text) <= 64 and _FLOAT.fullmatch(text):
        return float(text)
    return text
