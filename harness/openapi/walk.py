"""Find every schema and every example in an OpenAPI document."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.jsonvalue import Json, escape, items, members
from harness.openapi.reader import DATA_KEYWORDS

_ONE = ("items", "not", "additionalProperties", "if", "then", "else", "contains", "propertyNames")
_LIST = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAP = ("properties", "patternProperties", "dependentSchemas", "$defs")


@dataclass(frozen=True, slots=True)
class Example:
    """An example with the place of the schema that it should keep."""

    pointer: str
    schema_pointer: str
    value: Json


def schemas(root: Json) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """Yield every schema object, those inside others included, with its pointer."""
    for pointer, value in _objects(root, ""):
        if pointer == "/components/schemas":
            for name, schema in value.items():
                yield from _below(schema, f"{pointer}/{escape(name)}")
        elif "schema" in value:
            yield from _below(value["schema"], f"{pointer}/schema")


def examples(root: Json) -> Iterator[Example]:
    """Yield the examples beside schemas (bodies, parameters, headers) and those inside them."""
    for pointer, value in _objects(root, ""):
        if "schema" in value:
            yield from _beside(value, pointer, f"{pointer}/schema")
    for pointer, schema in schemas(root):
        if "example" in schema:
            yield Example(f"{pointer}/example", pointer, schema["example"])
        for index, each in enumerate(items(schema.get("examples"))):
            yield Example(f"{pointer}/examples/{index}", pointer, each)


def _beside(holder: Mapping[str, Json], pointer: str, schema: str) -> Iterator[Example]:
    if "example" in holder:
        yield Example(f"{pointer}/example", schema, holder["example"])
    for name, each in members(holder.get("examples")).items():
        if "value" in members(each):
            place = f"{pointer}/examples/{escape(name)}/value"
            yield Example(place, schema, members(each)["value"])


def _objects(value: Json, pointer: str) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """Yield the objects outside schemas and outside data."""
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _objects(each, f"{pointer}/{index}")
    elif isinstance(value, dict):
        yield pointer, value
        if pointer == "/components/schemas":
            return
        for key, each in value.items():
            if key != "schema" and key not in DATA_KEYWORDS:
                yield from _objects(each, f"{pointer}/{escape(key)}")


def _below(schema: Json, pointer: str) -> Iterator[tuple[str, Mapping[str, Json]]]:
    if not isinstance(schema, dict):
        return
    yield pointer, schema
    for key in _ONE:
        yield from _below(schema.get(key), f"{pointer}/{key}")
    for key in _LIST:
        for index, each in enumerate(items(schema.get(key))):
            yield from _below(each, f"{pointer}/{key}/{index}")
    for key in _MAP:
        for name, each in members(schema.get(key)).items():
            yield from _below(each, f"{pointer}/{key}/{escape(name)}")
