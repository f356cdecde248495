"""Check media types, encodings, links, callbacks and the expressions in them."""

import re
from collections.abc import Iterator

from harness.jsonvalue import escape, items, members, text
from harness.openapi.lint.rule import Hit, Rule, Severity, Subject
from harness.openapi.lint.schema_facts import known_properties
from harness.openapi.media_type import is_json
from harness.openapi.structure import Kind, Version
from harness.openapi.walk import Node

_TOKEN = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"  # RFC 9110, 5.6.2
_MEDIA_RANGE = re.compile(rf"{_TOKEN}/{_TOKEN}(?:\s*;.*)?", re.ASCII | re.DOTALL)
_HEADER_NAME = re.compile(_TOKEN, re.ASCII)
_EXPRESSION = re.compile(
    rf"\$(?:url|method|statusCode|(?:request|response)\.(?:header\.{_TOKEN}|(?:query|path)\..+|body(?:#(?:/.*)?)?))",
    re.ASCII | re.DOTALL,
)
"""A runtime expression (OpenAPI 3.1.1, 4.8.20.4)."""


def _media_types(subject: Subject, _: Node) -> Iterator[Hit]:
    for pointer, name in _named_media_types(subject):
        if not _MEDIA_RANGE.fullmatch(name):
            yield Hit(pointer, "this is no media type", name)


def _named_media_types(subject: Subject) -> Iterator[tuple[str, str]]:
    for node in subject.of(Kind.MEDIA_TYPE):
        # Elsewhere, as in `components/mediaTypes`, the key is a name.
        if node.pointer.rpartition("/")[0].endswith("/content"):
            yield node.pointer, node.key
    for node in subject.of(Kind.ENCODING):
        for name in _split(text(node.object.get("contentType"))):
            yield node.at("contentType"), name
    for node in (*subject.of(Kind.DOCUMENT), *subject.of(Kind.OPERATION)):
        for key in ("consumes", "produces"):
            listed = enumerate(items(node.object.get(key)))
            yield from ((f"{node.at(key)}/{i}", text(item)) for i, item in listed)


def _split(content_types: str) -> list[str]:
    """Split at commas before a blank or a slash's word, so that `text,rtf` stays the one word it is."""
    return [part for part in re.split(r",\s+|,(?=[^,\s]*/)", content_types) if part]


def _encodings(subject: Subject, node: Node) -> Iterator[Hit]:
    schema = subject.nodes.get(node.at("schema"))
    encoding = members(node.object.get("encoding"))
    if not encoding or schema is None:
        return
    known = known_properties(subject, schema)
    for name in encoding:
        # Without any known property the schema may be open, and nothing can be said.
        if known and name not in known:
            what = f"the encoding describes '{name}', which the schema does not have"
            yield Hit(f"{node.at('encoding')}/{escape(name)}", what)


def _empty_body(_: Subject, node: Node) -> Iterator[Hit]:
    content = node.object.get("content")
    if content is not None and not members(content):
        yield Hit(node.at("content"), "the body names no media type")


def _undescribed(_: Subject, node: Node) -> Iterator[Hit]:
    keys = ("schema", "itemSchema", "$ref")
    if is_json(node.key) and not any(key in node.object for key in keys):
        yield Hit(node.pointer, f"{node.key} has no schema")


def _header_names(_: Subject, node: Node) -> Iterator[Hit]:
    for name in members(node.object.get("headers")):
        if not _HEADER_NAME.fullmatch(name):
            what = f"'{name[:60]}' is no name of a header"
            yield Hit(f"{node.at('headers')}/{escape(name)}", what)


def _links(subject: Subject, node: Node) -> Iterator[Hit]:
    if node.reference:
        return
    by_id, by_reference = node.object.get("operationId"), node.object.get("operationRef")
    if by_id is not None and by_reference is not None:
        yield Hit(node.pointer, "a link has operationId and operationRef, of which one may stand")
    elif by_id is None and by_reference is None:
        yield Hit(node.pointer, "a link names no operation")
    # References to operations of other documents cannot be looked up here.
    elif by_id is not None and _linked(subject, node) is None:
        yield Hit(node.at("operationId"), f"no operation has the operationId '{by_id}'")
    elif text(by_reference).startswith("#") and subject.pointer_of(text(by_reference)) is None:
        yield Hit(node.at("operationRef"), f"'{by_reference}' leads to no operation")


def _linked(subject: Subject, link: Node) -> Node | None:
    wanted = link.object.get("operationId")
    if isinstance(wanted, str):
        same = (o for o in subject.of(Kind.OPERATION) if o.object.get("operationId") == wanted)
        return next(same, None)
    pointer = subject.pointer_of(text(link.object.get("operationRef")))
    return subject.nodes.get(pointer) if pointer else None


def _link_parameters(subject: Subject, node: Node) -> Iterator[Hit]:
    operation = _linked(subject, node)
    if operation is None or operation.kind is not Kind.OPERATION:
        return
    item = subject.nodes.get(operation.pointer.rpartition("/")[0])
    holders = (item, operation) if item else (operation,)
    known = set()
    for _, meant in subject.parameters(*holders):
        name, place = text(meant.object.get("name")), text(meant.object.get("in"))
        # A link may say which of two parameters of one name it sets, as in `path.id`.
        known |= {name, f"{place}.{name}"}
    for name in members(node.object.get("parameters")):
        if name not in known:
            what = f"the linked operation has no parameter '{name}'"
            yield Hit(f"{node.at('parameters')}/{escape(name)}", what)


def _expressions(subject: Subject, _: Node) -> Iterator[Hit]:
    for node in subject.of(Kind.LINK):
        for name, value in members(node.object.get("parameters")).items():
            # Any other text is a constant, which a link may set as well.
            if isinstance(value, str) and value.startswith("$"):
                yield from _malformed(f"{node.at('parameters')}/{escape(name)}", value)
    for node in subject.of(Kind.CALLBACK):
        for key in () if node.reference else node.object:
            if not key.startswith("x-"):
                for expression in _expressions_in(key):
                    yield from _malformed(node.at(key), expression)


def _expressions_in(key: str) -> list[str]:
    """Return the expressions of a callback's key: those in braces, or the key itself."""
    return re.findall(r"\{(\$[^{}]*)\}", key) or ([key] if key.startswith("$") else [])


def _malformed(pointer: str, expression: str) -> Iterator[Hit]:
    if not _EXPRESSION.fullmatch(expression):
        yield Hit(pointer, f"'{expression[:80]}' is no runtime expression")


def _webhook_parts(subject: Subject, node: Node) -> Iterator[Hit]:
    if subject.version is Version.V3_0 or not node.pointer.startswith("/webhooks/"):
        return
    for key in ("servers", "callbacks"):
        if node.object.get(key):
            yield Hit(
                node.at(key), f"a webhook has no {key}: the subscriber decides on the address"
            )


RULES = (
    Rule(
        "media-type-malformed",
        Severity.ERROR,
        (Kind.DOCUMENT,),
        _media_types,
        "Every media type is one, or a range of them.",
        "RFC 9110, 8.3.1; RFC 6838, 4.2",
        "No answer and no part can have this media type.",
    ),
    Rule(
        "encoding-unknown-property",
        Severity.ERROR,
        (Kind.MEDIA_TYPE,),
        _encodings,
        "An encoding describes properties that the schema has.",
        "OpenAPI 3.1.1, 4.8.14.1",
        "Tools send a form that the encoding does not describe; the described part is never sent.",
    ),
    Rule(
        "body-empty",
        Severity.WARNING,
        (Kind.REQUEST_BODY,),
        _empty_body,
        "A request body names a media type.",
        "OpenAPI 3.1.1, 4.8.13.1",
        "No body can be built.",
    ),
    Rule(
        "schema-missing",
        Severity.NOTE,
        (Kind.MEDIA_TYPE,),
        _undescribed,
        "A JSON body has a schema.",
        "OpenAPI 3.1.1, 4.8.14.1",
        "Any JSON passes.",
    ),
    Rule(
        "header-name-invalid",
        Severity.ERROR,
        (Kind.RESPONSE, Kind.ENCODING),
        _header_names,
        "Names of headers consist of the signs that HTTP allows.",
        "RFC 9110, 5.1",
        "No answer can have this header.",
    ),
    Rule(
        "link-operation-unknown",
        Severity.ERROR,
        (Kind.LINK,),
        _links,
        "A link names one operation, which exists.",
        "OpenAPI 3.1.1, 4.8.20",
        "The sequence that the link describes cannot be followed.",
    ),
    Rule(
        "link-parameter-unknown",
        Severity.WARNING,
        (Kind.LINK,),
        _link_parameters,
        "A link sets parameters that its operation has.",
        "OpenAPI 3.1.1, 4.8.20.1",
        "The value is sent nowhere.",
    ),
    Rule(
        "runtime-expression-malformed",
        Severity.ERROR,
        (Kind.DOCUMENT,),
        _expressions,
        "Links and callbacks take their values by well-formed runtime expressions.",
        "OpenAPI 3.1.1, 4.8.20.4",
        "The value cannot be found, so the call cannot be made.",
    ),
    Rule(
        "webhook-part-ignored",
        Severity.WARNING,
        (Kind.OPERATION, Kind.PATH_ITEM),
        _webhook_parts,
        "Webhooks have neither servers nor callbacks.",
        "OpenAPI 3.1.1, 4.8.1",
        "Nothing is done with it.",
    ),
)
