"""Infer from paths and links which operation makes, lists, reads, changes and removes a resource."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

from harness.exchange import Response
from harness.hosts import split_url
from harness.jsonvalue import MISSING, Json, lookup, members, text
from harness.openapi.merged import resolved
from harness.openapi.model import Api, Operation

_SLOT = re.compile(r"\{([^{}]+)\}")
_WRAPPERS = ("data", "result", "item", "items", "results", "content", "records", "value", "values")


@dataclass(frozen=True, slots=True)
class Resource:
    """What stands at a path with a parameter at its end: `/pets/{petId}` below `/pets`."""

    parameter: str
    collection: str
    """The path above the parameter."""
    creator: Operation | None
    lister: Operation | None


def resource_of(api: Api, operation: Operation, parameter: str) -> Resource:
    """Return the resource that a path parameter of an operation names."""
    path = operation.path
    collection = path[: path.index(f"{{{parameter}}}")].rstrip("/")
    return Resource(
        parameter,
        collection,
        creator=_at(api, "POST", collection) or _similar(api, "POST", collection),
        lister=_at(api, "GET", collection) or _similar(api, "GET", collection),
    )


def siblings(api: Api, operation: Operation) -> Mapping[str, Operation]:
    """Return the operations on the same path by method."""
    shape = _shape(operation.path)
    return {
        each.method: each
        for each in api.operations
        if _shape(each.path) == shape and each.servers == operation.servers
    }


def item_path_of(api: Api, creator: Operation) -> str | None:
    """Return the path of the items that an operation on a collection makes, or None."""
    wanted = f"{_shape(creator.path).rstrip('/')}/{{}}"
    found = {each.path for each in api.operations if _shape(each.path).rstrip("/") == wanted}
    return min(found, default=None)


def path_parameters(operation: Operation) -> tuple[str, ...]:
    """Return the names in the braces of a path, from left to right."""
    return tuple(_SLOT.findall(operation.path))


def ids_in(response: Response, parameter: str, collection: str) -> Iterator[Json]:
    """Yield what may be the id of a resource in an answer: by name, by Location, by place.

    A map keyed by ids, as some lists are, gives its keys.
    """
    try:
        body = response.json()
    except ValueError:
        body = None
    names = _names(parameter, collection)
    yield from _ids(body, names, 0)
    location = response.header("location")
    if location:
        last = unquote(split_url(location).path.rstrip("/").rpartition("/")[2])
        if last:
            yield last
    held = members(body)
    if held and all(isinstance(each, Mapping) for each in held.values()):
        yield from list(held)[:3]


def linked_ids(
    api: Api, source: Operation, response: Response, target: Operation
) -> dict[str, Json]:
    """Return parameter values that the links of a response give for an operation (OpenAPI 3.1, 4.8.20)."""
    found: dict[str, Json] = {}
    responses = members(lookup(api.root, f"{source.pointer}/responses"))
    documented = resolved(api, responses.get(str(response.status), responses.get("default")))
    for raw in members(documented.get("links")).values():
        link = resolved(api, raw)
        if text(link.get("operationId")) != target.id:
            continue
        for name, expression in members(link.get("parameters")).items():
            value = _linked(text(expression), response)
            if value is not MISSING:
                found[name.rpartition(".")[2]] = value  # type: ignore[assignment]  # a JSON value
    return found


def _linked(expression: str, response: Response) -> object:
    if expression.startswith("$response.body#"):
        try:
            return lookup(response.json(), expression.partition("#")[2])
        except ValueError:
            return MISSING
    if expression.startswith("$response.header."):
        value = response.header(expression.removeprefix("$response.header."))
        return MISSING if value is None else value
    return MISSING


def _names(parameter: str, collection: str) -> tuple[str, ...]:
    singular = collection.rstrip("/").rpartition("/")[2].rstrip("s")
    plain = [parameter, "id", f"{singular}Id", "uuid", "key", "_id", "name", "slug", "code"]
    return tuple(dict.fromkeys(each.lower().replace("_", "").replace("-", "") for each in plain))


def _ids(body: Json, names: tuple[str, ...], depth: int) -> Iterator[Json]:
    if depth > 3:
        return
    if isinstance(body, list):
        yield from (each for each in body[:3] if depth <= 1 and _is_id(each))
        for each in body[:3]:
            yield from _ids(each, names, depth + 1)
        return
    held = members(body)
    plain = {key.lower().replace("_", "").replace("-", ""): value for key, value in held.items()}
    for name in names:
        value = plain.get(name)
        if _is_id(value):
            yield value
    for wrapper in (*_WRAPPERS, *held):
        if isinstance(held.get(wrapper), Mapping | list):
            yield from _ids(held[wrapper], names, depth + 1)


def _is_id(value: Json) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def _at(api: Api, method: str, path: str) -> Operation | None:
    return next(
        (
            each
            for each in api.operations
            if each.method == method and _shape(each.path).rstrip("/") == _shape(path).rstrip("/")
        ),
        None,
    )


def _similar(api: Api, method: str, collection: str) -> Operation | None:
    """Return an operation whose path ends with the same word, in singular or plural, without slots."""
    word = collection.rstrip("/").rpartition("/")[2].lower().rstrip("s")
    fitting = [
        each
        for each in api.operations
        if each.method == method
        and not _SLOT.search(each.path)
        and word
        and each.path.rstrip("/").rpartition("/")[2].lower().rstrip("s") == word
    ]
    return min(fitting, key=lambda each: len(each.path), default=None)


@cache  # thousands of operations are compared with each other
def _shape(path: str) -> str:
    return _SLOT.sub("{}", path)
