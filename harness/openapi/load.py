"""Load an OpenAPI document (3.0, 3.1, 3.2, or Swagger 2 as what it means there) as an `Api`."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from harness.document import Document, read
from harness.jsonvalue import Json, escape, members, text
from harness.openapi.bundle import bundle
from harness.openapi.formats import Formats
from harness.openapi.location import Bounds, project_root
from harness.openapi.model import Api, Defect, DefectKind, Operation
from harness.openapi.operations import read_path
from harness.openapi.reader import Reader, check_version
from harness.openapi.structure import Version
from harness.openapi.swagger import converted

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
            known = replace(operation, id=f"{operation.method} {operation.path}")
        found[known.id] = known
    return tuple(found.values())
