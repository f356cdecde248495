"""Load an OpenAPI document (3.0, 3.1, 3.2, or Swagger 2 as what it means there) as an `Api`."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from harness.document import Document, read
from harness.hosts import split_url
from harness.jsonvalue import Json, escape, items, lookup, members, text, unescape
from harness.openapi.bundle import bundle
from harness.openapi.formats import Formats
from harness.openapi.location import Bounds, project_root
from harness.openapi.model import (
    Answer,
    Api,
    Defect,
    DefectKind,
    Header,
    MediaType,
    Operation,
    Parameter,
)
from harness.openapi.reader import Reader, check_version
from harness.openapi.structure import METHODS, Version
from harness.openapi.swagger import converted

LOCATIONS = ("path", "query", "querystring", "header", "cookie")

_STATUS = re.compile(r"[1-5](?:[0-9]{2}|XX)|default", re.ASCII)


_ASSERTED = "x-formats"
"""The extension by which a document, or an overlay, says which formats assert: standard, all or none."""


def load_api(path: Path, name: str) -> Api:
    """Read a document of one file or many. Raises DocumentError where nothing can be made of it.

    What is wrong with a part of it is among its `defects`, and concerns only who needs that part.
    """
    document = read(path)
    check_version(document)  # before other files are asked for
    problems: list[Defect] = []

    def parsed(location: str) -> Document:
        return read(Path(location))

    bounds = Bounds(document.path, root=project_root(path))
    whole = bundle(document, parsed, bounds, problems=problems)
    api = build_api(whole, name)
    # Bundling and reading both meet a reference that leads nowhere; it is one defect.
    known = {defect.source for defect in problems}
    others = [candidate for candidate in api.defects if candidate.source not in known]
    return replace(api, defects=_in_order([*problems, *others]))


def build_api(document: Document, name: str, data: Json = None) -> Api:
    """Make an Api of a parsed document, or of `data` that an overlay made of it."""
    given = document if data is None else document.with_data(data)
    if check_version(given) is Version.V2_0:
        given = converted(given)
    root = given.data
    reader = Reader(given, root)
    info = reader.object_at("/info")
    servers = reader.servers()
    operations = _unique(reader, _operations(reader, name, servers))
    webhooks = tuple(_webhooks(reader, name))
    # Last, since the first defect noted at a place counts, and those above are more specific.
    reader.check_references()
    return Api(
        name=name,
        title=text(info.get("title")),
        version=text(info.get("version")),
        path=document.path,
        sha256=document.sha256,
        servers=servers,
        operations=operations,
        root=root,
        document=given,
        webhooks=webhooks,
        defects=_in_order(reader.defects.values()),
        formats=_formats(root),
    )


def _formats(root: Json) -> Formats:
    """Return which formats assert by this document."""
    asked = text(members(root).get(_ASSERTED))
    return (
        Formats(asked)
        if asked in {format_set.value for format_set in Formats}
        else Formats.STANDARD
    )


def _in_order(defects: Iterable[Defect]) -> tuple[Defect, ...]:
    return tuple(
        sorted(
            defects,
            key=lambda defect: (defect.source.path, defect.source.line, defect.source.column),
        )
    )


def _operations(reader: Reader, name: str, servers: tuple[str, ...]) -> Iterator[Operation]:
    # OpenAPI 3.1 and 3.2 allow a document without paths.
    for path in members(members(reader.root).get("paths")):
        pointer = f"/paths/{escape(path)}"
        if path.startswith("x-"):
            continue
        if not path.startswith("/"):
            what = f"has the path '{path}'."
            reader.note(DefectKind.PATH_MALFORMED, pointer, what, "Begin it with a slash.")
            continue
        yield from read_path(reader, name, servers, (path, pointer))


def _webhooks(reader: Reader, name: str) -> Iterator[Operation]:
    for hook in members(members(reader.root).get("webhooks")):
        yield from read_path(reader, name, (), (hook, f"/webhooks/{escape(hook)}"))


def _unique(reader: Reader, operations: Iterator[Operation]) -> tuple[Operation, ...]:
    """Replace an operation id that is taken by the label, and note that."""
    found: dict[str, Operation] = {}
    for operation in operations:
        known = operation
        if known.id in found:
            place = f"{operation.pointer}/operationId"
            what = f"has the operationId '{operation.id}' twice."
            reader.note(DefectKind.OPERATION_ID_DUPLICATE, place, what, "Rename one.")
            # Method and path are unique within a document.
            known = replace(operation, id=f"{operation.method} {operation.path}")
        found[known.id] = known
    return tuple(found.values())


def read_path(
    reader: Reader, name: str, servers: tuple[str, ...], place: tuple[str, str], *, depth: int = 0
) -> Iterator[Operation]:
    """Yield the operations of the path item at a pointer, `place` being its path and that pointer."""
    path, pointer = place
    reader.object_at(pointer)
    _, final = reader.at(pointer)
    # Beside `$ref`, a path item may have methods of its own (OpenAPI 3.0.4, 4.7.9).
    for item in dict.fromkeys((pointer, final)):
        held = members(lookup(reader.root, item))
        methods = [method for method in METHODS if method in held]
        # OpenAPI 3.2, 4.9: methods of other names stand apart.
        more = [
            f"additionalOperations/{escape(e)}" for e in members(held.get("additionalOperations"))
        ]
        for key in (*methods, *more):
            own = reader.servers(f"{item}/{key}") or reader.servers(item) or servers
            yield _operation(reader, name, own, (path, key, item), depth)


def _operation(
    reader: Reader, name: str, servers: tuple[str, ...], place: tuple[str, str, str], depth: int
) -> Operation:
    path, key, item = place
    _, pointer = reader.at(f"{item}/{key}")
    method = unescape(key.rpartition("/")[2])
    value = reader.object_at(pointer)
    base = split_url(servers[0]).path.rstrip("/") if servers else ""
    body, body_pointer = reader.at(f"{pointer}/requestBody")
    return Operation(
        api=name,
        id=text(value.get("operationId")) or f"{method.upper()} {path}",
        method=method if "/" in key else method.upper(),
        path=path,
        full_path=base + path,
        parameters=_parameters(reader, (f"{item}/parameters", f"{pointer}/parameters")),
        body=_media_types(reader, body_pointer) if body is not None else (),
        body_required=members(body).get("required") is True,
        answers=_answers(reader, f"{pointer}/responses"),
        # An operation's own `security` takes the place of the document's, an empty list included.
        secured=_secured(value.get("security", members(reader.root).get("security"))),
        source=reader.document.source(pointer),
        pointer=pointer,
        servers=servers,
        body_defect=reader.defect_at(f"{pointer}/requestBody"),
        callbacks=tuple(_callbacks(reader, name, pointer, depth)),
    )


def _callbacks(reader: Reader, name: str, pointer: str, depth: int) -> Iterator[Operation]:
    if depth:
        return  # a callback of a callback is checked as a part of the document, not called
    for callback in reader.object_at(f"{pointer}/callbacks"):
        place = f"{pointer}/callbacks/{escape(callback)}"
        _, final = reader.at(place)
        # The keys of a callback are expressions of URLs, each with a path item.
        for expression in reader.object_at(place):
            if not expression.startswith("x-"):
                at = (expression, f"{final}/{escape(expression)}")
                yield from read_path(reader, name, (), at, depth=depth + 1)


def _secured(requirements: Json) -> bool:
    """Return whether a caller must authenticate: an empty requirement among them makes it optional."""
    listed = items(requirements)
    # One of the requirements is enough,
    # and the empty one asks for nothing (OpenAPI 3.1.1, 4.8.30).
    return bool(listed) and {} not in listed


def _parameters(reader: Reader, pointers: tuple[str, ...]) -> tuple[Parameter, ...]:
    """Read parameters, the operation's over the path's (OpenAPI 3.1, 4.8.10)."""
    found: dict[tuple[str, str], Parameter] = {}
    # The path's come first, so that the operation's override them by name and place.
    for pointer in pointers:
        for index in range(len(items(lookup(reader.root, pointer)))):
            place = f"{pointer}/{index}"
            value = reader.object_at(place)
            parameter = _parameter(value, reader.at(place)[1])
            if parameter.name and parameter.location in LOCATIONS:
                found[parameter.name, parameter.location] = parameter
            elif reader.defect_at(place) is None:
                what = "is a parameter without a name or without a place ('in')."
                reader.note(DefectKind.PARAMETER_INCOMPLETE, place, what, "Give both.")
    return tuple(found.values())


def _parameter(value: dict[str, Json], pointer: str) -> Parameter:
    schema, schema_pointer, media_type = _described(value, pointer)
    explode = value.get("explode")
    return Parameter(
        text(value.get("name")),
        text(value.get("in")),
        value.get("required") is True,
        schema,
        style=text(value.get("style")),
        explode=explode if isinstance(explode, bool) else None,
        allows_reserved=value.get("allowReserved") is True,
        media_type=media_type,
        pointer=pointer,
        schema_pointer=schema_pointer,
    )


def _described(value: dict[str, Json], pointer: str) -> tuple[Json, str, str]:
    """Return a parameter's or header's schema, its pointer, and the media type of its `content`."""
    if "schema" in value:
        return value["schema"], f"{pointer}/schema", ""
    # A parameter's `content` has exactly one entry, so the first one is all there is.
    for name, content in members(value.get("content")).items():
        place = f"{pointer}/content/{escape(name)}/schema"
        schema = members(content).get("schema")
        return schema, place if schema is not None else "", name
    return None, "", ""


def _media_types(reader: Reader, pointer: str) -> tuple[MediaType, ...]:
    return tuple(
        MediaType(
            name=_media_name(name),
            schema=entry.get("schema"),
            encoding=members(entry.get("encoding")),
            pointer=reader.at(place)[1],
        )
        for name in reader.object_at(f"{pointer}/content")
        for place in [f"{pointer}/content/{escape(name)}"]
        for entry in [reader.object_at(place)]
    )


def _media_name(written: str) -> str:
    essence, semicolon, parameters = written.partition(";")
    # Type and subtype ignore case, the values of parameters need not (RFC 9110, 8.3.1).
    return essence.strip().lower() + semicolon + parameters.strip()


def _answers(reader: Reader, pointer: str) -> tuple[Answer, ...]:
    return tuple(
        answer
        for status in reader.object_at(pointer)
        if not status.startswith("x-")
        for answer in [_answer(reader, status, f"{pointer}/{escape(status)}")]
        if answer is not None
    )


def _answer(reader: Reader, status: str, pointer: str) -> Answer | None:
    # `4xx` is written often enough to be understood as the 4XX of the specification.
    if not _STATUS.fullmatch(status.replace("x", "X")):
        what = f"documents the status '{status[:20]}'."
        advice = "Write 201, 4XX or default, in quotes."
        reader.note(DefectKind.STATUS_MALFORMED, pointer, what, advice)
        return None
    reader.object_at(pointer)
    _, final = reader.at(pointer)
    wanted = status if status == "default" else status.upper()
    defect = reader.defect_at(pointer)
    # The status is documented all the same: only what it describes cannot be judged.
    if defect is not None:
        return Answer(wanted, pointer=final, defect=defect)
    return Answer(wanted, _media_types(reader, final), tuple(_headers(reader, final)), final)


def _headers(reader: Reader, pointer: str) -> Iterator[Header]:
    for name in reader.object_at(f"{pointer}/headers"):
        place = f"{pointer}/headers/{escape(name)}"
        value = reader.object_at(place)
        schema, schema_pointer, media_type = _described(value, reader.at(place)[1])
        yield Header(
            name,
            value.get("required") is True,
            schema,
            explode=value.get("explode") is True,
            media_type=media_type,
            schema_pointer=schema_pointer,
        )
