"""Compare parameters, and what operations are named and announced as."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from harness.jsonvalue import Json, items, members, text
from harness.openapi.change import Direction, Level
from harness.openapi.changes.contents import Contents, written_alike
from harness.openapi.changes.endpoints import Endpoint
from harness.openapi.changes.ledger import Ledger
from harness.openapi.containment.atoms import NUMBERS, Kind, Types
from harness.openapi.containment.facts import Missing

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_IGNORED = frozenset({"accept", "content-type", "authorization"})
"""Header parameters of these names are ignored (OpenAPI 3.1, 4.8.12.2.1)."""

Value = Mapping[str, Json]


_STABILITY = ("draft", "alpha", "beta", "stable")


def compare_parameters(ledger: Ledger, old: Endpoint, new: Endpoint) -> None:
    """Compare what goes into the path, the query, headers and cookies."""
    before, after = _by_place(old), _by_place(new)
    # Moved ones first, or each would be reported as removed and added.
    moved = _moved(before, after)
    for one, other in moved.items():
        what = f"moved from {one.partition(' ')[0]} to {other.partition(' ')[0]}"
        reason = "Where it was sent it is not looked for any more."
        ledger.note("parameter-moved", (old.label, one), what, Level.BREAKING, reason)
    for key in dict.fromkeys((*before, *after)):
        if key in moved or key in moved.values():
            continue
        one_, two = before.get(key), after.get(key)
        if one_ is not None and two is not None:
            _Parameter(ledger, old.label, key, one_, two).compare()
        else:
            _report_presence(ledger, (old.label, key), two)


def compare_lifecycle(
    ledger: Ledger, where: tuple[str, str], old: Mapping[str, Json], new: Mapping[str, Json]
) -> None:
    """Report deprecation and a sunset that came, went or moved."""
    was, is_now = (item.get("deprecated") is True for item in (old, new))
    if was != is_now:
        what = "deprecated now" if is_now else "no longer deprecated"
        reason = "It still works; it is announced that it will not for ever."
        if was:
            reason = "It is here to stay."
        ledger.note("deprecation-changed", where, what, Level.INFORMATIONAL, reason)
    before, after = (text(item.get("x-sunset")) for item in (old, new))
    if before != after:
        # Days as RFC 3339 writes them compare as texts.
        is_sooner = bool(after) and (not before or after < before)
        level = Level.WARNING if is_sooner else Level.INFORMATIONAL
        reason = "It ends earlier than was announced." if is_sooner else "There is more time."
        what = f"sunset {before or 'none'} -> {after or 'none'}"
        ledger.note("sunset-changed", where, what, level, reason)


def compare_names(ledger: Ledger, old: Endpoint, new: Endpoint) -> None:
    """Report what tools name or group an operation by."""
    where = (old.label, "")
    before, after = (text(endpoint.value.get("operationId")) for endpoint in (old, new))
    if before != after:
        reason = "Generated code gets other names; nothing on the wire changes."
        what = f"{before or 'none'} -> {after or 'none'}"
        ledger.note("operation-id-changed", where, what, Level.INFORMATIONAL, reason)
    tags = [[text(tag) for tag in items(endpoint.value.get("tags"))] for endpoint in (old, new)]
    if set(tags[0]) != set(tags[1]):
        what = f"tags {', '.join(tags[0]) or 'none'} -> {', '.join(tags[1]) or 'none'}"
        reason = "Documentation and generated code are grouped otherwise."
        ledger.note("tags-changed", where, what, Level.INFORMATIONAL, reason)
    _compare_stability(ledger, where, old, new)
    compare_lifecycle(ledger, where, old.value, new.value)


def _compare_stability(
    ledger: Ledger, where: tuple[str, str], old: Endpoint, new: Endpoint
) -> None:
    before, after = (text(endpoint.value.get("x-stability-level")) for endpoint in (old, new))
    if before == after:
        return
    known = before in _STABILITY and after in _STABILITY
    is_lower = known and _STABILITY.index(after) < _STABILITY.index(before)
    # A promise that is withdrawn altogether is as weak as a lower one.
    level = Level.WARNING if is_lower or (before and not after) else Level.INFORMATIONAL
    reason = (
        "It may change sooner than was promised." if level is Level.WARNING else "More is promised."
    )
    what = f"stability {before or 'none'} -> {after or 'none'}"
    ledger.note("stability-changed", where, what, level, reason)


def _by_place(endpoint: Endpoint) -> dict[str, Value]:
    """Key parameters by place and name; header names know no case, path parameters go by position."""
    positions = _VARIABLE.findall(endpoint.path)
    found: dict[str, Value] = {}
    for parameter in endpoint.parameters:
        place, name = text(parameter.get("in")), text(parameter.get("name"))
        if place == "header":
            name = name.lower()
            if name in _IGNORED:
                continue
        # The name of a path parameter is not on the wire, only its place in the path.
        if place == "path":
            name = str(positions.index(name)) if name in positions else name
        found[f"{place} {name}"] = parameter
    return found


def _moved(before: Mapping[str, Value], after: Mapping[str, Value]) -> dict[str, str]:
    """Return parameters that stand in another place under the same name."""
    found: dict[str, str] = {}
    # Only a name that is new at the other place has moved there.
    for key, value in before.items():
        name = text(value.get("name"))
        others = [k for k, v in after.items() if text(v.get("name")) == name and k not in before]
        if key not in after and others:
            found[key] = others[0]
    return found


def _report_presence(ledger: Ledger, where: tuple[str, str], added: Value | None) -> None:
    if added is None:
        reason = "Who sends it is no longer heard."
        ledger.note("parameter-removed", where, "removed", Level.WARNING, reason)
        return
    is_required = added.get("required") is True
    level = Level.BREAKING if is_required else Level.HARMLESS
    reason = "Requests without it are refused." if is_required else "Nobody has to send it."
    what = "added, required" if is_required else "added"
    ledger.note("parameter-added", where, what, level, reason)


@dataclass(frozen=True, slots=True)
class _Parameter:
    """One parameter in both documents."""

    ledger: Ledger
    operation: str
    key: str
    old: Value
    new: Value

    def compare(self) -> None:
        was_required, is_required = (e.get("required") is True for e in (self.old, self.new))
        # A path parameter is always required.
        if was_required != is_required and not self.key.startswith("path"):
            level = Level.BREAKING if is_required else Level.HARMLESS
            reason = "Requests without it are refused." if is_required else "It may still be sent."
            what = "required now" if is_required else "optional now"
            self._note("parameter-required", what, level, reason)
        if self.old.get("allowEmptyValue") is True and self.new.get("allowEmptyValue") is not True:
            reason = "A name without a value is refused."
            self._note("parameter-empty-value", "no empty value now", Level.BREAKING, reason)
        compare_lifecycle(self.ledger, (self.operation, self.key), self.old, self.new)
        self._values()

    def _note(self, name: str, what: str, level: Level, reason: str) -> None:
        self.ledger.note(name, (self.operation, self.key), what, level, reason)

    def _values(self) -> None:
        before, after = members(self.old.get("content")), members(self.new.get("content"))
        # A value by `content` is written as its media type is, not by a style.
        if bool(before) != bool(after):
            what = f"{_form(before)} -> {_form(after)}"
            reason = "The value is written in another way."
            self._note("parameter-serialization", what, Level.BREAKING, reason)
        elif before:
            direction = Direction.REQUEST
            Contents(self.ledger, direction, self.operation, self.key, before, after).compare()
        else:
            self._style()
            old, new = self.old.get("schema"), self.new.get("schema")
            # On the wire everything is a text, which such a reader takes whatever its type was.
            is_safe = is_read_as_text(self.ledger, Direction.REQUEST, old, new)
            where = (self.operation, self.key)
            self.ledger.schemas(Direction.REQUEST, where, old, new, is_safe=is_safe)

    def _style(self) -> None:
        schemas = self.old.get("schema"), self.new.get("schema")
        kinds = self.ledger.kinds(Direction.REQUEST, schemas)
        what = written_alike(self.old, self.new, kinds)
        if what:
            # Style and explode matter only to values that they write differently.
            reason = "The value is written in another way."
            self._note("parameter-serialization", what, Level.BREAKING, reason)
        if self.old.get("allowReserved") is True and self.new.get("allowReserved") is not True:
            reason = "Reserved characters must be percent-encoded now."
            self._note("parameter-serialization", "no reserved now", Level.WARNING, reason)


def _form(content: Value) -> str:
    return f"content {next(iter(content))}" if content else "schema"


def is_read_as_text(ledger: Ledger, direction: Direction, old: Json, new: Json) -> bool:
    """Return whether a reader takes any text and a writer sends something that is one in a URL or header."""
    views = ledger.views(direction, old, new)
    writer, reader = views if direction is Direction.REQUEST else views[::-1]
    find = ledger.comparison(direction).solver.find
    # Numbers, booleans and texts are plain texts there; lists and objects need a style.
    texts = Types(frozenset({Kind.STRING}))
    plain = Types(NUMBERS | {Kind.STRING, Kind.BOOLEAN})
    return (
        find(kept=[texts], broken=[reader.node]) is Missing.NONE
        and find(kept=[writer.node], broken=[plain]) is Missing.NONE
    )
