"""Write bodies of requests anew: without what is not sent, with a number in each free text."""

from collections.abc import Mapping

from harness.jsonvalue import Json
from harness.openapi.instances import is_excluded
from harness.openapi.merged import merged
from harness.openapi.model import Api, MediaType
from harness.openapi.walk import Direction
from harness.rules.document.places import MULTIPART


def concrete(name: str) -> str:
    """Return a media type that can be sent in place of a range."""
    return "text/plain" if "*" in name else name


def files_of(api: Api, media_type: MediaType) -> frozenset[str]:
    """Return the members of a form that are files."""
    if media_type.name != MULTIPART:
        return frozenset()
    found = merged(api, media_type.schema)
    return frozenset(name for name, schema in found.properties.items() if _is_binary(api, schema))


def _is_binary(api: Api, schema: Json) -> bool:
    own = merged(api, schema).keywords
    inner = merged(api, own.get("items")).keywords if "items" in own else {}
    return "binary" in (own.get("format"), inner.get("format")) or "contentMediaType" in own


def without_read_only(api: Api, schema: Json, value: Json) -> Json:
    """Return an example without the members that a request is not to hold."""
    properties = merged(api, schema).properties
    if not isinstance(value, Mapping):
        return value
    return {
        name: without_read_only(api, properties.get(name, True), each)
        for name, each in value.items()
        if name not in properties or not is_excluded(api, properties[name], Direction.REQUEST)
    }


def renumbered(api: Api, schema: Json, value: Json, number: int, depth: int) -> Json:
    """Return a value with a number in each free text: one without pattern, format or enum."""
    found = merged(api, schema)
    if isinstance(value, Mapping) and depth < 3:
        return {
            name: renumbered(api, found.properties.get(name, False), each, number, depth + 1)
            for name, each in value.items()
        }
    is_free = not found.keywords.keys() & {"pattern", "format", "enum", "const"}
    if isinstance(value, str) and is_free and {*found.types} in ({"string"}, {"string", "null"}):
        longest = found.keywords.get("maxLength")
        changed = f"{value} {number}"
        return changed if not isinstance(longest, int) or len(changed) <= longest else value
    return value
