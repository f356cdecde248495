"""Make a step's request: the address, the parameters in their places, the body."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlsplit

from harness.exchange import Headers, Request, header
from harness.workflow.expressions import is_near_miss
from harness.workflow.files import FileProblem
from harness.workflow.model import Body, Parameter, Step
from harness.workflow.operations import Called
from harness.workflow.payloads import Encoded, Place, encode_body
from harness.workflow.scope import Scope, Sent
from harness.workflow.selectors import select
from harness.workflow.templates import ABSENT, Unresolved, as_text, template, value_of

_SLOT = re.compile(r"\{([^{}]+)\}")
_FORBIDDEN = re.compile(r"[\r\n\0]")
_HEADER_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


class RequestProblem(ValueError):
    """The request cannot be made from this document, and why."""


def build(
    step: Step, called: Called, scope: Scope, place: Place, *, base: str, boundary: str
) -> Sent:
    """Return the request of a step. Raises RequestProblem; nothing unresolved is ever sent."""
    values = [(each, _value(each, scope, place)) for each in step.parameters]
    given = [(each, value) for each, value in values if value is not ABSENT]
    path, query = _named(given, "path"), _named(given, "query")
    encoded = _body(step.body, called, scope, place, boundary)
    request = Request(
        method=called.operation.method,
        url=base.rstrip("/") + _path(called.operation.full_path, path) + _query(given),
        headers=_headers(given, encoded),
        body=encoded.content,
        operation=called.operation.label,
        step=step.id,
    )
    return Sent(request, path=path, query=query)


def base_url(called: Called, servers: Mapping[str, str]) -> str:
    """Return the address below which the full path of an operation lies. Raises RequestProblem."""
    override = servers.get(called.description.name) or servers.get("*")
    if override:
        return override
    server = called.api.servers[0] if called.api.servers else ""
    parts = urlsplit(server)
    if parts.scheme not in ("http", "https") or not parts.netloc or "{" in parts.netloc:
        what = f"the document of '{called.description.name}' names no server with a host"
        raise RequestProblem(f"{what}; give one, as in {called.description.name}=https://host")
    return f"{parts.scheme}://{parts.netloc}"


def _value(parameter: Parameter, scope: Scope, place: Place) -> object:
    given = parameter.value
    if isinstance(given, str) and template(given).whole is None:
        taken = template(given)
        if taken.doubt and (is_near_miss(given) or taken.expressions or "{$" in given):
            raise RequestProblem(f"{parameter.name}: {given}: {taken.doubt}")
    try:
        return value_of(given, scope, select if place.has_selectors else None)
    except Unresolved as problem:
        raise RequestProblem(
            f"{parameter.location} parameter {parameter.name}: {problem}"
        ) from None


def _body(body: Body | None, called: Called, scope: Scope, place: Place, boundary: str) -> Encoded:
    if body is None:
        return Encoded(b"", "")
    try:
        return encode_body(body, called.operation, scope, place, boundary=boundary)
    except (Unresolved, FileProblem) as problem:
        raise RequestProblem(f"request body: {problem}") from None


def _named(given: Iterable[tuple[Parameter, object]], location: str) -> dict[str, object]:
    return {each.name: value for each, value in given if each.location == location}


def _path(full_path: str, values: Mapping[str, object]) -> str:
    def filled(slot: re.Match[str]) -> str:
        name = slot[1]
        value = values.get(name)
        if value is None or value == "":
            raise RequestProblem(f"path parameter {name}: there is no value for it")
        written = quote(simple(value), safe=",")
        if written in (".", ".."):
            raise RequestProblem(f"path parameter {name}: '{written}' would change the path")
        return written

    return _SLOT.sub(filled, full_path)


def simple(value: object) -> str:
    """Write a value in style `simple`, the default of path and header (OpenAPI 3.1, 4.8.12.2)."""
    if isinstance(value, Mapping):
        return ",".join(f"{key},{as_text(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ",".join(as_text(item) for item in value)
    return as_text(value)


def _query(given: Iterable[tuple[Parameter, object]]) -> str:
    listed = list(given)
    pairs = [
        f"{quote(name, safe='')}={quote(as_text(value), safe='')}"
        for parameter, whole in listed
        if parameter.location == "query"
        for name, value in _exploded(parameter.name, whole)
    ]
    raw = [as_text(value) for each, value in listed if each.location == "querystring"]
    if raw and pairs:
        raise RequestProblem("a querystring excludes query parameters")
    text = raw[0].removeprefix("?") if raw else "&".join(pairs)
    return f"?{quote(text, safe=_SAFE)}" if text else ""


_SAFE = "!$&'()*+,;=:@/?%-._~[]"


def _exploded(name: str, value: object) -> list[tuple[str, object]]:
    """Write a value in style `form`, exploded, the default of query; null is no value."""
    if isinstance(value, Mapping):
        return [(key, item) for key, item in value.items() if item is not None]
    if isinstance(value, list | tuple):
        return [(name, item) for item in value]
    return [] if value is None else [(name, value)]


def _headers(given: Iterable[tuple[Parameter, object]], encoded: Encoded) -> Headers:
    listed = list(given)
    pairs = [
        (each.name, _header(each.name, simple(value)))
        for each, value in listed
        if each.location == "header" and value is not None
    ]
    cookies = [
        f"{each.name}={quote(simple(value), safe=_SAFE.replace(';', '').replace(',', ''))}"
        for each, value in listed
        if each.location == "cookie" and value is not None
    ]
    if cookies:
        pairs.append(("Cookie", _header("Cookie", "; ".join(cookies))))
    if encoded.content_type and header(tuple(pairs), "content-type") is None:
        pairs.append(("Content-Type", _header("Content-Type", encoded.content_type)))
    return tuple(pairs)


def _header(name: str, value: str) -> str:
    if not _HEADER_NAME.fullmatch(name):
        raise RequestProblem(f"'{name}' cannot be the name of a header")
    if _FORBIDDEN.search(value):
        raise RequestProblem(f"header {name}: its value has a line break")
    return value
