"""Join an OpenAPI document and the files it refers to into one document with local references."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from urllib.parse import urlsplit

from harness.building import MAX_DEPTH, MAX_NODES
from harness.document import MAX_BYTES, Document
from harness.errors import DocumentError
from harness.jsonvalue import MISSING, Json, escape, lookup, members, text, unescape
from harness.openapi.location import Bounds, without_secrets
from harness.openapi.structure import Kind, Member, Version, inner, member, version_of
from harness.source import Source

MAX_FILES = 50
"""How many files one document may consist of, itself included."""

MAX_PARTS = 10_000
"""How many values of other files it may refer to."""

Read = Callable[[str], Document]
"""Gets and parses what stands at a path or URL; raises a HarnessError where nothing stands."""

_OTHERS = "/x-bundled"
_HOLDERS = {Kind.SCHEMA: "/components/schemas", Kind.EXAMPLE: "/components/examples"}
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class _Target:
    """A value of another file that something refers to."""

    location: str
    pointer: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a value stands that is being copied, and how deep the copy lies."""

    location: str
    pointer: str
    place: Member
    depth: int

    def inside(self, version: Version, key: str, *, in_list: bool = False) -> "_Spot":
        place = inner(version, self.place, key, in_list=in_list)
        return _Spot(self.location, f"{self.pointer}/{escape(key)}", place, self.depth + 1)


def bundle(document: Document, read: Read, bounds: Bounds) -> Document:
    """Return the document with all that it refers to in it; itself where that is nothing.

    What a path or a component consists of takes its place, other schemas and examples go
    to `/components`, and the rest to `/x-bundled`. Raises DocumentError or ForbiddenTarget with the reference's place.
    """
    version = version_of(document.data) or Version.V3_1
    work = _Bundler(read, bounds, version, {bounds.document: document})
    data = work.joined(document.data)
    return document if data == document.data else document.with_parts(data, work.origins)


@dataclass(slots=True)
class _Bundler:
    """Copies values one after the other, and remembers which are still to come."""

    read: Read
    bounds: Bounds
    version: Version
    files: dict[str, Document]
    origins: dict[str, tuple[Document, str]] = field(default_factory=dict)
    places: dict[_Target, str] = field(default_factory=dict)
    waiting: list[tuple[_Target, Source]] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    names: Counter[str] = field(default_factory=Counter)
    values: int = 0
    characters: int = 0

    def joined(self, root: Json) -> Json:
        for holder in (*_HOLDERS.values(), _OTHERS):
            self.taken |= {f"{holder}/{name}" for name in members(lookup(root, holder))}
        for pointer, kind, reference in _named(root, self.version):
            self._keep(pointer, kind, reference)
        data = self._copied(root, _Spot(self.bounds.document, "", Member(Kind.DOCUMENT), 0))
        for target, source in self.waiting:  # which grows meanwhile
            place = self.places[target]
            document, value = self._value(target, source)
            depth = place.count("/")
            place_of_copy = Member(target.kind)
            spot = _Spot(target.location, target.pointer, place_of_copy, depth)
            copy = self._copied(value, spot)
            self.origins[place] = (document, target.pointer)
            _put(data, place, copy)
        return data

    def _keep(self, place: str, kind: Kind, reference: str) -> None:
        """Let a path or component that is nothing but a reference become what it refers to."""
        target, source = self._target(
            reference, _Spot(self.bounds.document, place, Member(kind), 0)
        )
        if target.location != self.bounds.document and target not in self.places:
            self.places[target] = place
            self.waiting.append((target, source))

    def _copied(self, value: Json, spot: _Spot) -> Json:
        self._spend(value, spot)
        if isinstance(value, list):
            return [
                self._copied(each, spot.inside(self.version, str(at), in_list=True))
                for at, each in enumerate(value)
            ]
        if not isinstance(value, dict):
            return value
        copy = {
            key: self._copied(each, spot.inside(self.version, key)) for key, each in value.items()
        }
        if spot.place.kind is not Kind.DATA and isinstance(value.get("$ref"), str):
            copy["$ref"] = self._local(text(value["$ref"]), spot)
        return copy

    def _spend(self, value: Json, spot: _Spot) -> None:
        """Refuse what could not be read again: the result is bounded as every document is."""
        self.values += 1
        self.characters += len(value) if isinstance(value, str) else 0
        full = self.values > MAX_NODES or self.characters > MAX_BYTES
        deepest = MAX_DEPTH - isinstance(value, dict | list)
        if full or spot.depth > deepest:
            what = "makes the bundled document too large or too deep."
            advice = f"Keep it to {MAX_NODES:,} values, {MAX_DEPTH} deep."
            raise DocumentError(what, source=self._source(spot), advice=advice)

    def _local(self, reference: str, spot: _Spot) -> str:
        if spot.location == self.bounds.document and reference.startswith("#"):
            return reference
        target, source = self._target(reference, spot)
        if target.location == self.bounds.document:
            return f"#{target.pointer}"
        if target not in self.places:
            if len(self.places) >= MAX_PARTS:
                raise _too_much(target.location, f"{MAX_PARTS:,} references to others", source)
            self.places[target] = self._free_place(target)
            self.waiting.append((target, source))
        return f"#{self.places[target]}"

    def _target(self, reference: str, spot: _Spot) -> tuple[_Target, Source]:
        source = self._source(spot.inside(self.version, "$ref"))
        location, pointer = self.bounds.target(spot.location, reference, source)
        return _Target(location, pointer, spot.place.kind), source

    def _free_place(self, target: _Target) -> str:
        """Return a place named after the value: its key, else its file."""
        last = unescape(target.pointer.rpartition("/")[2])
        name = _UNSAFE.sub("-", last or PurePath(urlsplit(target.location).path).stem) or "part"
        place = wanted = f"{_HOLDERS.get(target.kind, _OTHERS)}/{name}"
        while place in self.taken:
            self.names[wanted] += 1
            place = f"{wanted}-{self.names[wanted] + 1}"
        self.taken.add(place)
        return place

    def _value(self, target: _Target, source: Source) -> tuple[Document, Json]:
        document = self._document(target.location, source)
        value = lookup(document.data, target.pointer)
        if value is MISSING:
            what = (
                f"refers to '#{target.pointer[:120]}' in {document.path}, which leads to no value."
            )
            raise DocumentError(what, source=source, advice="Mend the reference.")
        return document, value  # type: ignore[return-value]  # a document holds JSON only

    def _document(self, location: str, source: Source) -> Document:
        if location not in self.files:
            if len(self.files) >= MAX_FILES:
                raise _too_much(location, f"{MAX_FILES} files", source)
            self.files[location] = self.read(location)
            if sum(each.size for each in self.files.values()) > MAX_NODES:
                raise _too_much(location, f"{MAX_NODES:,} values in all its files", source)
            if sum(len(each.text.encode()) for each in self.files.values()) > MAX_BYTES:
                raise _too_much(location, f"{MAX_BYTES:,} bytes in all its files", source)
        return self.files[location]

    def _source(self, spot: _Spot) -> Source:
        return self.files[spot.location].source(spot.pointer)


def _named(root: Json, version: Version) -> Iterator[tuple[str, Kind, str]]:
    """Yield paths and components that are nothing but a reference to another file."""
    holders = {"/paths": (Kind.PATH_ITEM, members(members(root).get("paths")))}
    for section, entries in members(members(root).get("components")).items():
        kind = member(version, Kind.COMPONENTS, section).kind
        holders[f"/components/{escape(section)}"] = (kind, members(entries))
    for holder, (kind, entries) in holders.items():
        for name, entry in entries.items():
            reference = text(members(entry).get("$ref"))
            if len(members(entry)) == 1 and reference and not reference.startswith("#"):
                yield f"{holder}/{escape(name)}", kind, reference


def _put(root: Json, pointer: str, value: Json) -> None:
    """Set a member of the copy, which is ours to write to, and make the objects above it."""
    *above, last = (unescape(token) for token in pointer[1:].split("/"))
    holder = root
    for key in above:
        if isinstance(holder, dict):
            below = holder.get(key)
            holder[key] = holder = below if isinstance(below, dict) else {}
    if isinstance(holder, dict):
        holder[last] = value


def _too_much(location: str, limit: str, source: Source) -> DocumentError:
    what = f"refers to {without_secrets(location)}, beyond the limit of {limit}."
    return DocumentError(what, source=source, advice="Bundle the document into one file first.")
