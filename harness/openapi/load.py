"""Load an OpenAPI 3.0, 3.1 or 3.2 document as an `Api`."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from harness.document import Document, read
from harness.jsonvalue import MISSING, Json, escape, items, lookup, members, text, unescape
from harness.openapi.model import Answer, Api, MediaType, Operation, Parameter
from harness.openapi.reader import Reader

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")

LOCATIONS = ("path", "query", "querystring", "header", "cookie")

_STATUS = re.compile(r"[1-5](?:[0-9]{2}|XX)|default", re.ASCII)


def load_api(path: Path, name: str) -> Api:
    """Read a document. Raises DocumentError with the place of the fault."""
    return build_api(read(path), name)


def build_api(document: Document, name: str, data: Json = None) -> Api:
    """Make an Api of a parsed document, or of `data` that an overlay made of it."""
    root = document.data if data is None else data
    reader = Reader(document, root)
    reader.check_version()
    reader.check_references()
    info = reader.object_at("/info")
    servers = reader.servers()
    return Api(
        name=name,
        title=text(info.get("title")),
        version=text(info.get("version")),
        path=document.path,
        sha256=document.sha256,
        servers=servers,
        operations=_operations(reader, name, servers),
        root=root,
        document=document,
    )


def _operations(reader: Reader, name: str, servers: tuple[str, ...]) -> tuple[Operation, ...]:
    found: dict[str, Operation] = {}
    for path in members(members(reader.root)["paths"]):
        if path.startswith("x-"):
            continue
        for operation in _path_operations(reader, name, servers, path):
            if operation.id in found:
                what = f"has the operationId '{operation.id}' twice."
                raise reader.refuse(f"{operation.pointer}/operationId", what, "Rename one.")
            found[operation.id] = operation
    return tuple(found.values())


def _path_operations(
    reader: Reader, name: str, servers: tuple[str, ...], path: str
) -> Iterator[Operation]:
    pointer = f"/paths/{escape(path)}"
    if not path.startswith("/"):
        raise reader.refuse(pointer, f"has the path '{path}'.", "Begin it with a slash.")
    reader.object_at(pointer)
    _, final = reader.at(pointer)
    methods = [each for each in METHODS if lookup(reader.root, f"{final}/{each}") is not MISSING]
    # OpenAPI 3.2, 4.9: methods of other names stand apart.
    more = members(lookup(reader.root, f"{final}/additionalOperations"))
    for place in (*methods, *(f"additionalOperations/{escape(each)}" for each in more)):
        own = reader.servers(f"{final}/{place}") or reader.servers(final) or servers
        yield _operation(reader, name, own, (path, place, final))


def _operation(
    reader: Reader, name: str, servers: tuple[str, ...], place: tuple[str, str, str]
) -> Operation:
    path, key, item = place
    pointer = f"{item}/{key}"
    method = unescape(key.rpartition("/")[2])
    value = reader.object_at(pointer)
    base = urlsplit(servers[0]).path.rstrip("/") if servers else ""
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
        secured=_secured(value.get("security", members(reader.root).get("security"))),
        source=reader.document.source(pointer),
        pointer=pointer,
        servers=servers,
    )


def _secured(requirements: Json) -> bool:
    """Tell whether a caller must authenticate: an empty requirement among them makes it optional."""
    listed = items(requirements)
    return bool(listed) and {} not in listed


def _parameters(reader: Reader, pointers: tuple[str, ...]) -> tuple[Parameter, ...]:
    """Read parameters, the operation's over the path's (OpenAPI 3.1, 4.8.10)."""
    found: dict[tuple[str, str], Parameter] = {}
    for pointer in pointers:
        for index in range(len(items(lookup(reader.root, pointer)))):
            value = reader.object_at(f"{pointer}/{index}")
            parameter = _parameter(value)
            if not parameter.name or parameter.location not in LOCATIONS:
                what = "is a parameter without a name or without a place ('in')."
                raise reader.refuse(f"{pointer}/{index}", what, "Give both.")
            found[parameter.name, parameter.location] = parameter
    return tuple(found.values())


def _parameter(value: dict[str, Json]) -> Parameter:
    content = next(iter(members(value.get("content")).values()), None)
    schema = value.get("schema", members(content).get("schema"))
    explode = value.get("explode")
    return Parameter(
        text(value.get("name")),
        text(value.get("in")),
        value.get("required") is True,
        schema,
        style=text(value.get("style")),
        explode=explode if isinstance(explode, bool) else None,
        allows_reserved=value.get("allowReserved") is True,
        media_type=next(iter(members(value.get("content"))), ""),
    )


def _media_types(reader: Reader, pointer: str) -> tuple[MediaType, ...]:
    return tuple(
        MediaType(
            name=name.partition(";")[0].strip().lower(),
            schema=entry.get("schema"),
            encoding=members(entry.get("encoding")),
            pointer=place,
        )
        for name in reader.object_at(f"{pointer}/content")
        for place in [f"{pointer}/content/{escape(name)}"]
        for entry in [reader.object_at(place)]
    )


def _answers(reader: Reader, pointer: str) -> tuple[Answer, ...]:
    return tuple(
        _answer(reader, status, f"{pointer}/{escape(status)}")
        for status in reader.object_at(pointer)
        if not status.startswith("x-")
    )


def _answer(reader: Reader, status: str, pointer: str) -> Answer:
    if not _STATUS.fullmatch(status.replace("x", "X")):
        what = f"documents the status '{status[:20]}'."
        raise reader.refuse(pointer, what, "Write 201, 4XX or default, in quotes.")
    reader.object_at(pointer)
    _, final = reader.at(pointer)
    headers = tuple(
        (name, header.get("required") is True, header.get("schema"))
        for name in reader.object_at(f"{final}/headers")
        for header in [reader.object_at(f"{final}/headers/{escape(name)}")]
    )
    wanted = status if status == "default" else status.upper()
    return Answer(wanted, _media_types(reader, final), headers)
