"""Turn a step's request body into bytes: JSON, forms, multipart with files, XML and text."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from harness.client.multipart import Part, content_type, encode
from harness.jsonvalue import Json, as_text, members, parsed, text
from harness.openapi.media_type import is_json
from harness.openapi.model import Operation
from harness.workflow.document.model import Body, FilePart, Replacement
from harness.workflow.language.scope import Scope
from harness.workflow.language.selectors import by_part, replace_parts, select
from harness.workflow.language.templates import ABSENT, Unresolved, template, value_of
from harness.workflow.request import files
from harness.workflow.request.files import File

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document's files are looked for, and whether its version knows selectors."""

    folder: Path
    root: Path
    has_selectors: bool


@dataclass(frozen=True, slots=True)
class Encoded:
    """A body ready to be sent. An empty content type sends none."""

    content: bytes
    content_type: str


def media_type(body: Body, operation: Operation) -> str:
    """Return the content type of a body: its own, else what the operation documents, JSON first."""
    if body.content_type:
        return body.content_type
    # A wildcard is no type to send.
    names = [media_type.name for media_type in operation.body if "*" not in media_type.name]
    return next((name for name in names if is_json(name)), names[0] if names else "")


def encode_body(
    body: Body, operation: Operation, scope: Scope, place: Place, *, boundary: str
) -> Encoded:
    """Write a body. Raises Unresolved or FileProblem where it cannot be written."""
    kind = media_type(body, operation)
    bare = kind.partition(";")[0].strip().lower()
    if bare.startswith("multipart/"):
        parts = tuple(_parts(body, operation, scope, place))
        # The document's content type lacks the boundary, so it is written anew with one.
        return Encoded(encode(parts, boundary=boundary), content_type(boundary))
    if name := files.called(body.payload):
        sent = files.load(name, folder=place.folder, root=place.root)
        return Encoded(sent.content, kind or sent.content_type)
    value = _value(body.payload, scope, place)
    # `payload: null` is a JSON document; without a payload nothing is sent.
    is_null = body.has_payload and is_json(bare)
    if value is ABSENT or (value is None and body.payload is None and not is_null):
        return Encoded(b"", "")
    value = replace_parts(body.replacements, value, bare, scope)
    # JSON text around expressions is sent as it was written, since it is JSON already.
    is_template = isinstance(body.payload, str) and template(body.payload).whole is None
    return _encoded(value, kind, bare, is_template=is_template)


def _encoded(value: object, kind: str, bare: str, *, is_template: bool) -> Encoded:
    if bare == FORM:
        return Encoded(_form(value), kind)
    # What is no text and has no type can only be meant as JSON.
    if not bare and not isinstance(value, str):
        kind = bare = "application/json"
    if is_json(bare):
        # A text that is JSON already would become a string in quotes.
        raw = isinstance(value, str) and (is_template or _is_json_text(value))
        return Encoded(value.encode() if raw and isinstance(value, str) else _json(value), kind)
    return Encoded(as_text(value).encode(), kind or "text/plain")


def _value(payload: Json, scope: Scope, place: Place) -> object:
    return value_of(payload, scope, select if place.has_selectors else None)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _is_json_text(value: str) -> bool:
    try:
        parsed(value)
    except ValueError:
        return False
    return True


def _form(value: object) -> bytes:
    if isinstance(value, str):
        return value.encode()
    if not isinstance(value, Mapping):
        raise Unresolved("a form needs an object or a string as its payload")
    # An array repeats its field, as HTML forms do.
    pairs = [
        (name, as_text(element))
        for name, item in value.items()
        for element in (item if isinstance(item, list) else [item])
    ]
    return urlencode(pairs).encode("ascii")


def _parts(body: Body, operation: Operation, scope: Scope, place: Place) -> Iterator[Part]:
    sent = {file.name: file for file in body.files}
    payload = body.payload
    # Fields are resolved one by one, so that `$file(…)` and absent inputs concern one part only.
    if not isinstance(payload, Mapping):
        payload = _object(_value(payload, scope, place) if payload is not None else {})
    encoding = next(
        (media_type.encoding for media_type in operation.body if "multipart" in media_type.name), {}
    )
    replaced = by_part(body.replacements, payload)
    for name, item in payload.items():
        # `x-files` wins over a field of the same name, which is there for other runners.
        if name not in sent:
            declared = text(members(encoding.get(name)).get("contentType"))
            yield from _field(name, item, scope, place, declared, replaced.get(name, ()))
    for name, part in sent.items():
        for file in _files(part, scope, place):
            yield Part(name, file.content, file.filename, file.content_type)


def _object(value: object) -> Mapping[str, Json]:
    if not isinstance(value, Mapping):
        raise Unresolved("a multipart body needs an object as its payload")
    return value


def _field(
    name: str,
    item: Json,
    scope: Scope,
    place: Place,
    declared: str,
    replaced: tuple[Replacement, ...],
) -> Iterator[Part]:
    listed = item if isinstance(item, list) else [item]
    # A file cannot be changed in part, so replacements make the field an ordinary value.
    if any(files.called(element) for element in listed) and not replaced:
        for element in listed:
            path = files.called(element) or as_text(value_of(element, scope))
            sent = files.load(path, folder=place.folder, root=place.root)
            yield Part(name, sent.content, sent.filename, sent.content_type)
        return
    value = _value(item, scope, place)
    if value is ABSENT:
        return
    value = replace_parts(replaced, value, "application/json", scope)
    if isinstance(value, list) and not any(
        isinstance(element, Mapping | list) for element in value
    ):
        # An array of simple values is sent as one part each (OpenAPI 3.1, 4.8.14.4).
        for element in value:
            yield Part(name, as_text(element).encode())
    elif isinstance(value, Mapping | list):
        yield Part(name, _json(value), content_type=declared or "application/json")
    else:
        # Of a list or a wildcard nobody can say which type this part has.
        single = declared if "," not in declared and "*" not in declared else ""
        yield Part(name, as_text(value).encode(), content_type=single or None)


def _files(part: FilePart, scope: Scope, place: Place) -> Iterator[File]:
    wanted = value_of(part.path, scope)
    if wanted is ABSENT:
        return
    # Paths may come from an expression, which may give one or several.
    for each in wanted if isinstance(wanted, list) else [wanted]:
        entry = each if isinstance(each, Mapping) else {"path": each}
        path = entry.get("path")
        if not isinstance(path, str):
            raise Unresolved(f"the path of the file '{part.name}' is not a text")
        found = files.load(path, folder=place.folder, root=place.root)
        yield File(
            text(entry.get("filename")) or part.filename or found.filename,
            text(entry.get("contentType")) or part.content_type or found.content_type,
            found.content,
        )
