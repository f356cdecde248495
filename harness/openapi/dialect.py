"""Turn OpenAPI 3.0's schemas into JSON Schema 2020-12, which OpenAPI 3.1 uses as it is."""

from collections.abc import Mapping

from harness.jsonvalue import Json, items, members
from harness.openapi.structure import Kind, Member, Shape, Version, member, version_of

_BOUNDS = (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum"))


def is_3_0(root: Json) -> bool:
    """Return whether a document is OpenAPI 3.0."""
    return version_of(root) is Version.V3_0


def as_2020_12(root: Json) -> Json:
    """Return the document with every schema in JSON Schema 2020-12; one of 3.1 is that already."""
    return _translated(root, Kind.DOCUMENT) if is_3_0(root) else root


def _translated(value: Json, kind: Kind) -> Json:
    if not isinstance(value, Mapping):
        return value
    if isinstance(value.get("$ref"), str) and kind is not Kind.PATH_ITEM:
        return {"$ref": value["$ref"]}  # OpenAPI 3.0.3, 4.7.23: siblings are ignored
    inner = {key: _member(each, member(Version.V3_0, kind, key)) for key, each in value.items()}
    return _nullable(_bounded(inner)) if kind is Kind.SCHEMA else inner


def _member(value: Json, found: Member) -> Json:
    if found.kind in (Kind.VALUE, Kind.DATA):
        return value
    if isinstance(value, list):
        return [_translated(item, found.kind) for item in value]
    if found.shape is Shape.MAP:
        return {name: _translated(member, found.kind) for name, member in members(value).items()}
    return _translated(value, found.kind)


def _bounded(schema: dict[str, Json]) -> dict[str, Json]:
    """Write `exclusiveMinimum: true` beside `minimum: 5` as `exclusiveMinimum: 5`."""
    for exclusive, plain in _BOUNDS:
        flag = schema.get(exclusive)
        if isinstance(flag, bool):
            del schema[exclusive]
            if flag and plain in schema:
                schema[exclusive] = schema.pop(plain)
    return schema


def _nullable(schema: dict[str, Json]) -> dict[str, Json]:
    """Add null to what a nullable schema allows; without a type the word says nothing (OpenAPI 3.0.3)."""
    kind = schema.get("type")
    if schema.get("nullable") is not True or not isinstance(kind, str):
        return schema
    del schema["nullable"]
    schema["type"] = [kind, "null"]
    if "enum" in schema:
        schema["enum"] = [*items(schema["enum"]), None]
    return schema
