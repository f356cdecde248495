"""Look into response schemas: what a pointer can lead to, and which values may stand there."""

from collections.abc import Iterator, Sequence

from harness.jsonvalue import Json, items, members, unescape
from harness.openapi.media_type import is_json
from harness.openapi.model import Api, Operation
from harness.openapi.references import follow

# Schemas may refer to themselves; beyond this everything counts as open.
_MAX_DEPTH = 30


def body_schemas(operation: Operation) -> tuple[Json, ...]:
    """Return the schemas of all JSON answers; none where a success can be anything else."""
    found = [
        (answer.status, media_type)
        for answer in operation.answers
        for media_type in answer.media_types
    ]
    # A success that is no JSON may hold anything at the same place.
    if any(status.startswith("2") and not is_json(media_type.name) for status, media_type in found):
        return ()
    return tuple(media_type.schema for _, media_type in found if is_json(media_type.name))


def reached(api: Api, schema: Json, tokens: Sequence[str]) -> tuple[Json, ...] | None:
    """Return the schemas at a pointer; none if nothing can be there; None if anything can."""
    level: list[Json] = [schema]
    for token in tokens:
        following: list[Json] = []
        for item in level:
            found = _below(api, item, unescape(token), 0)
            if found is None:
                return None
            following += found
        if not following:
            return ()
        level = following
    return tuple(level)


def kinds(api: Api, schema: Json) -> frozenset[str]:
    """Return the JSON types that a schema names; none where it leaves them open."""
    found: set[str] = set()
    for alternative in _alternatives(api, schema, 0):
        kind = members(alternative).get("type")
        found |= {str(one) for one in ([kind] if isinstance(kind, str) else items(kind))}
        if "properties" in members(alternative):
            found.add("object")
    return frozenset(found)


def words(api: Api, schema: Json) -> tuple[str, ...] | None:
    """Return the only strings that a schema allows; None where it allows others."""
    found: list[str] = []
    for alternative in _alternatives(api, schema, 0):
        listed = members(alternative).get(
            "enum", [members(alternative)["const"]] if "const" in members(alternative) else None
        )
        if listed is None:
            # A schema that only combines others restricts by those alone.
            if not any(key in members(alternative) for key in ("$ref", "allOf", "anyOf", "oneOf")):
                return None
            continue
        found += [value for value in items(listed) if isinstance(value, str)]
    return tuple(found) if found else None


def _below(api: Api, schema: Json, token: str, depth: int) -> list[Json] | None:
    # No schema and `true` allow everything.
    if depth > _MAX_DEPTH or schema is None or schema is True:
        return None
    found: list[Json] = []
    is_open = False
    for alternative in _alternatives(api, schema, depth):
        step = _child(members(alternative), token)
        if step is None:
            is_open = True
        else:
            found += step
    # Nothing is impossible as long as one of the alternatives says nothing of it.
    return found or (None if is_open else [])


def _child(schema: object, token: str) -> list[Json] | None:
    """Return the schema of a member or an item; empty if there can be none, None if nothing is said."""
    found = members(schema)
    properties = members(found.get("properties"))
    if token in properties:
        return [properties[token]]
    is_index = token.isdigit()
    if is_index and ("items" in found or "prefixItems" in found):
        # `prefixItems` describes single positions; what stands there is left open.
        return [found.get("items", True)]
    # Members are listed, so another one needs a keyword that allows it.
    if properties or "items" in found:
        extra = found.get("additionalProperties")
        if isinstance(extra, dict) or found.get("patternProperties"):
            return None
        return None if extra is True else []
    kind = found.get("type")
    scalars = ("string", "number", "integer", "boolean", "null")
    # A scalar has neither members nor items.
    return [] if kind in scalars else None


def _alternatives(api: Api, schema: Json, depth: int) -> Iterator[Json]:
    """Return a schema and all that it is combined of, references followed."""
    if depth > _MAX_DEPTH:
        return
    found = members(schema)
    if isinstance(reference := found.get("$ref"), str):
        target = follow(api.root, reference)[0]
        if isinstance(target, dict):
            yield from _alternatives(api, target, depth + 1)
    parts = [item for key in ("allOf", "anyOf", "oneOf") for item in items(found.get(key))]
    for part in parts:
        yield from _alternatives(api, part, depth + 1)
    # A schema that only points to others adds nothing of its own.
    if (not parts and "$ref" not in found) or "properties" in found:
        yield schema
