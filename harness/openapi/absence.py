"""Say which operations of ours a downloaded document no longer has, so that what needs them is left out."""

import re
from collections.abc import Iterator
from dataclasses import replace

from harness.jsonvalue import lookup
from harness.openapi.model import Absent, Api, Defect, DefectKind, Operation
from harness.source import Source

DOCUMENTED_ONLY = "x-documented-only"
"""Marks an operation that no requirement speaks of, so that nothing is ever sent to it."""
_PARAMETER = re.compile(r"\{[^{}]*\}")


def completed(api: Api, ours: Api) -> Api:
    """Return a document with our names for its operations, and with what it lacks noted as absent.

    What is absent stays among the operations as our document describes it, so that it can be named.
    """
    kept = {operation.id: operation for operation in _renamed(api, ours)}
    absent = tuple(_absent(replace(api, operations=tuple(kept.values())), ours))
    for each in absent:
        kept[each.operation.id] = each.operation
    return replace(api, operations=tuple(kept.values()), absent=absent)


def _renamed(api: Api, ours: Api) -> Iterator[Operation]:
    """Yield the operations; one with a new operationId at its old method and path keeps the id we know."""
    taken = {operation.id for operation in api.operations}
    known = {
        _route(candidate): candidate.id
        for candidate in ours.operations
        if candidate.id not in taken
    }
    for operation in api.operations:
        yield replace(operation, id=known.get(_route(operation), operation.id))


def _route(operation: Operation) -> tuple[str, str]:
    return operation.method, _PARAMETER.sub("{}", operation.path)


def _absent(api: Api, ours: Api) -> Iterator[Absent]:
    for wanted in ours.operations:
        is_tested = lookup(ours.root, f"{wanted.pointer}/{DOCUMENTED_ONLY}") is not True
        if is_tested and (lack := _lack(api, wanted)):
            found = api.operation(wanted.id)
            pointer = found.pointer if found else "/paths"
            source = api.document.source(pointer) if api.document else Source(api.path)
            advice = "What needs it is left out; import a document that has it, or drop the cases."
            kind = DefectKind.OPERATION_MISSING
            yield Absent(wanted, Defect(kind, pointer, source, lack, advice), ours)


def _lack(api: Api, wanted: Operation) -> str:
    """Say what a document lacks of an operation; empty where it has it."""
    found = api.operation(wanted.id)
    if found is None:
        return f"no longer has the operation '{wanted.id}' ({wanted.method} {wanted.path})."
    if found.method != wanted.method:
        return f"has the operation '{wanted.id}' as {found.method}, no longer as {wanted.method}."
    if wanted.body and not found.body:
        return f"no longer has a request body for the operation '{wanted.id}'."
    return ""
