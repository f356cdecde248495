"""What runtime expressions can see at a moment of a run, and how they find it there."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from harness.client.multipart import MalformedMultipart, ReceivedPart, parse
from harness.exchange import Request, Response, header
from harness.jsonvalue import MISSING, Json, escape, lookup, parsed, without_surrogates
from harness.openapi.media_type import is_json
from harness.workflow.language.expressions import Expression

Values = Mapping[str, object]
_STEP = re.compile(r"[^.\[\]]+")


@dataclass(frozen=True)
class Sent:
    """A request as expressions see it."""

    request: Request
    path: Values = field(default_factory=dict)
    query: Values = field(default_factory=dict)
    header: Values = field(default_factory=dict)
    """As they were given, by lower-case name."""
    cookie: Values = field(default_factory=dict)

    @cached_property
    def body(self) -> Json:
        kind = header(self.request.headers, "content-type") or ""
        # Without bytes there is no value, not even an empty text.
        return decode(self.request.body, kind) if self.request.body else None


@dataclass(frozen=True)
class Received:
    """A response as expressions see it."""

    response: Response

    @cached_property
    def body(self) -> Json:
        kind = self.response.header("content-type") or ""
        return decode(self.response.body, kind) if self.response.body else None


@dataclass(frozen=True, slots=True)
class Scope:
    """All values that a step can refer to."""

    inputs: Values = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    """Inputs that are declared and may be left out."""
    steps: Mapping[str, Values] = field(default_factory=dict)
    workflows: Mapping[str, Mapping[str, Values]] = field(default_factory=dict)
    outputs: Values = field(default_factory=dict)
    descriptions: Mapping[str, Values] = field(default_factory=dict)
    components: Mapping[str, Json] = field(default_factory=dict)
    self_uri: str = ""
    sent: Sent | None = None
    received: Received | None = None

    def resolve(self, expression: Expression) -> object:
        """Return the value that an expression leads to, or MISSING."""
        start = _ROOTS[expression.root](self, expression.names)
        if start is MISSING:
            return MISSING
        return _follow(start, expression)

    def may_be_absent(self, expression: Expression) -> bool:
        """Return whether an expression names an input that nobody had to give."""
        return expression.root == "inputs" and expression.names[0] in self.optional


def dotted(values: object, name: str) -> object:
    """Look up a name that may hold dots: the longest key that fits, then members of its value."""
    if not isinstance(values, Mapping):
        return MISSING
    head, tail = name, ""
    # The head loses its last dotted part in each round, so this ends at the latest with one name.
    while head not in values:
        head, dot, last = head.rpartition(".")
        if not dot:
            return MISSING
        tail = f"{last}.{tail}" if tail else last
    value: object = values[head]
    return dotted(value, tail) if tail else value


def _follow(value: object, expression: Expression) -> object:
    if expression.pointer:
        # A name with brackets may be a real member, so the pointer is tried as it is written first.
        found = lookup(value, expression.pointer)
        if found is not MISSING or "[" not in expression.pointer:
            return found
        # `#/items[0].id`: no such member, so the operators of simple conditions are meant.
        base, _, rest = expression.pointer.partition("[")
        return _walk(lookup(value, base), _STEP.findall(f"[{rest}"))
    return _walk(value, expression.path)


def _walk(value: object, path: Iterable[str]) -> object:
    for name in path:
        value = lookup(value, f"/{escape(name)}")
    return value


def _url(scope: Scope, _: tuple[str, ...]) -> object:
    return scope.sent.request.url if scope.sent else MISSING


def _method(scope: Scope, _: tuple[str, ...]) -> object:
    return scope.sent.request.method if scope.sent else MISSING


def _status(scope: Scope, _: tuple[str, ...]) -> object:
    return scope.received.response.status if scope.received else MISSING


def _request(scope: Scope, names: tuple[str, ...]) -> object:
    if scope.sent is None:
        return MISSING
    match names[0]:
        case "header":
            # Header names compare in any case (RFC 9110, section 5.1).
            value = header(scope.sent.request.headers, names[1])
            return MISSING if value is None else value
        case "query":
            # As it was given, with its type; the address holds only text.
            return scope.sent.query.get(names[1], MISSING)
        case "path":
            return scope.sent.path.get(names[1], MISSING)
        case _:
            # As it went out, so that defaults and replacements are seen as the API saw them.
            return scope.sent.body if scope.sent.request.body else MISSING


def _response(scope: Scope, names: tuple[str, ...]) -> object:
    if scope.received is None:
        return MISSING
    match names[0]:
        case "header":
            value = scope.received.response.header(names[1])
            return MISSING if value is None else value
        case "body":
            return scope.received.body if scope.received.response.body else MISSING
        # A response has headers and a body and nothing else.
        case _:
            return MISSING


def _inputs(scope: Scope, names: tuple[str, ...]) -> object:
    return dotted(scope.inputs, names[0])


def _outputs(scope: Scope, names: tuple[str, ...]) -> object:
    return dotted(scope.outputs, names[0])


def _steps(scope: Scope, names: tuple[str, ...]) -> object:
    return dotted(scope.steps.get(names[0]), names[2])


def _workflows(scope: Scope, names: tuple[str, ...]) -> object:
    return dotted(scope.workflows.get(names[0], {}).get(names[1]), names[2])


def _descriptions(scope: Scope, names: tuple[str, ...]) -> object:
    return scope.descriptions.get(names[0], {}).get(names[1], MISSING)


def _components(scope: Scope, names: tuple[str, ...]) -> object:
    found = dotted(scope.components.get(names[0]), names[1])
    # A parameter in an expression stands for its value and not for its description.
    if names[0] == "parameters" and isinstance(found, Mapping):
        return found.get("value", MISSING)
    return found


def _self(scope: Scope, _: tuple[str, ...]) -> object:
    return scope.self_uri or MISSING


def _message(_: Scope, __: tuple[str, ...]) -> object:
    return MISSING  # messages are AsyncAPI's


_ROOTS: Mapping[str, Callable[[Scope, tuple[str, ...]], object]] = MappingProxyType(
    {
        "url": _url,
        "method": _method,
        "statusCode": _status,
        "request": _request,
        "response": _response,
        "message": _message,
        "inputs": _inputs,
        "outputs": _outputs,
        "steps": _steps,
        "workflows": _workflows,
        "sourceDescriptions": _descriptions,
        "components": _components,
        "self": _self,
    }
)


# Bytes: a larger part of a form is shown by its size and hash alone.
MAX_TEXT_PART = 65_536

_CHARSET = re.compile(r'charset="?([A-Za-z0-9._-]{1,40})', re.IGNORECASE)


def decode(body: bytes, content_type: str) -> Json:
    """Return a body's value; text that is not what it announces stays a string."""
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type.startswith("multipart/"):
        return _multipart(body, content_type)
    written = _decoded(body, content_type)
    # A message without Content-Type may be looked into (RFC 9110, 8.3).
    if not media_type or is_json(media_type):
        return _json(written)
    return written


def _decoded(body: bytes, content_type: str) -> str:
    match = _CHARSET.search(content_type)
    try:
        # What is no text in its charset becomes U+FFFD, so that a criterion fails with the value.
        return without_surrogates(body.decode(match[1] if match else "utf-8", errors="replace"))
    except (LookupError, ValueError):  # some codecs refuse `replace`, or anything at all
        return body.decode("utf-8", errors="replace")


def _json(written: str) -> Json:
    try:
        return parsed(written, constant=_refuse)
    except ValueError:
        return written


def _refuse(constant: str) -> Json:
    raise ValueError(f"{constant} is not JSON")  # RFC 8259, section 6


def _multipart(body: bytes, content_type: str) -> Json:
    try:
        received = parse(body, content_type)
    except MalformedMultipart:
        return body.decode("utf-8", errors="replace")
    files = [part for part in received if part.filename is not None]
    return {
        "count": len(received),
        "parts": [_part(part) for part in received],
        # Sorted, so that criteria find a file by its index whatever order the sender chose.
        "files": [_file(part) for part in sorted(files, key=_order)],
    }


def _order(part: ReceivedPart) -> tuple[str, bytes]:
    return (part.filename or "", part.content)


def _file(part: ReceivedPart) -> dict[str, Json]:
    return {
        "filename": part.filename,
        "contentType": part.content_type,
        "size": len(part.content),
        "sha256": hashlib.sha256(part.content).hexdigest(),
    }


def _part(part: ReceivedPart) -> Json:
    value = {"name": part.name, **_file(part), "disposition": dict(part.disposition)}
    if part.filename is None and len(part.content) <= MAX_TEXT_PART:
        value.update(_text(part))
    return value


def _text(part: ReceivedPart) -> dict[str, Json]:
    try:
        written = part.content.decode("utf-8")
    except UnicodeDecodeError:
        return {}
    # The content type is only the sender's word: what is no JSON stays a text.
    if is_json(part.content_type.partition(";")[0].strip().lower()):
        return {"json": _json(written)}
    return {"text": written}
