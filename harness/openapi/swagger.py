"""Read a Swagger 2.0 document as the OpenAPI 3.0 document that says the same."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from harness.jsonvalue import Json, items, lookup, members, text

METHODS = ("get", "put", "post", "delete", "options", "head", "patch")

_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_STYLES: Mapping[str, Mapping[str, Json]] = MappingProxyType(
    {
        "multi": {"style": "form", "explode": True},
        "ssv": {"style": "spaceDelimited", "explode": False},
        "pipes": {"style": "pipeDelimited", "explode": False},
    }
)
_NOT_OF_THE_SCHEMA = ("name", "in", "required", "description", "collectionFormat", "schema")


def is_swagger(data: Json) -> bool:
    """Tell a Swagger 2.0 document by its first word."""
    return members(data).get("swagger") == "2.0" and isinstance(members(data).get("paths"), Mapping)


def as_openapi(data: Json) -> Json:
    """Return the document in the words of OpenAPI 3.0; what it refers to stays where it stands."""
    root = members(data)
    kept = {key: value for key, value in root.items() if key not in ("swagger", "paths")}
    paths = {path: _item(root, item) for path, item in members(root.get("paths")).items()}
    return {**kept, "openapi": "3.0.3", "servers": _servers(root), "paths": paths}


def _servers(root: Mapping[str, Json]) -> list[Json]:
    host, base = text(root.get("host")), text(root.get("basePath"))
    schemes = [text(each) for each in items(root.get("schemes"))] or ["http"]
    return [{"url": f"{scheme}://{host}{base}" if host else base or "/"} for scheme in schemes]


def _item(root: Mapping[str, Json], item: Json) -> Json:
    given = members(item)
    shared = [_resolved(root, each) for each in items(given.get("parameters"))]
    made: dict[str, Json] = {
        key: value for key, value in given.items() if key not in (*METHODS, "parameters")
    }
    for method in METHODS:
        if method in given:
            made[method] = _operation(root, members(given[method]), shared)
    return made


def _operation(
    root: Mapping[str, Json], given: Mapping[str, Json], shared: Iterable[Mapping[str, Json]]
) -> Json:
    own = [_resolved(root, each) for each in items(given.get("parameters"))]
    named = {(text(each.get("name")), text(each.get("in"))): each for each in (*shared, *own)}
    replaced = ("parameters", "responses", "consumes", "produces")
    made: dict[str, Json] = {key: value for key, value in given.items() if key not in replaced}
    sent = _names(given.get("consumes", root.get("consumes")))
    made["parameters"] = [
        _parameter(each) for each in named.values() if each.get("in") not in ("body", "formData")
    ]
    fields = [each for each in named.values() if each.get("in") == "formData"]
    bodies = [each for each in named.values() if each.get("in") == "body"]
    if bodies:
        content: Json = {name: {"schema": bodies[0].get("schema", {})} for name in sent or [_JSON]}
        made["requestBody"] = {"required": bodies[0].get("required") is True, "content": content}
    elif fields:
        made["requestBody"] = _form(fields, sent)
    answered = _names(given.get("produces", root.get("produces"))) or [_JSON]
    responses = members(given.get("responses")).items()
    made["responses"] = {
        status: _response(_resolved(root, each), answered) for status, each in responses
    }
    return made


def _parameter(given: Mapping[str, Json]) -> Json:
    made: dict[str, Json] = {key: given[key] for key in ("name", "in", "required") if key in given}
    made["schema"] = _schema(given)
    if given.get("type") == "array":
        joined: Mapping[str, Json] = {"explode": False}
        made.update(_STYLES.get(text(given.get("collectionFormat")), joined))
    return made


def _form(fields: Iterable[Mapping[str, Json]], sent: list[str]) -> Json:
    listed = list(fields)
    has_file = any(each.get("type") == "file" for each in listed)
    kind = "multipart/form-data" if has_file else next(iter(sent), _FORM)
    schema: Json = {
        "type": "object",
        "required": [text(e.get("name")) for e in listed if e.get("required") is True],
        "properties": {text(each.get("name")): _schema(each) for each in listed},
    }
    required = any(each.get("required") is True for each in listed)
    return {"required": required, "content": {kind: {"schema": schema}}}


def _response(given: Mapping[str, Json], kinds: list[str]) -> Json:
    made: dict[str, Json] = {"description": given.get("description", "")}
    headers = members(given.get("headers")).items()
    made["headers"] = {name: {"schema": _schema(members(each))} for name, each in headers}
    schema = given.get("schema")
    if schema is not None and members(schema).get("type") != "file":
        made["content"] = {name: {"schema": schema} for name in kinds}
    return made


def _schema(given: Mapping[str, Json]) -> Json:
    if given.get("type") == "file":
        return {"type": "string", "format": "binary"}
    return {key: value for key, value in given.items() if key not in _NOT_OF_THE_SCHEMA}


def _resolved(root: Mapping[str, Json], value: Json) -> Mapping[str, Json]:
    reference = text(members(value).get("$ref"))
    return members(lookup(root, reference[1:])) if reference.startswith("#/") else members(value)


def _names(value: Json) -> list[str]:
    return [each for each in items(value) if isinstance(each, str)]
