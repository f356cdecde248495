"""Compare two schemas by the values that they allow, references resolved."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count

from harness.errors import DocumentError
from harness.jsonvalue import MISSING, Json, compact, items, members, number
from harness.openapi.change import Change, Direction, Shift, breaks
from harness.openapi.references import follow
from harness.openapi.validator import clipped

Schema = Mapping[str, Json]

MAX_DEPTH = 40
MAX_COMPARISONS = 50_000
"""How many pairs of schemas one comparison may multiply into."""

_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_LEAST = ("minLength", "minItems", "minProperties")
_LOWER = ("minimum", "exclusiveMinimum", *_LEAST)
_EITHER = ("pattern", "format", "multipleOf", "contentEncoding", "contentMediaType")
_TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared: the two documents, who writes the value, and where it stands."""

    old: Json
    new: Json
    direction: Direction
    operation: str
    path: str
    pairs: frozenset[tuple[str, str]] = frozenset()
    depth: int = 0
    counter: Iterator[int] = field(default_factory=count, compare=False, repr=False)
    """Shared by all comparisons below this one."""

    def change(self, keyword: str, shift: Shift, text: str) -> Change:
        name = f"{self.direction}-{_kebab(keyword)}-{shift}"
        return Change(name, self.operation, self.path, text, breaks(self.direction, shift))

    def below(self, step: str) -> "Comparison":
        return replace(self, path=f"{self.path}{step}", depth=self.depth + 1)


def schema_changes(comparison: Comparison, old: Json, new: Json) -> Iterator[Change]:
    """Yield what differs between two schemas, and between those inside them."""
    pair = (compact(members(old).get("$ref")), compact(members(new).get("$ref")))
    if pair in comparison.pairs or comparison.depth > MAX_DEPTH:
        return
    if next(comparison.counter) > MAX_COMPARISONS:
        what = f"'{comparison.operation}' has schemas that multiply into too many comparisons."
        raise DocumentError(what, advice="Simplify them.")
    if pair != ("null", "null"):
        comparison = replace(comparison, pairs=comparison.pairs | {pair})
    before, after = _resolved(comparison.old, old), _resolved(comparison.new, new)
    yield from _types(comparison, before, after)
    yield from _enums(comparison, before, after)
    yield from _bounds(comparison, before, after)
    yield from _rules(comparison, before, after)
    yield from _required(comparison, before, after)
    yield from _properties(comparison, before, after)
    yield from _inner(comparison, before, after)
    yield from _choices(comparison, before, after)


def _resolved(root: Json, schema: Json, depth: int = 0) -> dict[str, Json]:
    """Follow the reference and fold `allOf` into one schema, so that only the meaning is compared."""
    own = dict(members(schema))
    if depth > MAX_DEPTH:
        return own
    parts = [*items(own.pop("allOf", None))]
    reference = own.pop("$ref", None)
    if isinstance(reference, str):
        target = follow(root, reference)[0]
        parts.append({} if target is MISSING else dict(members(target)))
    for part in parts:
        _fold(own, _resolved(root, part, depth + 1))
    return own


def _fold(own: dict[str, Json], part: dict[str, Json]) -> None:
    for key, value in part.items():
        if key == "properties":
            own[key] = {**members(value), **members(own.get(key))}
        elif key == "required":
            own[key] = sorted({str(each) for each in (*items(own.get(key)), *items(value))})
        else:
            own.setdefault(key, value)


def _types(comparison: Comparison, old: Schema, new: Schema) -> Iterator[Change]:
    before, after = _type_set(old), _type_set(new)
    if before != after:
        text = f"type {_listed(before)} -> {_listed(after)}"
        yield comparison.change("type", _shift(before, after), text)


def _type_set(schema: Schema) -> frozenset[str]:
    kind = schema.get("type")
    named = frozenset({kind} if isinstance(kind, str) else {str(each) for each in items(kind)})
    if not named:
        return _TYPES
    return named | {"integer"} if "number" in named else named


def _listed(types: frozenset[str]) -> str:
    return "any" if types == _TYPES else " or ".join(sorted(types))


def _shift(before: frozenset[str], after: frozenset[str]) -> Shift:
    if after < before:
        return Shift.NARROWED
    return Shift.WIDENED if before < after else Shift.CHANGED


def _enums(comparison: Comparison, old: Schema, new: Schema) -> Iterator[Change]:
    before, after = _values(old), _values(new)
    if before == after:
        return
    if before is None or after is None:
        shift = Shift.NARROWED if before is None else Shift.WIDENED
        yield comparison.change("enum", shift, f"enum {_names(before)} -> {_names(after)}")
        return
    for shift, values in ((Shift.NARROWED, before - after), (Shift.WIDENED, after - before)):
        if values:
            word = "without" if shift is Shift.NARROWED else "with"
            yield comparison.change("enum", shift, f"enum {word} {_names(values)}")


def _values(schema: Schema) -> frozenset[str] | None:
    if "const" in schema:
        return frozenset({compact(schema["const"])})
    return frozenset(map(compact, items(schema["enum"]))) if "enum" in schema else None


def _names(values: frozenset[str] | None) -> str:
    return "any" if values is None else clipped(", ".join(sorted(values)))


def _bounds(comparison: Comparison, old: Schema, new: Schema) -> Iterator[Change]:
    for keyword in (*_UPPER, *_LOWER):
        before, after = old.get(keyword), new.get(keyword)
        loose = 0.0 if keyword in _LEAST else float("inf" if keyword in _UPPER else "-inf")
        if number(before, loose) == number(after, loose):
            continue
        grew = number(after, loose) > number(before, loose)
        shift = Shift.WIDENED if grew == (keyword in _UPPER) else Shift.NARROWED
        yield comparison.change(
            keyword, shift, f"{keyword} {_or_none(before)} -> {_or_none(after)}"
        )


def _rules(comparison: Comparison, old: Schema, new: Schema) -> Iterator[Change]:
    for keyword in _EITHER:
        before, after = old.get(keyword), new.get(keyword)
        if before != after:
            shift = Shift.CHANGED
            if before is None or after is None:
                shift = Shift.NARROWED if before is None else Shift.WIDENED
            text = f"{keyword} {_or_none(before)} -> {_or_none(after)}"
            yield comparison.change(keyword, shift, text)


def _or_none(value: Json) -> str:
    return "none" if value is None else clipped(value)


def _required(comparison: Comparison, old: Schema, new: Schema) -> Iterator[Change]:
    before, after = ({str(each) for each in items(one.get("required"))} for one in (old, new))
    for name in sorted(before ^ after):
        is_now = name in after
        shift = Shift.NARROWED if is_now else Shift.WIDENED
        text = f"{'required' if is_now else 'optional'} now"
        yield comparison.below(f"/{name}").change("required", shift, text)


def _properties(comparison: Comparison, old: Schema, new: Schema) -> Iterator[Change]:
    before, after = members(old.get("properties")), members(new.get("properties"))
    for name in dict.fromkeys((*before, *after)):
        inner = comparison.below(f"/{name}")
        if name in before and name in after:
            yield from schema_changes(inner, before[name], after[name])
        else:
            yield _property(inner, is_added=name in after)


def _property(comparison: Comparison, *, is_added: bool) -> Change:
    """Report a member that came or went: a reader misses what is gone, a sender is not refused for it."""
    word = "added" if is_added else "removed"
    gone_from_answer = not is_added and comparison.direction is Direction.RESPONSE
    name = f"{comparison.direction}-property-{word}"
    return Change(name, comparison.operation, comparison.path, word, gone_from_answer)


def _inner(comparison: Comparison, old: Schema, new: Schema) -> Iterator[Change]:
    if "items" in old or "items" in new:
        yield from schema_changes(comparison.below("/*"), old.get("items"), new.get("items"))
    before, after = (one.get("additionalProperties") is not False for one in (old, new))
    if before != after:
        shift = Shift.WIDENED if after else Shift.NARROWED
        text = f"further members {'allowed' if after else 'refused'} now"
        yield comparison.change("additionalProperties", shift, text)


def _choices(comparison: Comparison, old: Schema, new: Schema) -> Iterator[Change]:
    for keyword in ("oneOf", "anyOf"):
        before, after = items(old.get(keyword)), items(new.get(keyword))
        if len(before) == len(after):
            for index, (one, other) in enumerate(zip(before, after, strict=True)):
                yield from schema_changes(comparison.below(f"/{keyword}/{index}"), one, other)
            continue
        # No choice at all allows anything: the first branch narrows, the last one leaving widens.
        grew = len(after or range(MAX_DEPTH)) > len(before or range(MAX_DEPTH))
        shift = Shift.WIDENED if grew else Shift.NARROWED
        text = f"{keyword} {len(before)} -> {len(after)} branches"
        yield comparison.change(keyword, shift, text)


def _kebab(keyword: str) -> str:
    return "".join(f"-{each.lower()}" if each.isupper() else each for each in keyword)
