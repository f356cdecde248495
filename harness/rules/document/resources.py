"""Infer which operation makes, lists, reads, changes and removes a resource, who names it, and what is missing to try one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

from harness.errors import DocumentError
from harness.exchange import Response
from harness.hosts import split_url
from harness.jsonvalue import MISSING, Json, lookup, members, text
from harness.openapi.merged import resolved
from harness.openapi.model import Api, Operation
from harness.openapi.validator import faults
from harness.rules.document.draft import Draft
from harness.rules.target import Answered

_SLOT = re.compile(r"\{([^{}]+)\}")
# Names under which APIs wrap what they return, the more common ones first.
_WRAPPERS = ("data", "result", "item", "items", "results", "content", "records", "value", "values")
_LOOSE = ("key", "name", "slug", "code")
"""Names of ids that are names of much else too."""


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
    """Yield what may be the id of a resource in an answer: by Location, by name, by place.

    A map keyed by ids, as some lists are, gives its keys.
    """
    try:
        body = response.json()
    except ValueError:
        body = None
    above, last = _located(response)
    # What a 201 has made stands in its Location (RFC 9110, 15.3.2), unless that leads elsewhere.
    is_item = bool(last) and above == collection.rstrip("/").rpartition("/")[2]
    if is_item:
        yield last
    yield from _ids(body, _names(parameter, collection), 0)
    if last and not is_item:
        yield last
    held = members(body)
    # Objects all the way: `{"17": {...}, "18": {...}}`. Of few members each could be an id.
    if held and all(isinstance(each, Mapping) for each in held.values()):
        yield from list(held)[:3]


def _located(response: Response) -> tuple[str, str]:
    """Return the last two names in the path of a Location; empty where there is none."""
    location = response.header("location")
    path = split_url(location).path.rstrip("/") if location else ""
    above, _, last = path.rpartition("/")
    return unquote(above.rpartition("/")[2]), unquote(last)


def linked_ids(
    api: Api, source: Operation, response: Response, target: Operation
) -> dict[str, Json]:
    """Return parameter values that the links of a response give for an operation (OpenAPI 3.1, 4.8.20)."""
    found: dict[str, Json] = {}
    responses = members(lookup(api.root, f"{source.pointer}/responses"))
    documented = resolved(api, responses.get(str(response.status), responses.get("default")))
    for raw in members(documented.get("links")).values():
        link = resolved(api, raw)
        led_to = next((each for each in api.operations if _leads_to(link, each)), None)
        for written, expression in members(link.get("parameters")).items():
            name = written.rpartition(".")[2]
            value = _linked(text(expression), response)
            if value is not MISSING and led_to and _is_shared(led_to, target, name):
                found[name] = value  # type: ignore[assignment]  # a JSON value
    return found


def _leads_to(link: Mapping[str, Json], operation: Operation) -> bool:
    named, referred = text(link.get("operationId")), text(link.get("operationRef"))
    return named == operation.id if named else referred.removeprefix("#") == operation.pointer


def _is_shared(one: Operation, other: Operation, name: str) -> bool:
    """Tell whether a parameter means the same to both: it is theirs, or in the part of a path they share."""
    slot = f"{{{name}}}"
    start, found, _ = one.path.partition(slot)
    return one.id == other.id or bool(found and other.path.startswith(f"{start}{slot}"))


def can_name(api: Api, user: Operation, parameter: str, value: Json) -> bool:
    """Return whether a value in an answer can be what an operation takes for its id.

    In a path everything is text: 7 and "7" are the same there.
    """
    known = (each for each in user.parameters if (each.location, each.name) == ("path", parameter))
    described = next(known, None)
    if described is None or not described.schema_pointer:
        return True
    shown = str(value)
    readings = (value, shown, int(shown)) if shown.lstrip("-").isdecimal() else (value, shown)
    try:
        return any(not faults(api, described.schema_pointer, each) for each in readings)
    except DocumentError:  # a schema that nobody can evaluate, which the lint tells
        return True


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
    plain = [parameter, "id", f"{singular}Id", "uuid", "_id", *_LOOSE]
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
    # `guest: {name: …}` names the guest, not what was booked.
    strict = tuple(each for each in names if each not in _LOOSE or each == names[0])
    for wrapper in dict.fromkeys((*_WRAPPERS, *held)):
        if isinstance(held.get(wrapper), Mapping | list):
            inner = names if wrapper in _WRAPPERS else strict
            yield from _ids(held[wrapper], inner, depth + 1)


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


def advice_on(operation: Operation, tried: Sequence[Answered], unmade: str = "") -> str:
    """Advise on what to configure, from what the API answered, or from why nothing could be sent."""
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
    if not codes and unmade:
        return (
            f"no request can be made by the document, for {unmade}; give an example in the document, "
            f"or values in harness.yaml, for {_needed(operation)}"
        )
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
