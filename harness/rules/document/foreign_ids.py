"""Find the members of a request that name another resource, and the operation that makes or lists it."""

import re
from collections.abc import Iterator, Mapping

from harness.jsonvalue import Json
from harness.openapi.model import Api, Operation
from harness.rules.document.draft import Draft

_NAMED = re.compile(r"(?P<stem>.+?)[_-]?(?:uuid|guid|ids|id)", re.IGNORECASE)
"""`flow_id`, `orderId`, `tag_ids`; what has no name before it is an id of its own."""
_DEEPEST = 2
Path = tuple[str | int, ...]


def foreign_members(api: Api, draft: Draft) -> Iterator[tuple[Path, Operation]]:
    """Yield each place of a body that holds the id of something else, with who makes or lists it."""
    for path, stem in _members(draft.body, ()):
        source = _source(api, stem, draft.operation)
        if source is not None:
            yield path, source


def foreign_parameters(api: Api, draft: Draft) -> Iterator[tuple[tuple[str, str], Operation]]:
    """Yield each parameter outside the path that holds the id of something else."""
    for location, name in draft.values:
        named = _NAMED.fullmatch(name)
        source = _source(api, named["stem"], draft.operation) if named else None
        if source is not None and location != "path":
            yield (location, name), source


def _members(value: Json, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, list):
        for each in value[:1]:
            yield from _members(each, (*path, 0))
    if not isinstance(value, Mapping) or len(path) > _DEEPEST:
        return
    for name, inner in value.items():
        named = _NAMED.fullmatch(name)
        if named and isinstance(inner, list) and inner and not isinstance(inner[0], Mapping | list):
            yield (*path, name, 0), named["stem"]
        elif named and isinstance(inner, str | int):
            yield (*path, name), named["stem"]
        else:
            yield from _members(inner, (*path, name))


def _source(api: Api, stem: str, user: Operation) -> Operation | None:
    """Return the operation that makes things of that name, else the one that lists them."""
    wanted = _word(stem)
    fitting = [
        each
        for each in api.operations
        if each.method in ("POST", "GET")
        and "{" not in each.path
        and each.id != user.id
        and _word(each.path.rstrip("/").rpartition("/")[2]) == wanted
    ]
    return min(fitting, key=lambda each: (each.method != "POST", len(each.path)), default=None)


def _word(name: str) -> str:
    """Return a name in the singular, without the signs between its words."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    if plain.endswith("ies"):
        return f"{plain[:-3]}y"
    if plain.endswith(("sses", "xes", "ches", "shes")):
        return plain[:-2]
    return plain.removesuffix("s")
