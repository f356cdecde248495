"""See a schema as one flat object: references followed, `allOf` merged, alternatives kept apart."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.jsonvalue import Json, compact, items, members, text
from harness.openapi.model import Api
from harness.openapi.references import follow

# Ends a circle of references; real chains are a few long.
_MOST_REFERENCES = 50
# Of two bounds, the larger or the smaller one is the tighter.
_LARGEST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_SMALLEST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")


@dataclass(frozen=True, slots=True)
class Merged:
    """What a schema asks for at its own place, with the schemas of what lies below."""

    keywords: Mapping[str, Json]
    """Keywords of the schema and of everything in its `allOf`; the tighter bound of two."""
    alternatives: tuple[Json, ...] = ()
    """The branches of `oneOf` and `anyOf`, not merged."""
    alternative_types: tuple[str, ...] = ()
    """The types that the alternatives allow."""

    @property
    def types(self) -> tuple[str, ...]:
        """The allowed types; of a schema that names none, what its other keywords speak of."""
        kind = self.keywords.get("type")
        named = (kind,) if isinstance(kind, str) else tuple(text(item) for item in items(kind))
        if named:
            return (*named, "null") if self.keywords.get("nullable") is True else named
        return self.alternative_types or tuple(_implied(self.keywords))

    @property
    def properties(self) -> Mapping[str, Json]:
        return members(self.keywords.get("properties"))

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(text(item) for item in items(self.keywords.get("required")))


def merged(api: Api, schema: Json) -> Merged:
    """Return a schema flat. A schema of true, or one that cannot be followed, asks for nothing."""
    found: dict[str, Json] = {}
    alternatives: list[Json] = []
    for part in _parts(api, schema, set()):
        for keyword, value in part.items():
            # Alternatives of several parts share one list,
            # though each part asks for one of its own.
            if keyword in ("oneOf", "anyOf"):
                alternatives.extend(items(value))
            elif keyword in found:
                found[keyword] = _both(keyword, found[keyword], value)
            else:
                found[keyword] = value
    return Merged(found, tuple(alternatives), _types_of(api, alternatives))


def _types_of(api: Api, alternatives: list[Json]) -> tuple[str, ...]:
    """Return the types of alternatives; none where one of them takes any type."""
    found: dict[str, None] = {}
    for branch in alternatives:
        kind = resolved(api, branch).get("type")
        named = [text(item) for item in items(kind)] or [text(kind)]
        # An alternative without a type takes any, so all of them together do.
        if named == [""]:
            return ()
        found.update(dict.fromkeys(named))
    return tuple(found)


def resolved(api: Api, schema: Json) -> Mapping[str, Json]:
    """Return the object that a schema is, references followed; siblings of a reference are kept."""
    found = members(schema)
    own: dict[str, Json] = {}
    for _ in range(_MOST_REFERENCES):
        reference = found.get("$ref")
        # What stands nearer overrides what its reference leads to.
        own = {**{k: v for k, v in found.items() if k != "$ref"}, **own}
        if not isinstance(reference, str):
            break
        found = members(follow(api.root, reference)[0])
    return own


def _parts(api: Api, schema: Json, seen: set[str]) -> Iterator[Mapping[str, Json]]:
    """Yield a schema and the parts of its `allOf`, each once: they may refer to one another."""
    reference = text(members(schema).get("$ref"))
    if reference and reference in seen:
        return
    seen.add(reference)
    own = resolved(api, schema)
    yield {keyword: value for keyword, value in own.items() if keyword != "allOf"}
    for part in items(own.get("allOf")):
        yield from _parts(api, part, seen)


def _both(keyword: str, one: Json, other: Json) -> Json:
    # A member that both describe has to keep both descriptions.
    if keyword == "properties":
        names = {**members(one), **members(other)}
        return {
            name: {"allOf": [members(one)[name], members(other)[name]]}
            if name in members(one) and name in members(other)
            else schema
            for name, schema in names.items()
        }
    if keyword == "required":
        return [*items(one), *(item for item in items(other) if item not in items(one))]
    # Both parts of an `allOf` have to hold,
    # so the tighter of two bounds and the common members remain.
    if keyword == "enum":
        return [item for item in items(one) if compact(item) in {compact(x) for x in items(other)}]
    if isinstance(one, int | float) and isinstance(other, int | float):
        if keyword in _LARGEST:
            return max(one, other)
        if keyword in _SMALLEST:
            return min(one, other)
    # Other keywords are not combined: the nearest counts, which is enough to show or read a value.
    return one


# In the order in which a value is guessed, where keywords speak of several types.
def _implied(keywords: Mapping[str, Json]) -> Iterator[str]:
    if keywords.keys() & {"properties", "required", "additionalProperties", "minProperties"}:
        yield "object"
    if keywords.keys() & {"items", "prefixItems", "minItems", "maxItems", "uniqueItems"}:
        yield "array"
    if keywords.keys() & {"pattern", "minLength", "maxLength", "format"}:
        yield "string"
    if keywords.keys() & {"minimum", "maximum", "multipleOf"}:
        yield "number"
