"""Join an OpenAPI document and the files it refers to into one document with local references."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from urllib.parse import quote

from harness import limits
from harness.building import MAX_DEPTH
from harness.document import Document
from harness.errors import DocumentError, ForbiddenTarget, UsageError
from harness.hosts import split_url
from harness.jsonvalue import MISSING, Json, escape, lookup, members, text, unescape
from harness.openapi.location import Bounds, check_file, is_url, without_secrets
from harness.openapi.model import Defect, DefectKind
from harness.openapi.references import Index, index_of
from harness.openapi.structure import Kind, Member, Shape, Version, inner, member, version_of
from harness.source import Source

MAX_FILES = 10_000
"""How many files on disk one document may consist of, itself included."""

MAX_DOWNLOADS = 300
"""How many of its files may come from the web, each of which takes its time."""

MAX_PARTS = 50_000
"""How many values of other files it may refer to."""

Read = Callable[[str], Document]
"""Gets and parses what stands at a path or URL; raises a HarnessError where nothing stands."""

_OTHERS = "/x-bundled"
_HOLDERS = {Kind.SCHEMA: "/components/schemas", Kind.EXAMPLE: "/components/examples"}
_HOLDERS_2_0 = {Kind.SCHEMA: "/definitions"}
# Searched in the text of a document: a reference that does not begin with `#`.
_ELSEWHERE = re.compile(r"""\$ref["']?\s*:\s*["']?[^\s"'#]""")
_FILE = re.compile(r"""\.(?:ya?ml|json)["'#]?\s*[#,}\n]""")
_ADDRESS = re.compile(r"[^#]*(?:[/#]|\.(?:ya?ml|json)$)")
"""What a discriminator maps to by a reference; all else in a mapping is a schema's name."""
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class _Target:
    """A value of another file that something refers to."""

    location: str
    pointer: str
    place: Member


@dataclass(frozen=True, slots=True)
class _Position:
    """Where a value stands that is being copied, and how deep the copy lies."""

    location: str
    pointer: str
    place: Member
    depth: int

    def inside(self, version: Version, key: str, *, in_list: bool = False) -> "_Position":
        place = inner(version, self.place, key, in_list=in_list)
        return _Position(self.location, f"{self.pointer}/{escape(key)}", place, self.depth + 1)


def bundle(
    document: Document, read: Read, bounds: Bounds, *, problems: list[Defect] | None = None
) -> Document:
    """Return the document with all that it refers to in it; itself where that is nothing.

    What a path or a component consists of takes its place, other schemas and examples go
    to `/components`, and the rest to `/x-bundled`. A reference to what is not there is added to
    `problems`, where given. Raises DocumentError or ForbiddenTarget with the reference's place.
    """
    # Most documents refer to no other file; a look at their text saves them the walk.
    maps_to_files = "mapping" in document.text and _FILE.search(document.text)
    if not (_ELSEWHERE.search(document.text) or maps_to_files):
        return document
    version = version_of(document.data) or Version.V3_1
    work = _Bundler(read, bounds, version, {bounds.document: document}, problems)
    data = work.joined(document.data)
    return document if data == document.data else document.with_parts(data, work.origins)


@dataclass(slots=True)
class _Bundler:
    """Copies values one after the other, and remembers which are still to come."""

    read: Read
    bounds: Bounds
    version: Version
    files: dict[str, Document]
    problems: list[Defect] | None
    origins: dict[str, tuple[Document, str]] = field(default_factory=dict)
    places: dict[_Target, str] = field(default_factory=dict)
    waiting: list[_Target] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    names: Counter[str] = field(default_factory=Counter)
    indexes: dict[str, Index] = field(default_factory=dict)
    values: int = 0
    characters: int = 0
    read_values: int = 0
    read_bytes: int = 0
    most: limits.Limits = field(default_factory=limits.current)

    @property
    def holders(self) -> dict[Kind, str]:
        return _HOLDERS_2_0 if self.version is Version.V2_0 else _HOLDERS

    def joined(self, root: Json) -> Json:
        # What the document names itself is taken, so that no part that is copied in overwrites it.
        for holder in (*self.holders.values(), _OTHERS):
            self.taken |= {f"{holder}/{name}" for name in members(lookup(root, holder))}
        # These first: a path or component has to stand in its own place, not in one beside it.
        for pointer, kept, reference in _named(root, self.version):
            self._keep(pointer, kept, reference)
        data = self._copied(root, _Position(self.bounds.document, "", Member(Kind.DOCUMENT), 0))
        # A copy may refer to further values; each is appended once, so the loop ends.
        for target in self.waiting:  # which grows meanwhile
            place = self.places[target]
            document = self.files[target.location]
            position = _Position(target.location, target.pointer, target.place, place.count("/"))
            copy = self._copied(_json(lookup(document.data, target.pointer)), position)
            self.origins[place] = (document, target.pointer)
            _put(data, place, copy)
        return data

    def _keep(self, pointer: str, place: Member, reference: str) -> None:
        """Let a path or component that is nothing but a reference become what it refers to."""
        target = self._tried(reference, _Position(self.bounds.document, pointer, place, 0))
        if target and target.location != self.bounds.document and target not in self.places:
            self.places[target] = pointer
            self.waiting.append(target)

    def _copied(self, value: Json, position: _Position) -> Json:
        self._spend(value, position)
        if isinstance(value, list):
            return [
                self._copied(item, position.inside(self.version, str(at), in_list=True))
                for at, item in enumerate(value)
            ]
        if not isinstance(value, dict):
            return value
        copy = {
            key: self._copied(member, position.inside(self.version, key))
            for key, member in value.items()
        }
        if position.place.kind is Kind.DISCRIMINATOR and isinstance(value.get("mapping"), dict):
            copy["mapping"] = self._mapping(value["mapping"], position)
        # In an example or a default a `$ref` is a value like any other, and refers to nothing.
        if position.place.kind is not Kind.DATA and isinstance(value.get("$ref"), str):
            copy["$ref"] = self._local(text(value["$ref"]), position)
        return copy

    def _mapping(self, mapping: dict[str, Json], position: _Position) -> Json:
        """Rewrite what a discriminator maps to by references; a plain word names a schema."""
        schema = _Position(position.location, position.pointer, Member(Kind.SCHEMA), position.depth)
        return {
            name: self._local(value, schema)
            if isinstance(value, str) and _ADDRESS.match(value)
            else value
            for name, value in mapping.items()
        }

    def _spend(self, value: Json, position: _Position) -> None:
        """Refuse what could not be read again: the result is bounded as every document is."""
        # Counted while copying: files that each keep the limits can break them together.
        self.values += 1
        self.characters += len(value) if isinstance(value, str) else 0
        full = self.values > self.most.values or self.characters > self.most.size_bytes
        deepest = MAX_DEPTH - isinstance(value, dict | list)
        if full or position.depth > deepest:
            what = "makes the bundled document too large or too deep."
            advice = (
                f"Keep it to {self.most.values:,} values, {MAX_DEPTH} deep; --max-size allows more."
            )
            raise DocumentError(what, source=self._source(position), advice=advice)

    def _local(self, reference: str, position: _Position) -> str:
        # Within the main document a reference stays as it is, unless an `$id` changes its base.
        if position.location == self.bounds.document and not self._is_elsewhere(
            reference, position
        ):
            return reference
        target = self._tried(reference, position)
        if target is None:
            return reference
        if target.location == self.bounds.document:
            return f"#{target.pointer}"
        if target not in self.places:
            if len(self.places) >= MAX_PARTS:
                limit = f"{MAX_PARTS:,} references to others"
                raise _too_much(target.location, limit, self._source(position))
            self.places[target] = self._free_place(target)
            self.waiting.append(target)
        return f"#{self.places[target]}"

    def _is_elsewhere(self, reference: str, position: _Position) -> bool:
        index = self._index(position.location)
        return index.is_external(reference, index.base_at(position.pointer))

    def _tried(self, reference: str, position: _Position) -> _Target | None:
        """Return what a reference leads to; None where nothing is there and that is noted."""
        source = self._source(position.inside(self.version, "$ref"))
        location = position.location
        fragment = reference.partition("#")[2]
        try:
            if self._is_elsewhere(reference, position):
                location, fragment = self.bounds.target(position.location, reference, source)
        except (DocumentError, ForbiddenTarget) as problem:
            # Only a lint goes on after a reference that may not be followed.
            if not self.bounds.is_noting:
                raise
            self._noted(problem, position, source)
            return None
        try:
            return self._target(location, fragment, reference, position, source)
        except DocumentError as problem:
            if self.problems is None:
                raise
            self._noted(problem, position, source)
            return None

    def _noted(self, problem: UsageError, position: _Position, source: Source) -> None:
        if self.problems is not None:
            kind = DefectKind.REFERENCE_UNREADABLE
            pointer = f"{position.pointer}/$ref"
            self.problems.append(Defect(kind, pointer, source, problem.what, problem.advice))

    def _target(
        self, location: str, fragment: str, reference: str, position: _Position, source: Source
    ) -> _Target:
        document = self._document(location, reference, source)
        index = self._index(location)
        is_local = location == position.location and not self._is_elsewhere(reference, position)
        # A fragment of another file counts from its root; an `$id` binds what stands within it.
        base = index.base_at(position.pointer) if is_local else index.base_at("")
        pointer = index.resolve(reference if is_local else f"#{quote(fragment)}", base)
        if pointer is None:
            what = f"refers to '#{fragment[:120]}' in {document.path}, which leads to no value."
            raise DocumentError(what, source=source, advice="Mend the reference.")
        return _Target(location, pointer, Member(position.place.kind, position.place.shape))

    def _index(self, location: str) -> Index:
        if location not in self.indexes:
            root = self.files[location].data
            is_document = version_of(root) is not None
            # A file that is no OpenAPI document is a bare schema, as in `$ref: thing.json`.
            found = index_of(root) if is_document else Index(root, self.version, Kind.SCHEMA)
            self.indexes[location] = found
        return self.indexes[location]

    def _free_place(self, target: _Target) -> str:
        """Return a place named after the value: its key, else its file."""
        last = unescape(target.pointer.rpartition("/")[2])
        name = _UNSAFE.sub("-", last or PurePath(split_url(target.location).path).stem) or "part"
        place = wanted = f"{self.holders.get(target.place.kind, _OTHERS)}/{name}"
        while place in self.taken:
            # The second of a name ends in -2: the first one has no number.
            self.names[wanted] += 1
            place = f"{wanted}-{self.names[wanted] + 1}"
        self.taken.add(place)
        return place

    def _document(self, location: str, reference: str, source: Source) -> Document:
        if location not in self.files:
            # Downloads are bounded much lower, since each costs a round trip.
            most = MAX_DOWNLOADS if is_url(location) else MAX_FILES
            if len(self.files) >= most:
                raise _too_much(location, f"{most:,} files", source)
            if not is_url(location):
                check_file(location, reference, source)
            found = self.files[location] = self.read(location)
            # All files together keep the limits of one; many small ones would evade them.
            self.read_values += found.size
            self.read_bytes += len(found.text.encode())
            if self.read_values > self.most.values:
                raise _too_much(location, f"{self.most.values:,} values in all its files", source)
            if self.read_bytes > self.most.size_bytes:
                raise _too_much(
                    location, f"{self.most.size_bytes:,} bytes in all its files", source
                )
        return self.files[location]

    def _source(self, position: _Position) -> Source:
        return self.files[position.location].source(position.pointer)


def _named(root: Json, version: Version) -> Iterator[tuple[str, Member, str]]:
    """Yield paths, components and whole sections that are nothing but a reference to another file."""
    document = members(root)
    holders: dict[tuple[str, ...], Member] = {("paths",): Member(Kind.PATH_ITEM, Shape.MAP)}
    for section in members(document.get("components")):
        holders["components", section] = member(version, Kind.COMPONENTS, section)
    # Swagger 2.0 keeps in the root what 3.x keeps in `components`.
    for section in ("definitions", "parameters", "responses"):
        holders[section,] = member(version, Kind.DOCUMENT, section)
    for tokens, found in holders.items():
        pointer = "".join(f"/{escape(token)}" for token in tokens)
        entries = members(lookup(root, pointer))
        if _is_reference_elsewhere(entries):
            yield pointer, found, text(entries["$ref"])
            continue
        for name, entry in entries.items():
            if _is_reference_elsewhere(members(entry)):
                place = Member(found.kind)
                yield f"{pointer}/{escape(name)}", place, text(members(entry)["$ref"])


def _is_reference_elsewhere(value: Mapping[str, Json]) -> bool:
    reference = text(value.get("$ref"))
    return len(value) == 1 and bool(reference) and not reference.startswith("#")


def _json(value: object) -> Json:
    return None if value is MISSING else value  # type: ignore[return-value]  # documents hold JSON only


def _put(root: Json, pointer: str, value: Json) -> None:
    """Set a member of the copy, which is ours to write to, and make the objects above it."""
    *above, last = (unescape(token) for token in pointer[1:].split("/"))
    holder = root
    for key in above:
        # A missing object is made, since `/x-bundled` or `/components` may not be there yet.
        if isinstance(holder, dict):
            below = holder.get(key)
            holder[key] = holder = below if isinstance(below, dict) else {}
    if isinstance(holder, dict):
        holder[last] = value


def _too_much(location: str, limit: str, source: Source) -> DocumentError:
    what = f"refers to {without_secrets(location)}, beyond the limit of {limit}."
    return DocumentError(what, source=source, advice="Bundle the document into one file first.")
