"""Name the members of an answer that its document does not list."""

from collections.abc import Iterator

from harness.jsonvalue import Json, items, members
from harness.openapi.conformance import find_answer, find_media_type
from harness.openapi.merged import resolved
from harness.openapi.model import Api
from harness.rules.target import Answered


def undocumented(answered: Answered) -> tuple[str, ...]:
    """Return the paths of members that no `properties` of the answer's schema names."""
    answer = find_answer(answered.operation, answered.response.status)
    media_type = find_media_type(answer, answered.response.content_type) if answer else None
    if media_type is None:
        return ()
    schema: Json = {"$ref": f"#{media_type.pointer}/schema"}
    return tuple(_strangers(answered.api, schema, answered.body, ""))


def _strangers(api: Api, schema: Json, value: Json, path: str) -> Iterator[str]:
    found = resolved(api, schema)
    known = members(found.get("properties"))
    for name, inner in members(value).items():
        if name in known:
            yield from _strangers(api, known[name], inner, f"{path}/{name}")
        elif known:
            yield f"{path}/{name}"
    for item in items(value):
        yield from _strangers(api, found.get("items"), item, path)
