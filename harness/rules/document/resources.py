"""Infer which operation makes, lists, reads, changes and removes a resource, who names it, and what is missing to try one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

from harness.exchange import Response
from harness.hosts import split_url
from harness.jsonvalue import MISSING, Json, lookup, members, text
from harness.openapi.merged import resolved
from harness.openapi.model import Api, Operation
from harness.rules.document.draft import Draft
from harness.rules.target import Answered

_SLOT = re.compile(r"\{([^{}]+)\}")
# Names under which APIs wrap what they return, the more common ones first.
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
        # On the collection itself first; some APIs create under a path of another shape.
        creator=_at(api, "POST", collection) or _similar(api, "POST", collection),
        lister=_at(api, "GET", collection) or _similar(api, "GET", collection),
    )


def siblings(api: Api, operation: Operation) -> Mapping[str, Operation]:
    """Return the operations on the same path by method."""
    shape = _shape(operation.path)
    return {
        each.method: each
        for each in api.operations
        # `/pets/{id}` and `/pets/{petId}` are one path: names may differ from method to method.
        if _shape(each.path) == shape and each.servers == operation.servers
    }


def item_path_of(api: Api, creator: Operation) -> str | None:
    """Return the path of the items that an operation on a collection makes, or None."""
    wanted = f"{_shape(creator.path).rstrip('/')}/{{}}"
    found = {each.path for each in api.operations if _shape(each.path).rstrip("/") == wanted}
    # Any would do; the least one makes the choice the same in every run.
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
    # By name first: it is the most certain, and callers take the first id that works.
    yield from _ids(body, names, 0)
    location = response.header("location")
    if location:
        last = unquote(split_url(location).path.rstrip("/").rpartition("/")[2])
        if last:
            yield last
    held = members(body)
    # Objects all the way: `{"17": {...}, "18": {...}}`. Of few members each could be an id.
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
        # Links by `operationRef` are rare and name a place in a document; they are not followed.
        if text(link.get("operationId")) != target.id:
            continue
        for name, expression in members(link.get("parameters")).items():
            value = _linked(text(expression), response)
            if value is not MISSING:
                # A name may be qualified by its location, as `path.id` (OpenAPI 3.1, 4.8.20).
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
    # `/pets` names `petId`. An irregular plural finds no member, and the other names are tried.
    singular = collection.rstrip("/").rpartition("/")[2].rstrip("s")
    plain = [parameter, "id", f"{singular}Id", "uuid", "key", "_id", "name", "slug", "code"]
    return tuple(dict.fromkeys(each.lower().replace("_", "").replace("-", "") for each in plain))


def _ids(body: Json, names: tuple[str, ...], depth: int) -> Iterator[Json]:
    # Ids stand near the top of an answer; deeper ones belong to other things.
    if depth > 3:
        return
    if isinstance(body, list):
        # A list of bare ids, as some APIs answer; three are enough to find one that works.
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
    # Known wrappers before all other members, which may hold ids of related things.
    for wrapper in (*_WRAPPERS, *held):
        if isinstance(held.get(wrapper), Mapping | list):
            yield from _ids(held[wrapper], names, depth + 1)


def _is_id(value: Json) -> bool:
    # True is an int in Python; an empty text leads to the collection.
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
    # Without slots: whoever creates by it needs to know nothing beforehand.
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
        # The first item shows what the others hold, and `put` reaches that one only.
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
    # Making one is surer than finding one: a list may be empty.
    return min(fitting, key=lambda each: (each.method != "POST", len(each.path)), default=None)


def _word(name: str) -> str:
    """Return a name in the singular, without the signs between its words."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    # Enough English for resource names: categories, boxes, branches, classes, pets.
    if plain.endswith("ies"):
        return f"{plain[:-3]}y"
    if plain.endswith(("sses", "xes", "ches", "shes")):
        return plain[:-2]
    return plain.removesuffix("s")


def advice_on(operation: Operation, tried: Sequence[Answered]) -> str:
    """Advise on what to configure, from what the API answered."""
    codes = {each.response.status for each in tried}
    statuses = ", ".join(dict.fromkeys(str(each.response.status) for each in tried)) or "nothing"
    # From the most specific cause to the least: the first that explains every answer is reported.
    if codes and codes <= {401, 403, 407}:
        return (
            f"every request was refused with {statuses}: set HARNESS_TOKEN, or HARNESS_USER and "
            "HARNESS_PASSWORD; the credentials are missing or not accepted, or `scheme` below "
            "`documents:` in harness.yaml has to name another one"
        )
    if codes and codes <= {404, 405} and not path_parameters(operation):
        return (
            f"nothing answers at {tried[0].exchange.request.url}: {statuses}; compare --base-url "
            "with the servers of the document"
        )
    if codes and min(codes) >= 500:
        return f"every request was answered with {statuses}: look at the API's own log first"
    return (
        f"of {len(tried)} requests none was accepted (answers: {statuses}); give an example in the "
        f"document, or values in harness.yaml, for {_needed(operation)}"
    )


def _needed(operation: Operation) -> str:
    """Name what a request has to have: its required parameters, else its body."""
    of_path = (f"path parameter {name}" for name in path_parameters(operation))
    required = (
        f"{each.location} parameter {each.name}" for each in operation.parameters if each.required
    )
    # A parameter of the path is listed twice where the document describes it as well.
    return ", ".join(dict.fromkeys((*of_path, *required))) or "its body"
