"""Follow the references of a schema."""

from collections.abc import Mapping

from harness.jsonvalue import Json, members
from harness.openapi.model import Api
from harness.openapi.references import follow


def resolved(api: Api, schema: Json) -> Mapping[str, Json]:
    """Return a schema, or where it is a reference the one that it leads to."""
    while isinstance(reference := members(schema).get("$ref"), str):
        schema = follow(api.root, reference)[0]  # type: ignore[assignment]  # checked at loading
    return members(schema)
