"""Make values that a schema allows, the same ones each time: examples first, then built ones."""

import random  # noqa: TID251 seeded by the pattern: the same text each time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from math import ceil, floor

import rstr

from harness.errors import DocumentError
from harness.jsonvalue import Json, exact_number, items, members, text, whole_number
from harness.openapi.merged import Merged, merged
from harness.openapi.model import Api
from harness.openapi.patterns import matches
from harness.openapi.walk import Direction

# How many schemas a value is built through; one that requires itself never ends.
_DEEPEST = 8
# A document may ask for more than memory holds: items or members of one value, characters of one.
_MOST_PARTS = 10_000
_MOST_CHARACTERS = 10_000_000
# Seeds tried for a pattern before it counts as one that no text was found for.
_MOST_TRIES = 30
_FORMATS: Mapping[str, Callable[[int], str]] = {
    "date": lambda n: f"2026-01-{n % 28 + 1:02}",
    "date-time": lambda n: f"2026-01-{n % 28 + 1:02}T10:00:00Z",
    "time": lambda n: f"10:00:{n % 60:02}Z",
    "duration": lambda n: f"P{n % 28 + 1}D",
    "email": lambda n: f"sample{n}@example.org",
    "idn-email": lambda n: f"sample{n}@example.org",
    "hostname": lambda n: f"host{n}.example.org",
    "idn-hostname": lambda n: f"host{n}.example.org",
    "ipv4": lambda n: f"192.0.2.{n % 254 + 1}",
    "ipv6": lambda n: f"2001:db8::{n + 1:x}",
    "uri": lambda n: f"https://example.org/{n}",
    "url": lambda n: f"https://example.org/{n}",
    "iri": lambda n: f"https://example.org/{n}",
    "uri-reference": lambda n: f"/sample/{n}",
    "uuid": lambda n: f"00000000-0000-4000-8000-{n + 1:012}",
    "byte": lambda _: "c2FtcGxl",
    "json-pointer": lambda _: "/sample",
    "regex": lambda _: "^sample$",
    "npi": lambda _: "1234567893",
}
"""A value of each format for a number; documentation names and addresses (RFC 2606, 3849, 5737)."""


_MEANT = {
    **dict.fromkeys(("int", "long", "int32", "int64"), "integer"),
    **dict.fromkeys(("float", "double", "decimal"), "number"),
    **dict.fromkeys(("str", "text", "date", "uuid"), "string"),
    **dict.fromkeys(("list", "tuple"), "array"),
    **dict.fromkeys(("dict", "map"), "object"),
    "bool": "boolean",
}
"""Types of other languages that documents name by mistake: it is plain which value they want.

The lint reports them, and nothing is judged by them.
"""


class NoInstance(Exception):
    """No value that the schema allows could be made; says why in words."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the values that a schema allows is wanted."""

    direction: Direction
    is_full: bool = False
    """With optional members too, as far as they can be made."""
    number: int = 0
    """Another number gives other texts and numbers where the schema leaves them open."""
    branch: int = 0
    """The first alternative that is tried where there are several."""


def examples_of(api: Api, holder: Mapping[str, Json], schema: Json) -> Iterator[Json]:
    """Yield the examples beside a schema (of a media type or parameter), then the schema's own."""
    if "example" in holder:
        yield holder["example"]
    for named in members(holder.get("examples")).values():
        shown = merged(api, named).keywords
        if "value" in shown:
            yield shown["value"]
        elif "dataValue" in shown:  # OpenAPI 3.2, 4.19
            yield shown["dataValue"]
    own = merged(api, schema).keywords
    if "example" in own:
        yield own["example"]
    yield from items(own.get("examples"))


def instance(api: Api, schema: Json, wanted: Wanted) -> Json:
    """Return a value that a schema allows. Raises NoInstance."""
    return _Builder(api, wanted).value(schema, 0)


@dataclass(frozen=True, slots=True)
class _Builder:
    api: Api
    wanted: Wanted

    def value(self, schema: Json, depth: int) -> Json:
        if schema is False:
            raise NoInstance("nothing is allowed here")
        if depth > _DEEPEST:
            raise NoInstance("the schema is nested without an end")
        merged_schema = merged(self.api, schema)
        fixed = self._fixed(merged_schema)
        if fixed is not None:
            return fixed[0]
        if merged_schema.alternatives:
            return self._alternative(merged_schema, depth)
        return self._typed(merged_schema, depth)

    # In a tuple, since None is a value too.
    def _fixed(self, merged_schema: Merged) -> tuple[Json] | None:
        """Return the value that needs no building: a constant, an enum's member, an example."""
        keywords = merged_schema.keywords
        if "const" in keywords:
            return (keywords["const"],)
        # Of an enum, null shows least of what a value looks like.
        listed = [item for item in items(keywords.get("enum")) if item is not None]
        if listed:
            return (listed[self.wanted.number % len(listed)],)
        # The first value is the author's own; later ones have to differ, so they are made.
        if self.wanted.number == 0 and "properties" not in keywords:
            shown = [keywords[name] for name in ("example", "default") if name in keywords]
            shown[1:1] = items(keywords.get("examples"))[:1]
            return next(((item,) for item in shown if _has_type(item, merged_schema.types)), None)
        return None

    def _alternative(self, merged_schema: Merged, depth: int) -> Json:
        branches = list(merged_schema.alternatives)
        start = self.wanted.branch % len(branches)
        problem = "no alternative can be made"
        for branch in (*branches[start:], *branches[:start]):
            # Merged with what stands around the alternatives, since a value has to satisfy both.
            inner = merged(self.api, {"allOf": [dict(merged_schema.keywords), branch]})
            if inner.types == ("null",):
                continue
            try:
                value = self.value({"allOf": [dict(merged_schema.keywords), branch]}, depth + 1)
            except NoInstance as failed:
                problem = str(failed)
                continue
            return self._discriminated(merged_schema, branch, value)
        raise NoInstance(problem)

    def _discriminated(self, merged_schema: Merged, branch: Json, value: Json) -> Json:
        """Name the branch where a discriminator asks for it (OpenAPI 3.1, 4.8.25)."""
        discriminator = members(merged_schema.keywords.get("discriminator"))
        name = text(discriminator.get("propertyName"))
        reference = text(members(branch).get("$ref"))
        if not name or not reference or not isinstance(value, Mapping):
            return value
        mapping = members(discriminator.get("mapping"))
        named = next((key for key, target in mapping.items() if target == reference), None)
        current = members(merged(self.api, branch).properties.get(name))
        # The branch fixes the name by itself.
        if "const" in current or "enum" in current:
            return value
        return {**value, name: named or reference.rpartition("/")[2]}

    def _typed(self, merged_schema: Merged, depth: int) -> Json:  # noqa: PLR0911 one for each type
        kinds = [kind for kind in merged_schema.types if kind != "null"]
        named = kinds[0] if kinds else ""
        # Of several types, the one that the author names first.
        match _MEANT.get(named, named) if kinds else ("null" if merged_schema.types else "any"):
            case "object":
                return self._object(merged_schema, depth)
            case "array":
                return self._array(merged_schema, depth)
            case "string":
                return self._string(merged_schema)
            case "integer":
                return self._number(merged_schema, whole=True)
            case "number":
                return self._number(merged_schema, whole=False)
            case "boolean":
                return self.wanted.number % 2 == 0
            case "null":
                return None
            case _:
                return {} if "properties" in merged_schema.keywords else f"sample{self._suffix()}"

    def _object(self, merged_schema: Merged, depth: int) -> Json:
        result: dict[str, Json] = {}
        for name, schema in self._named(merged_schema):
            is_required = name in merged_schema.required
            try:
                result[name] = self.value(schema, depth + 1)
            # Only a required member that cannot be made leaves no value.
            except NoInstance:
                if is_required:
                    raise
        least = _least(merged_schema.keywords, "minProperties", _MOST_PARTS)
        more = merged_schema.keywords.get("additionalProperties", True)
        # Names that no schema describes; a name that is there already would add no member.
        taken = {*result, *merged_schema.properties}
        fresh = (name for n in count(len(result)) if (name := f"sample{n}") not in taken)
        while len(result) < least:
            if more is False:
                raise NoInstance("the object cannot have as many members as it must")
            result[next(fresh)] = self.value(more, depth + 1)
        return result

    def _named(self, merged_schema: Merged) -> Iterator[tuple[str, Json]]:
        """Yield the members to be made: required ones, and with them optional ones where wanted."""
        for name, schema in merged_schema.properties.items():
            if is_excluded(self.api, schema, self.wanted.direction):
                continue
            if name in merged_schema.required or self.wanted.is_full:
                yield name, schema
        # Names that are required yet nowhere described.
        for name in merged_schema.required:
            if name not in merged_schema.properties:
                yield name, merged_schema.keywords.get("additionalProperties", True)

    def _array(self, merged_schema: Merged, depth: int) -> Json:
        keywords = merged_schema.keywords
        least = _least(keywords, "minItems", _MOST_PARTS)
        most = whole_number(keywords.get("maxItems"), 1e9)
        # One item shows what an item is; deeper down,
        # or a schema that contains itself would never end.
        length = max(least, min(1, most)) if self.wanted.is_full or depth < 2 else least
        prefix = items(keywords.get("prefixItems"))
        items_made: list[Json] = []
        for index in range(length):
            schema = prefix[index] if index < len(prefix) else keywords.get("items", True)
            # Unique items are made from different numbers.
            number_of_item = self.wanted.number + (index if keywords.get("uniqueItems") else 0)
            inner = _Builder(self.api, _numbered(self.wanted, number_of_item))
            try:
                items_made.append(inner.value(schema, depth + 1))
            except NoInstance:
                # Items beyond the least number are a courtesy.
                if len(items_made) >= least:
                    break
                raise
        return items_made

    def _string(self, merged_schema: Merged) -> str:
        keywords = merged_schema.keywords
        least = _least(keywords, "minLength", _MOST_CHARACTERS)
        most = whole_number(keywords.get("maxLength"), 1e9)
        pattern = text(keywords.get("pattern"))
        of_format = _FORMATS.get(text(keywords.get("format")))
        base = of_format(self.wanted.number) if of_format else f"sample{self._suffix()}"
        if pattern:
            return _matching(pattern, least, most, self.wanted.number, base)
        if of_format and least <= len(base) <= most:
            return base
        filled = base + "x" * max(0, least - len(base))
        # Cut at the front, since the number at the end is what makes texts differ.
        return filled if len(filled) <= most else filled[len(filled) - most :]

    def _number(self, merged_schema: Merged, *, whole: bool) -> Json:
        keywords = merged_schema.keywords
        low, high = _range(keywords, whole=whole)
        step = exact_number(keywords.get("multipleOf")) or (1 if whole else 0)
        # Near 1 where the bounds allow it; the number moves it, so that values differ.
        value = min(max(low, 1 + self.wanted.number), high)
        if step:
            value = _multiple(value, step, ceil)
            value = value if value <= high else _multiple(high, step, floor)
        if not low <= value <= high:
            raise NoInstance("no number lies within the bounds")
        if isinstance(value, int):
            return value
        # A multiple of 0.1 would otherwise end in the noise of binary fractions.
        return int(value) if whole or value.is_integer() else round(value, 10)

    def _suffix(self) -> str:
        return str(self.wanted.number) if self.wanted.number else ""


def is_excluded(api: Api, schema: Json, direction: Direction) -> bool:
    """Return whether a member is not to be sent: `readOnly` in requests, `writeOnly` in responses."""
    keywords = merged(api, schema).keywords
    if direction is Direction.REQUEST:
        return keywords.get("readOnly") is True
    return direction is Direction.RESPONSE and keywords.get("writeOnly") is True


def _least(keywords: Mapping[str, Json], name: str, most: int) -> int:
    least = whole_number(keywords.get(name))
    if least > most:
        raise NoInstance(f"{name} is {least:,}, and no value of more than {most:,} is made")
    return least


def _numbered(wanted: Wanted, number_of_value: int) -> Wanted:
    return Wanted(wanted.direction, wanted.is_full, number_of_value, wanted.branch)


def _multiple(value: float, step: float, rounded: Callable[[float], int]) -> float:
    """Return the next multiple; of whole numbers exactly, however large they are."""
    # A float holds 53 bits: a large integer would lose its last digits.
    if isinstance(value, int) and isinstance(step, int):
        return (-(-value // step) if rounded is ceil else value // step) * step
    return rounded(value / step) * step


def _range(keywords: Mapping[str, Json], *, whole: bool) -> tuple[float, float]:
    low = exact_number(keywords.get("minimum"), -(10**9))
    high = exact_number(keywords.get("maximum"), 10**9)
    # The next number beyond an exclusive bound: integers have one, of others one near by will do.
    gap = 1 if whole else 1e-3
    for keyword, is_low in (("exclusiveMinimum", True), ("exclusiveMaximum", False)):
        value = keywords.get(keyword)
        if value is True:  # OpenAPI 3.0: a switch beside the bound
            low, high = (low + gap, high) if is_low else (low, high - gap)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            low = max(low, value + gap) if is_low else low
            high = high if is_low else min(high, value - gap)
    return low, high


def _matching(pattern: str, least: int, most: int, seed: int, base: str) -> str:
    """Return a text that a pattern matches, of a length within bounds."""
    if matches(pattern, base) and least <= len(base) <= most:
        return base
    for attempt in range(_MOST_TRIES):
        source = random.Random(f"{pattern}/{seed}/{attempt}")  # noqa: S311 seeded: the same text each time
        try:
            matching = rstr.Rstr(source).xeger(pattern)
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            break
        # The generator raises whatever its parser stumbles over; to us all of it means no text.
        except Exception as problem:
            raise NoInstance(f"no text was found for the pattern {pattern[:80]}") from problem
        # A repeated piece is drawn long: a beginning of the text often fits as well.
        for length in range(min(len(matching), most, least + 60), least - 1, -1):
            if length <= len(matching) and _is_match(pattern, matching[:length]):
                return matching[:length]
    raise NoInstance(f"no text was found for the pattern {pattern[:80]}")


def _is_match(pattern: str, value: str) -> bool:
    try:
        return matches(pattern, value)
    except (ValueError, DocumentError, RecursionError):
        return False


def _has_type(value: Json, types: tuple[str, ...]) -> bool:
    """Return whether a value is of one of the types; a schema without types takes every value."""
    if not types:
        return True
    # An integer is a number as well, though its type is named otherwise.
    return json_type(value) in types or ("number" in types and json_type(value) == "integer")


_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (str, "string"),
    (Mapping, "object"),
    (list, "array"),
    (tuple, "array"),
)


_BY_TYPE: Mapping[type, str] = {**dict(_TYPES), dict: "object", type(None): "null"}


def json_type(value: Json) -> str:
    """Return the name that JSON Schema gives to a value's type."""
    # Nearly every value is of such a type itself; those below one are asked for in turn.
    known = _BY_TYPE.get(type(value))
    return known or next((name for kind, name in _TYPES if isinstance(value, kind)), "null")
