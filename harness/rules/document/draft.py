"""A request to any operation as a value that rules change one thing of, and then write to the wire."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlencode

from harness.client.multipart import Part
from harness.exchange import Headers, Request
from harness.jsonvalue import MISSING, Json, as_text, items, lookup, members
from harness.openapi.bodies import is_xml
from harness.openapi.instances import NoInstance, Wanted, instance, is_excluded
from harness.openapi.media_type import is_json
from harness.openapi.merged import merged
from harness.openapi.model import Api, MediaType, Operation
from harness.openapi.styles import cookie_pairs, header_text, path_text, query_pairs, wire
from harness.openapi.walk import Direction
from harness.openapi.xml_writer import xml_text
from harness.rules.document.places import FORM, IGNORED_HEADERS, MULTIPART, Path, Place, chosen_body
from harness.rules.target import multipart_body

Values = Mapping[tuple[str, str], Json]
"""Parameter values by location and name."""


@dataclass(frozen=True, slots=True)
class Access:
    """What authenticates a call: headers, pairs of the query, cookies; secrets."""

    headers: Headers = ()
    query: tuple[tuple[str, str], ...] = ()
    cookies: tuple[tuple[str, str], ...] = ()


NO_ACCESS = Access()


@dataclass(frozen=True, slots=True)
class Draft:
    """A request that is not written yet."""

    operation: Operation
    values: Values = field(default_factory=dict)
    body: Json = None
    has_body: bool = False
    media_type: str = ""
    raw_body: bytes | None = None
    """Bytes in place of what `body` would be written as."""
    files: frozenset[str] = frozenset()
    """Members of a form that are files (format: binary): they are sent under a file name."""
    headers: Headers = ()
    """Beside those of parameters; they replace what would be written under the same name."""
    method: str = ""
    """In place of the operation's own."""
    raw_path: str = ""
    """In place of the path template with its values."""

    def value_at(self, place: Place) -> object:
        """Return what stands at a place, or MISSING."""
        if place.location == "body":
            start: object = self.body if self.has_body else MISSING
        else:
            start = self.values.get((place.location, place.name), MISSING)
        return _got(start, place.path)

    def with_value(self, place: Place, value: object) -> "Draft":
        """Return the draft with another value at a place; MISSING takes it away."""
        if place.location == "body":
            if not place.path:
                is_gone = value is MISSING
                return replace(self, body=None if is_gone else value, has_body=not is_gone)  # type: ignore[arg-type]  # a JSON value
            return replace(self, body=put(self.body, place.path, value))
        key = (place.location, place.name)
        if place.path:
            value = put(self.values.get(key, {}), place.path, value)
        kept = {name: each for name, each in self.values.items() if name != key}
        return replace(self, values=kept if value is MISSING else {**kept, key: value})  # type: ignore[dict-item]  # a JSON value


def put(value: Json, path: Path, new: object) -> Json:
    """Return a value with another one at a path; objects and one item are made on the way down."""
    if not path:
        return new  # type: ignore[return-value]  # MISSING is given for members only
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        listed = list(items(value)) or [None]
        # Places name an item by 0 alone: the first stands for all, as in `places`.
        return [put(listed[0], rest, new), *listed[1:]]
    held = dict(members(value))
    if not rest and new is MISSING:
        # Only a member can be taken away; items keep their number, so that indices stay true.
        held.pop(step, None)
        return held
    return {**held, step: put(held.get(step), rest, new)}


def _got(value: object, path: Path) -> object:
    for step in path:
        if isinstance(step, int):
            listed = items(value)
            value = listed[step] if step < len(listed) else MISSING
        else:
            value = members(value).get(step, MISSING)
        if value is MISSING:
            break
    return value


def written(draft: Draft, base_url: str, access: Access) -> Request:
    """Write a draft to a request, as its operation describes the parameters."""
    operation = draft.operation
    content_type, body = _body(draft)
    # Credentials come last and quoted whole: a key may hold `&` or `=`.
    pairs = [*_query(draft), *(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in access.query)]
    query = f"?{'&'.join(pairs)}" if pairs else ""
    headers = _headers(draft, content_type, access)
    return Request(
        method=draft.method or operation.method,
        url=_without_server_path(base_url, operation) + (draft.raw_path or _path(draft)) + query,
        headers=headers,
        body=body,
        operation=operation.label,
    )


def in_xml(draft: Draft, api: Api) -> Draft:
    """Return a draft whose body is XML with that XML written; any other as it is."""
    body = draft.body
    is_written = draft.raw_body is not None or not isinstance(body, Mapping | list)
    if is_written or not is_xml(draft.media_type):
        return draft
    schema = next(
        (each.schema for each in draft.operation.body if each.name == draft.media_type), True
    )
    return replace(draft, raw_body=xml_text(api, schema, body).encode("utf-8", "replace"))


def _without_server_path(base_url: str, operation: Operation) -> str:
    """Return a base URL without the path of the document's server, which every full path begins with.

    Some name the host, others the server as the document has it; both mean the same place.
    """
    server_path = operation.full_path.removesuffix(operation.path)
    return base_url.rstrip("/").removesuffix(server_path)


def _path(draft: Draft) -> str:
    path = draft.operation.full_path
    for (location, name), value in draft.values.items():
        if location == "path":
            as_ = wire(draft.operation, name, "path")
            # Values are percent-encoded, so that none can bring a new brace for the next name.
            path = path.replace(f"{{{name}}}", path_text(value, as_))
    return path


def _query(draft: Draft) -> list[str]:
    return [
        pair
        for (location, name), value in draft.values.items()
        if location == "query"
        for pair in query_pairs(value, wire(draft.operation, name, "query"))
    ]


def _headers(draft: Draft, content_type: str, access: Access) -> Headers:
    own = {name.lower() for name, _ in draft.headers}
    found: list[tuple[str, str]] = []
    cookies = [f"{name}={value}" for name, value in access.cookies]
    for (location, name), value in draft.values.items():
        as_ = wire(draft.operation, name, location)
        # Described as parameters these count for nothing (OpenAPI 3.1, 4.8.12.2.1).
        if location == "header" and name.lower() not in IGNORED_HEADERS:
            found.append((name, header_text(value, as_)))
        elif location == "cookie":
            cookies.extend(cookie_pairs(value, as_))
    if cookies:
        found.append(("Cookie", "; ".join(cookies)))
    if content_type:
        found.append(("Content-Type", content_type))
    found.extend(access.headers)
    # What a rule sets by hand wins; a field sent twice would be read differently by each server.
    return (*(pair for pair in found if pair[0].lower() not in own), *draft.headers)


def _body(draft: Draft) -> tuple[str, bytes]:
    kind = draft.media_type
    if draft.raw_body is not None:
        return kind, draft.raw_body
    if not draft.has_body:
        return "", b""
    if is_json(kind):
        # Characters as they are, since most clients send UTF-8 and not escapes.
        return kind, json.dumps(draft.body, ensure_ascii=False).encode("utf-8", "surrogatepass")
    if kind == FORM:
        pairs = [
            (name, as_text(each))
            for name, value in members(draft.body).items()
            # An array is a repeated field: style `form`, exploded, is the default of a form
            # (OpenAPI 3.1, 4.8.15).
            for each in (value if isinstance(value, list) else [value])
        ]
        return kind, urlencode(pairs).encode()
    if kind == MULTIPART:
        headers, body = multipart_body(tuple(_parts(draft)))
        return headers[0][1], body
    return kind, as_text(draft.body).encode("utf-8", "surrogatepass")


def with_broken_parts(draft: Draft) -> Iterator[tuple[str, Draft]]:
    """Yield a form with each of its parts of JSON cut off in turn, and the name of that part."""
    parts = tuple(_parts(draft)) if draft.media_type == MULTIPART and draft.has_body else ()
    for index, part in enumerate(parts):
        if is_json(part.content_type or "") and part.content[:1] in (b"{", b"["):
            broken = replace(part, content=part.content[:-1])
            headers, body = multipart_body((*parts[:index], broken, *parts[index + 1 :]))
            yield part.name, replace(draft, media_type=headers[0][1], raw_body=body)


def _parts(draft: Draft) -> Iterator[Part]:
    """Yield the parts of a form: an array as one part an item, but for what is written as JSON whole.

    OpenAPI 3.1, 4.8.15: `encoding` says how a member is written.
    """
    described = next((each for each in draft.operation.body if each.name == MULTIPART), None)
    for name, value in members(draft.body).items():
        entry = members(members(described.encoding if described else {}).get(name))
        declared = str(entry.get("contentType", ""))
        # Whole, an array too: `contentType` says that the part itself is one JSON text.
        if is_json(declared):
            yield Part(name, json.dumps(value).encode(), content_type=declared)
            continue
        for each in value if isinstance(value, list) else [value]:
            if name in draft.files:
                yield Part(name, as_text(each).encode(), "sample.txt", "text/plain")
            else:
                is_object = isinstance(each, Mapping | list)
                # The default of OpenAPI 3.1 (4.8.15.1) for objects; plain values need no type.
                kind = "application/json" if is_object else None
                yield Part(name, as_text(each).encode(), content_type=kind)


def concrete(name: str) -> str:
    """Return a media type that can be sent in place of a range."""
    # Plain text fits both `*/*` and `text/*`, the ranges that documents use.
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
    # OpenAPI 3.0 writes `format: binary`, 3.1 `contentMediaType`; lists have it at their items.
    return "binary" in (own.get("format"), inner.get("format")) or "contentMediaType" in own


def without_read_only(api: Api, schema: Json, value: Json) -> Json:
    """Return an example without the members that a request is not to hold."""
    properties = merged(api, schema).properties
    if not isinstance(value, Mapping):
        return value
    return {
        name: without_read_only(api, properties.get(name, True), each)
        for name, each in value.items()
        # readOnly members SHOULD NOT be sent (OpenAPI 3.0, 4.7.24); examples of answers have them.
        if name not in properties or not is_excluded(api, properties[name], Direction.REQUEST)
    }


def why_unmade(api: Api, operation: Operation) -> str:
    """Say why no body of an operation can be made; empty where one can, or none is needed."""
    media_type = chosen_body(operation)
    try:
        if media_type is not None:
            instance(api, media_type.schema, Wanted(Direction.REQUEST))
    except NoInstance as problem:
        return str(problem)
    return ""


def with_given(body: Json, given: Mapping[str, Json]) -> Json:
    """Return a body with the values that a user gives for the members it has, by JSON Pointer."""
    for pointer, value in given.items():
        if lookup(body, pointer) is not MISSING:
            steps = tuple(int(s) if s.isdigit() else s for s in pointer.split("/")[1:])
            body = put(body, steps, value)
    return body


def with_texts(api: Api, operation: Operation, body: Json, names: Sequence[str]) -> Json:
    """Return a body with more of its members: those of these names that any text may stand in."""
    media_type = chosen_body(operation)
    if not names or media_type is None or not isinstance(body, Mapping):
        return body
    properties = merged(api, media_type.schema).properties
    free = {name: each for name, each in properties.items() if name in names and name not in body}
    made = {name: _free_text(api, each) for name, each in free.items()}
    return {**body, **{name: each for name, each in made.items() if each}}


def _free_text(api: Api, schema: Json) -> str:
    own = merged(api, schema)
    is_bound = own.keywords.keys() & {"pattern", "format", "enum", "const", "readOnly"}
    if is_bound or own.types[:1] != ("string",):
        return ""
    try:
        return str(instance(api, schema, Wanted(Direction.REQUEST)))
    except NoInstance:
        return ""


def renumbered(api: Api, schema: Json, value: Json, number: int, depth: int) -> Json:
    """Return a value with a number in each free text: one without pattern, format or enum."""
    found = merged(api, schema)
    # Unique names stand near the top; the bound on the depth also ends a recursion.
    if isinstance(value, Mapping) and depth < 3:
        return {
            name: renumbered(api, found.properties.get(name, False), each, number, depth + 1)
            for name, each in value.items()
        }
    is_free = not found.keywords.keys() & {"pattern", "format", "enum", "const"}
    if isinstance(value, str) and is_free and {*found.types} in ({"string"}, {"string", "null"}):
        longest = found.keywords.get("maxLength")
        changed = f"{value} {number}"
        # A number that makes the text too long would get it refused for its length.
        return changed if not isinstance(longest, int) or len(changed) <= longest else value
    return value
