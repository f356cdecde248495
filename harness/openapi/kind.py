"""Tell what a value in an OpenAPI document is, by where it stands: a part, a schema, an example or data."""

from enum import Enum, auto

from harness.openapi.reader import DATA_KEYWORDS


class Kind(Enum):
    """What a value is, for only its kind tells a reference from data that looks like one."""

    PART = auto()
    PARTS = auto()
    SCHEMA = auto()
    SCHEMAS = auto()
    EXAMPLE = auto()
    EXAMPLES = auto()
    DATA = auto()


_ALL_OF_A_KIND = {
    Kind.PARTS: Kind.PART,
    Kind.SCHEMAS: Kind.SCHEMA,
    Kind.EXAMPLES: Kind.EXAMPLE,
    Kind.EXAMPLE: Kind.DATA,
    Kind.DATA: Kind.DATA,
}
_NAMED_PARTS = (
    *("paths", "webhooks", "pathItems", "callbacks", "responses", "parameters", "headers"),
    *("requestBodies", "securitySchemes", "links", "content", "encoding"),
)
_IN_PART = {
    **dict.fromkeys(DATA_KEYWORDS, Kind.DATA),
    **dict.fromkeys(_NAMED_PARTS, Kind.PARTS),
    "schema": Kind.SCHEMA,
    "schemas": Kind.SCHEMAS,
    "examples": Kind.EXAMPLES,
}
_IN_SCHEMA = {
    **dict.fromkeys(DATA_KEYWORDS, Kind.DATA),
    **dict.fromkeys(
        ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions"),
        Kind.SCHEMAS,
    ),
}


def inner(kind: Kind, key: str) -> Kind:
    """Return what a member (an item, for a list) of such a value is."""
    match kind:
        case Kind.PART:
            return _IN_PART.get(key, Kind.PART)
        case Kind.SCHEMA:
            return _IN_SCHEMA.get(key, Kind.SCHEMA)
        case _:
            return _ALL_OF_A_KIND[kind]
