"""Make a step's request: the address, the parameters in their places, the body."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from harness.exchange import Headers, Request, header
from harness.hosts import split_url
from harness.jsonvalue import as_text
from harness.openapi import styles
from harness.openapi.model import Operation
from harness.workflow.document.model import Body, Parameter, Step
from harness.workflow.document.operations import Called
from harness.workflow.language.expressions import is_near_miss
from harness.workflow.language.scope import Scope, Sent
from harness.workflow.language.selectors import select
from harness.workflow.language.templates import ABSENT, Unresolved, template, value_of
from harness.workflow.request.files import FileProblem
from harness.workflow.request.payloads import Encoded, Place, encode_body

_SLOT = re.compile(r"\{([^{}]+)\}")
# CR, LF and NUL would end the header or smuggle in another (RFC 9110, section 5.5).
_FORBIDDEN = re.compile(r"[\r\n\0]")
# A token (RFC 9110, section 5.6.2).
_HEADER_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


class RequestProblem(ValueError):
    """The request cannot be made from this document, and why."""


def build(
    step: Step, called: Called, scope: Scope, place: Place, *, address: str, boundary: str
) -> Sent:
    """Return the request of a step. Raises RequestProblem; nothing unresolved is ever sent."""
    values = [(parameter, _value(parameter, scope, place)) for parameter in step.parameters]
    given = [(parameter, value) for parameter, value in values if value is not ABSENT]
    path = _named(given, "path")
    encoded = _body(step.body, called, scope, place, boundary)
    request = Request(
        method=called.operation.method,
        url=_path(address, called.operation, path) + _query(called.operation, given),
        headers=_headers(called.operation, given, encoded),
        body=encoded.content,
        operation=called.operation.label,
        step=step.id,
    )
    return Sent(
        request,
        path=path,
        query=_named(given, "query"),
        header={name.lower(): value for name, value in _named(given, "header").items()},
        cookie=_named(given, "cookie"),
    )


def address_of(called: Called, servers: Mapping[str, str]) -> str:
    """Return an operation's address, its path still a template. Raises RequestProblem.

    A server given for a source stands in for the document's; one without a path of its own, and
    that of all sources (`*`), only says on which host the whole path lies.
    """
    operation = called.operation
    override = servers.get(called.description.name, "")
    if split_url(override).path.strip("/"):
        return override.rstrip("/") + operation.path
    override = override or servers.get("*", "")
    if override:
        return override.rstrip("/") + operation.full_path
    parts = split_url(operation.servers[0] if operation.servers else "")
    # A host with a variable in braces is no host yet.
    if parts.scheme not in ("http", "https") or not parts.netloc or "{" in parts.netloc:
        what = f"the document of '{called.description.name}' names no server with a host"
        raise RequestProblem(f"{what}; give one, as in {called.description.name}=https://host")
    return f"{parts.scheme}://{parts.netloc}{operation.full_path}"


def _value(parameter: Parameter, scope: Scope, place: Place) -> object:
    given = parameter.value
    if isinstance(given, str) and template(given).whole is None:
        taken = template(given)
        # Text with a dollar sign is allowed; only what was meant as an expression is refused.
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
    return {parameter.name: value for parameter, value in given if parameter.location == location}


def _path(address: str, operation: Operation, values: Mapping[str, object]) -> str:
    def filled(slot: re.Match[str]) -> str:
        name = slot[1]
        value = values.get(name)
        # An empty segment would call another path, often the whole collection.
        if value is None or value in ("", [], {}):
            raise RequestProblem(f"path parameter {name}: there is no value for it")
        written = styles.path_text(value, styles.wire(operation, name, "path"))
        # Clients remove these segments before they send (RFC 3986, section 5.2.4).
        if written in (".", ".."):
            raise RequestProblem(f"path parameter {name}: '{written}' would change the path")
        return written

    return _SLOT.sub(filled, address)


def _query(operation: Operation, given: Iterable[tuple[Parameter, object]]) -> str:
    listed = list(given)
    pairs = [
        pair
        for parameter, value in listed
        if parameter.location == "query"
        for pair in styles.query_pairs(value, styles.wire(operation, parameter.name, "query"))
    ]
    raw = [as_text(value) for parameter, value in listed if parameter.location == "querystring"]
    if any(not isinstance(v, str) for e, v in listed if e.location == "querystring"):
        raise RequestProblem("a querystring is a text, the whole of what follows '?'")
    if len(raw) > 1:
        raise RequestProblem("there can be one querystring alone")
    if raw and pairs:
        raise RequestProblem("a querystring excludes query parameters")
    # What is percent-encoded already stays so; only characters that no query may hold are encoded.
    text = quote(raw[0].removeprefix("?"), safe=_SAFE) if raw else "&".join(pairs)
    return f"?{text}" if text else ""


_SAFE = "!$&'()*+,;=:@/?%-._~[]"


def _headers(
    operation: Operation, given: Iterable[tuple[Parameter, object]], encoded: Encoded
) -> Headers:
    # A header with the value null is not sent, rather than sent as the text "null".
    listed = [(parameter, value) for parameter, value in given if value is not None]
    pairs = [
        (parameter.name, _header(parameter.name, styles.header_text(value, as_)))
        for parameter, value in listed
        if parameter.location == "header"
        for as_ in [styles.wire(operation, parameter.name, "header")]
    ]
    cookies = [
        pair
        for parameter, value in listed
        if parameter.location == "cookie"
        for pair in styles.cookie_pairs(value, styles.wire(operation, parameter.name, "cookie"))
    ]
    if cookies:
        pairs.append(("Cookie", _header("Cookie", "; ".join(cookies))))
    # A parameter that sets the Content-Type wins over that of the body.
    if encoded.content_type and header(tuple(pairs), "content-type") is None:
        pairs.append(("Content-Type", _header("Content-Type", encoded.content_type)))
    return tuple(pairs)


def _header(name: str, value: str) -> str:
    if not _HEADER_NAME.fullmatch(name):
        raise RequestProblem(f"'{name}' cannot be the name of a header")
    if _FORBIDDEN.search(value):
        raise RequestProblem(f"header {name}: its value has a line break")
    return value
