"""Find the operation or the workflow that a step calls."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from harness.errors import DocumentError, UnknownName
from harness.jsonvalue import escape
from harness.openapi.model import Absent, Api, Operation
from harness.source import Source
from harness.workflow.document.model import Book, Description, Step, TargetKind, Workflow

# An operationId may hold dots, so all that follows the source's name belongs to it.
_QUALIFIED = re.compile(r"\$sourceDescriptions\.([A-Za-z0-9_\-]+)\.(.+)", re.DOTALL)
# Authors leave out the braces, without which it can mean nothing else.
_PATH = re.compile(r"\{?\$sourceDescriptions\.([A-Za-z0-9_\-]+)\.url\}?#(/.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Called:
    """An operation and the description it comes from."""

    description: Description
    api: Api
    operation: Operation


def find_operation(book: Book, step: Step) -> Called:
    """Return what a step calls. Raises DocumentError, with the place and the names that exist."""
    match step.kind:
        case TargetKind.OPERATION_ID:
            return _by_id(book, step)
        case TargetKind.OPERATION_PATH:
            return _by_path(book, step)
        case TargetKind.CHANNEL:
            what = "calls a channel; only HTTP operations can be run."
            raise DocumentError(what, source=step.target_source)
        case TargetKind.WORKFLOW | TargetKind.NONE:
            raise DocumentError("names no operation.", source=step.source)


def find_workflow(book: Book, reference: str, source: Source) -> tuple[Book, Workflow]:
    """Return the workflow that a name or `$sourceDescriptions.name.workflowId` leads to."""
    qualified = _QUALIFIED.fullmatch(reference)
    home = book
    if qualified:
        description = _description(book, qualified[1], source)
        # A source may be the document itself; then it has no book of its own.
        if description.book is None and not description.is_self:
            what = f"takes a workflow from '{qualified[1]}', which is no Arazzo document."
            raise DocumentError(what, source=source)
        home = description.book or book
    name = qualified[2] if qualified else reference
    found = home.workflow(name)
    if found is None:
        known = tuple(workflow.id for workflow in home.workflows)
        raise UnknownName(source, kind="workflow", name=name, known=known)
    return home, found


def absent_operation(book: Book, workflow: Workflow) -> Absent | None:
    """Return an operation that a workflow calls, itself or through others, and its document lacks."""
    waiting, seen = [(book, workflow)], {id(workflow)}
    # Compared by identity: ids repeat between documents, and workflows may call in a circle.
    for home, called_workflow in waiting:  # grows while it is walked
        for step in called_workflow.steps:
            if step.kind is TargetKind.WORKFLOW:
                found = find_workflow(home, step.target, step.target_source)
                if id(found[1]) not in seen:
                    seen.add(id(found[1]))
                    waiting.append(found)
            elif step.kind in (TargetKind.OPERATION_ID, TargetKind.OPERATION_PATH):
                called = find_operation(home, step)
                absent = called.api.absence(called.operation.id)
                if absent is not None:
                    return absent
    return None


def _by_id(book: Book, step: Step) -> Called:
    if qualified := _QUALIFIED.fullmatch(step.target):
        description = _description(book, qualified[1], step.target_source)
        return _operation(description, qualified[2], step)
    # No operationId begins with a dollar sign: it is an expression with a mistake.
    if step.target.startswith("$"):
        what = f"'{step.target}' is not '$sourceDescriptions.<name>.<operationId>'."
        raise DocumentError(what, source=step.target_source)
    found = [candidate for candidate in _candidates(book) if candidate.operation.id == step.target]
    if not found:
        known = tuple(candidate.operation.id for candidate in _candidates(book))
        raise UnknownName(step.target_source, kind="operation", name=step.target, known=known)
    # The specification wants the qualified name wherever there are several sources; here one that
    # is unique is enough.
    if len(found) > 1:
        names = " and ".join(called.description.name for called in found)
        what = f"'{step.target}' is an operation of {names}."
        advice = f"Write $sourceDescriptions.{found[0].description.name}.{step.target}."
        raise DocumentError(what, source=step.target_source, advice=advice)
    return found[0]


def _by_path(book: Book, step: Step) -> Called:
    match = _PATH.fullmatch(step.target)
    if match is None:
        what = f"'{step.target}' is not an operationPath."
        advice = "Write '{$sourceDescriptions.<name>.url}#/paths/~1pets/get'."
        raise DocumentError(what, source=step.target_source, advice=advice)
    description = _description(book, match[1], step.target_source)
    api = _api(description, step.target_source)
    # A fragment may be percent-encoded (RFC 6901, section 6), and a path may hold "%" itself.
    wanted = (match[2], unquote(match[2]))
    for operation in api.operations:
        # Through a reference to a path item, an operation stands elsewhere than it is looked for.
        written = f"/paths/{escape(operation.path)}/{operation.pointer.rpartition('/')[2]}"
        if operation.pointer in wanted or written in wanted:
            return Called(description, api, operation)
    known = tuple(other.pointer for other in api.operations)
    raise UnknownName(step.target_source, kind="operation at", name=match[2], known=known)


def _operation(description: Description, operation_id: str, step: Step) -> Called:
    api = _api(description, step.target_source)
    operation = api.operation(operation_id)
    if operation is None:
        known = tuple(other.id for other in api.operations)
        raise UnknownName(step.target_source, kind="operation", name=operation_id, known=known)
    return Called(description, api, operation)


def _description(book: Book, name: str, source: Source) -> Description:
    found = book.description(name)
    if found is None:
        known = tuple(description.name for description in book.descriptions)
        raise UnknownName(source, kind="source description", name=name, known=known)
    return found


def _api(description: Description, source: Source) -> Api:
    if description.api is None:
        what = f"the source '{description.name}' is no OpenAPI document that could be read."
        raise DocumentError(what, source=source)
    return description.api


def _candidates(book: Book) -> Iterator[Called]:
    for description in book.descriptions:
        if description.api is not None:
            for operation in description.api.operations:
                yield Called(description, description.api, operation)
