"""Change one place of a request and leave the rest as it was; write the parts of a form."""

from collections.abc import Sequence

from harness.client.multipart import Part
from harness.files.upload import Upload
from harness.jsonvalue import Json, compact, items, members


def put(value: Json, path: str, new: Json) -> Json:
    """Return a copy with another value at a dotted path such as `serviceLines.0.name`."""
    name, _, rest = path.partition(".")
    # A number in a path is an index only where a list stands, for a member may be called "0" too.
    if isinstance(value, list | tuple):
        index = int(name)
        inner = put(value[index], rest, new) if rest else new
        return [*value[:index], inner, *value[index + 1 :]]
    held = members(value)
    return {**held, name: put(held.get(name), rest, new) if rest else new}


def drop(value: Json, path: str) -> Json:
    """Return a copy without the member at a dotted path."""
    name, _, rest = path.partition(".")
    if rest:
        return put(value, name, drop(at(value, name), rest))
    return {key: member for key, member in members(value).items() if key != name}


def rename(value: Json, path: str, name: str) -> Json:
    """Return a copy whose member at a dotted path goes by another name."""
    parent, dot, _ = path.rpartition(".")
    return put(drop(value, path), parent + dot + name, at(value, path))


def at(value: Json, path: str) -> Json:
    """Return what stands at a dotted path, None where nothing does."""
    # An empty list reads as no list, so that a path into it gives None and raises nothing.
    for name in path.split("."):
        listed = items(value)
        value = listed[int(name)] if listed else members(value).get(name)
    return value


JSON = "application/json"


def json_part(name: str, value: Json) -> Part:
    """Write a value as a JSON part."""
    # Lone surrogates are sent as they are: what the API makes of them is what a rule may ask.
    return Part(name, compact(value).encode("utf-8", "surrogatepass"), content_type=JSON)


def request_part(claim: Json) -> Part:
    """Write claim metadata as the JSON part `request`."""
    return json_part("request", claim)


def file_parts(uploads: Sequence[Upload]) -> tuple[Part, ...]:
    """Write each upload as a part `files`."""
    return tuple(
        Part("files", upload.content, filename=upload.file_name, content_type=upload.media_type)
        for upload in uploads
    )
