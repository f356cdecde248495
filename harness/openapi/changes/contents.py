"""Compare bodies: their media types, schemas and the encoding of their parts."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from harness.jsonvalue import Json, members, text
from harness.openapi.change import Direction, Level
from harness.openapi.changes.endpoints import Endpoint, resolved
from harness.openapi.changes.ledger import Ledger
from harness.openapi.containment.atoms import Kind

_PARAMETER = re.compile(r';\s*([^=;\s]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')


def compare_bodies(ledger: Ledger, old: Endpoint, new: Endpoint, direction: Direction) -> None:
    """Compare what an operation is sent; `direction` is that of a response where the API sends it."""
    before, after = old.body, new.body
    where = (old.label, "body")
    if not before and not after:
        return
    is_request = direction is Direction.REQUEST
    was_required, is_required = (item.get("required") is True for item in (before, after))
    if not after:
        reason = "What is sent is no longer taken in." if is_request else "Readers get no body."
        ledger.note("body-removed", where, "removed", Level.BREAKING, reason)
        return
    if not before:
        # The API sends an additional body to readers who may ignore it.
        level = Level.BREAKING if is_required and is_request else Level.HARMLESS
        reason = "Requests without a body are refused." if is_required else "Nobody has to send it."
        what = "added, required" if is_required else "added"
        ledger.note("body-added", where, what, level, reason)
        return
    if was_required != is_required:
        # A request is harmed by a body that must come, an answer by one that may not come.
        harms = is_required is is_request
        level = Level.BREAKING if harms else Level.HARMLESS
        reason = "A body may be missing on one side only." if harms else "Both ways were valid."
        what = "required now" if is_required else "optional now"
        ledger.note("body-required", where, what, level, reason)
    contents = members(before.get("content")), members(after.get("content"))
    Contents(ledger, direction, old.label, "body", *contents).compare()


Value = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Contents:
    """One `content` in both documents."""

    ledger: Ledger
    direction: Direction
    operation: str
    path: str
    old: Mapping[str, Json]
    new: Mapping[str, Json]

    def compare(self) -> None:
        """Compare each old media type with what covers it now."""
        paired: set[str] = set()
        for name in self.old:
            other = self._now(name)
            if other is None:
                self._note("removed", name, Level.BREAKING, self._gone)
                continue
            paired.add(other)
            self._entry(name, other)
        for name in self.new:
            # What an old range covered could be sent before.
            if name not in paired and best(media_name(name), self.old) is None:
                reason = (
                    "Nobody has to send it." if self._is_request else "Nobody has to ask for it."
                )
                self._note("added", name, Level.HARMLESS, reason)

    @property
    def _is_request(self) -> bool:
        return self.direction is Direction.REQUEST

    @property
    def _gone(self) -> str:
        if self._is_request:
            return "Who sends it is refused now."
        return "Who asks for it does not get it any more."

    def _now(self, name: str) -> str | None:
        """Return the new entry for an old media type: itself, a range of it, else, in answers, one of it."""
        wanted = media_name(name)
        # The very type first, since a range beside it describes all others.
        same = next((each for each in self.new if media_name(each) == wanted), None)
        found = same or best(wanted, self.new)
        if (
            found is None and not self._is_request
        ):  # whatever comes is what a reader of the range takes
            return next((each for each in self.new if wanted.covers(media_name(each))), None)
        return found

    def _note(self, word: str, name: str, level: Level, reason: str) -> None:
        rule = f"{self.direction}-media-type-{word}"
        self.ledger.note(rule, (self.operation, f"{self.path} {name}"), word, level, reason)

    def _entry(self, name: str, other: str) -> None:
        place = f"{self.path} {name}" if name == other else f"{self.path} {name} -> {other}"
        before = resolved(self.ledger.old, self.old[name])
        after = resolved(self.ledger.new, self.new[other])
        # OpenAPI 3.2 describes the items of a stream by a schema of their own.
        for keyword, suffix in (("schema", ""), ("itemSchema", " items")):
            one, two = before.get(keyword), after.get(keyword)
            if one is not None or two is not None:
                where = (self.operation, place + suffix)
                self.ledger.schemas(self.direction, where, one, two)
        self._encodings(place, before, after)

    def _encodings(self, place: str, before: Value, after: Value) -> None:
        old, new = members(before.get("encoding")), members(after.get("encoding"))
        schemas = before.get("schema"), after.get("schema")
        for name in dict.fromkeys((*old, *new)):
            one, two = members(old.get(name)), members(new.get(name))
            where = (self.operation, f"{place} /{name}")
            self._content_types(where, _listed(one), _listed(two))
            kinds = self.ledger.kinds(self.direction, schemas, name)
            # A part of a form is written as a query parameter is (Encoding Object).
            what = written_alike({"in": "query", **one}, {"in": "query", **two}, kinds)
            if what:
                reason = "The part is written in another way."
                self.ledger.note("encoding-changed", where, what, Level.BREAKING, reason)

    def _content_types(
        self, where: tuple[str, str], before: frozenset[str], after: frozenset[str]
    ) -> None:
        """Compare what a part may be; one that names no type may be anything."""
        is_request = self._is_request
        gone, come = _uncovered(before, after), _uncovered(after, before)
        # Without a list any type is taken, so nothing is gone.
        if gone and after:
            level = Level.BREAKING if is_request else Level.HARMLESS
            reason = "A part of this type is refused now." if is_request else "It no longer comes."
            what = f"without {', '.join(gone)}"
            self.ledger.note("encoding-narrowed", where, what, level, reason)
        if come and before:
            level = Level.HARMLESS if is_request else Level.BREAKING
            reason = "Nobody has to send it." if is_request else "Readers were not told of it."
            what = f"with {', '.join(come)}"
            self.ledger.note("encoding-widened", where, what, level, reason)


@dataclass(frozen=True, slots=True)
class MediaName:
    """A media type or a range of them, compared without regard to case and order."""

    main: str
    sub: str
    parameters: frozenset[tuple[str, str]]

    def covers(self, other: "MediaName") -> bool:
        """Return whether whatever is of the other is of this one too."""
        return (
            self.main in ("*", other.main)
            and self.sub in ("*", other.sub)
            and self.parameters <= other.parameters
        )

    @property
    def weight(self) -> tuple[bool, bool, int]:
        """Say how specific it is: the most specific match decides."""
        return self.main != "*", self.sub != "*", len(self.parameters)


def media_name(name: str) -> MediaName:
    """Read a media type. Charset UTF-8 and the boundary of parts make no other type of it."""
    kind, _, rest = name.partition(";")
    main, _, sub = kind.strip().lower().partition("/")
    found = {
        (key.lower(), value.strip().strip('"')) for key, value in _PARAMETER.findall(f";{rest}")
    }
    # JSON is always UTF-8, and a charset means nothing there (RFC 8259, 8.1 and 11).
    is_json = sub == "json" or sub.endswith("+json")
    kept = frozenset(
        (key, value.lower() if key == "charset" else value)
        for key, value in found
        if key != "boundary" and not (key == "charset" and (is_json or value.lower() == "utf-8"))
    )
    return MediaName(main, sub or "*", kept)


def best(name: MediaName, candidates: Iterable[str]) -> str | None:
    """Return the most specific candidate that covers a media type."""
    covering = [candidate for candidate in candidates if media_name(candidate).covers(name)]
    return max(covering, key=lambda each: media_name(each).weight, default=None)


def written_alike(old: Mapping[str, Json], new: Mapping[str, Json], kinds: Iterable[Kind]) -> str:
    """Return what differs between two ways of writing values of some kinds; empty where nothing does."""
    # All scalars are written alike.
    shapes = {_shape(kind) for kind in kinds}
    if all(_form(old, shape) == _form(new, shape) for shape in shapes):
        return ""
    before, after = (
        f"{_style(item)}{' exploded' if _explodes(item) else ''}" for item in (old, new)
    )
    return f"{before} -> {after}"


def _shape(kind: Kind) -> Kind:
    return kind if kind in (Kind.ARRAY, Kind.OBJECT) else Kind.STRING


def _style(parameter: Mapping[str, Json]) -> str:
    place = text(parameter.get("in"))
    return text(parameter.get("style")) or ("form" if place in ("query", "cookie") else "simple")


def _explodes(parameter: Mapping[str, Json]) -> bool:
    # Only `form` is exploded by default (OpenAPI 3.1, 4.8.12).
    explode = parameter.get("explode")
    return explode if isinstance(explode, bool) else _style(parameter) == "form"


def _form(parameter: Mapping[str, Json], shape: Kind) -> tuple[str, str]:
    """Return what stands before and between the parts of a value."""
    style, explodes = _style(parameter), _explodes(parameter)
    if shape is Kind.STRING:
        return {"simple": "", "label": ".", "matrix": ";name="}.get(style, "name="), ""
    # One name for each item, whichever style says how they would be joined.
    if shape is Kind.ARRAY and explodes and style in ("form", "spaceDelimited", "pipeDelimited"):
        return "name=", "&name="
    if shape is Kind.ARRAY and style == "simple":
        return "", ","
    return style, "exploded" if explodes else ""


def _uncovered(names: frozenset[str], others: frozenset[str]) -> list[str]:
    return sorted(each for each in names - others if best(media_name(each), others) is None)


def _listed(encoding: Mapping[str, Json]) -> frozenset[str]:
    content_types = text(encoding.get("contentType"))
    return frozenset(part.strip() for part in content_types.split(",") if part.strip())
