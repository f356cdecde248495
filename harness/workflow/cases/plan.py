"""Say what a case would send, without sending it; what only the run can know stays an expression."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from harness.errors import DocumentError
from harness.jsonvalue import MISSING, Json, as_text, compact
from harness.openapi import styles
from harness.openapi.model import Parameter
from harness.workflow.cases.case_list import WorkflowCase
from harness.workflow.document import inputs
from harness.workflow.document.model import (
    Action,
    ActionKind,
    Body,
    Book,
    Step,
    TargetKind,
    Workflow,
)
from harness.workflow.document.operations import Called, find_operation, find_workflow
from harness.workflow.language.coercion import coerced
from harness.workflow.language.scope import Scope
from harness.workflow.language.templates import ABSENT, is_selector, template
from harness.workflow.request.files import FileProblem, called, load
from harness.workflow.request.payloads import media_type
from harness.workflow.request.requests import RequestProblem, address_of

MASKED = "[masked]"
# Levels of workflows within workflows; the plan is for reading, and circles end here.
MAX_DEPTH = 5

Servers = Mapping[str, str]


def plan(case: WorkflowCase, servers: Servers, asked: Mapping[str, Json]) -> Iterator[str]:
    """Return the plan of a case line by line: what it needs, its steps in order, its teardown."""
    book, workflow = case.book, case.workflow
    declared = inputs.properties(book, workflow)
    given = {
        name: coerced(value, declared[name]) for name, value in asked.items() if name in declared
    }
    yield f"{case.id}  ({case.source})" + (f"  skipped: {case.skip}" if case.skip else "")
    yield from _workflow(book, workflow, {**case.inputs, **given}, servers, 1)
    if workflow.teardown:
        yield f"  finally {workflow.teardown}, whatever happens"
        yield from _called(book, workflow.teardown, {}, servers, 2, workflow)


def _workflow(
    book: Book, workflow: Workflow, given: Mapping[str, Json], servers: Servers, depth: int
) -> Iterator[str]:
    indent = "  " * depth
    for name in workflow.depends_on:
        needed = find_workflow(book, name, workflow.source)[1]
        yield f"{indent}needs {name}{', once for all cases' if needed.session else ''}"
        yield from _called(book, name, {}, servers, depth + 1, workflow)
    values = _inputs(book, workflow, given)
    if values:
        yield f"{indent}inputs {_clipped(compact(values))}"
    # Only inputs are known before a run; all else stays an expression.
    scope = Scope(inputs=values, optional=inputs.optional(book, workflow))
    for number, step in enumerate(workflow.steps, start=1):
        yield from _step(book, step, scope, servers, depth, number)


def _called(
    book: Book,
    name: str,
    given: Mapping[str, Json],
    servers: Servers,
    depth: int,
    caller: Workflow,
) -> Iterator[str]:
    if depth > MAX_DEPTH:
        yield f"{'  ' * depth}…"
        return
    home, workflow = find_workflow(book, name, caller.source)
    yield from _workflow(home, workflow, given, servers, depth)


def _inputs(book: Book, workflow: Workflow, given: Mapping[str, Json]) -> dict[str, Json]:
    """Return the inputs as they may be shown: variables by their names, secrets masked."""
    variables: dict[str, Json] = {name: f"${{{variable}}}" for name, variable in workflow.env}
    # In the order of a run: a default yields to a variable, and that to what the row gives.
    values = {**inputs.defaults(book, workflow), **variables, **given}
    # A variable is shown by its name, so there is nothing to mask.
    hidden = inputs.secret(book, workflow) - variables.keys()
    return {name: MASKED if name in hidden else value for name, value in values.items()}


def _step(
    book: Book, step: Step, scope: Scope, servers: Servers, depth: int, number: int
) -> Iterator[str]:
    indent, inner = "  " * depth, "  " * (depth + 2)
    if step.kind is TargetKind.WORKFLOW:
        yield f"{indent}{number}. {step.id}: workflow {step.target}"
        values = {
            parameter.name: _json(_value(parameter.value, scope)) for parameter in step.parameters
        }
        # Any workflow of the document will do: it only says where an unknown name was written.
        owner = book.workflows[0]
        yield from _called(book, step.target, values, servers, depth + 2, owner)
    else:
        try:
            found = find_operation(book, step)
        # A plan is asked for while a document is being written, so it goes on with the next step.
        except DocumentError as problem:
            yield f"{indent}{number}. {step.id}: {problem}"
            return
        yield f"{indent}{number}. {step.id}: {found.operation.method} {_url(step, found, scope, servers)}"
        yield from (f"{inner}{line}" for line in _message(book, step, found, scope))
    for criterion in step.criteria:
        where = f" in {criterion.context}" if criterion.context else ""
        yield f"{inner}expects {_text(criterion.condition, scope)}{where}"
    for action in (*step.on_success, *step.on_failure):
        yield f"{inner}{_action(action)}"


def _url(step: Step, found: Called, scope: Scope, servers: Servers) -> str:
    try:
        address = address_of(found, servers)
    except RequestProblem:
        # Without a server the name of the source stands in its place.
        address = f"{{{found.description.name}}}{found.operation.full_path}"
    query: list[str] = []
    for parameter in step.parameters:
        value = _value(parameter.value, scope)
        as_ = styles.wire(found.operation, parameter.name, parameter.location)
        if parameter.location == "path":
            written = str(parameter.value) if value is ABSENT else _known_path(value, as_)
            address = address.replace(f"{{{parameter.name}}}", _braced(written))
        elif parameter.location == "querystring" and value is not ABSENT:
            query.append(_braced(as_text(value)))
        elif parameter.location == "query" and isinstance(value, str):
            query.append(f"{parameter.name}={_braced(value)}")
        elif parameter.location == "query" and value is not ABSENT:
            query += styles.query_pairs(value, as_)
    return f"{address}{'?' if query else ''}{'&'.join(query)}"


def _known_path(value: object, as_: Parameter) -> str:
    return value if isinstance(value, str) else styles.path_text(value, as_)


def _braced(written: str) -> str:
    """Put an expression that stays one in braces, so that the URL around it can be read."""
    return f"{{{written}}}" if written.startswith("$") else written


def _message(book: Book, step: Step, found: Called, scope: Scope) -> Iterator[str]:
    for parameter in step.parameters:
        value = _value(parameter.value, scope)
        if parameter.location in ("header", "cookie") and value is not ABSENT:
            as_ = styles.wire(found.operation, parameter.name, parameter.location)
            yield f"{parameter.name}: {styles.header_text(value, as_)}"
    if step.body is not None:
        yield from _body(book, step.body, found, scope)


def _body(book: Book, body: Body, found: Called, scope: Scope) -> Iterator[str]:
    yield f"Content-Type: {media_type(body, found.operation)}"
    if body.payload is not None:
        yield f"body {_clipped(as_text(_value(body.payload, scope)))}"
    for replacement in body.replacements:
        value = _value(replacement.value, scope)
        if value is not ABSENT:
            yield f"with {replacement.target} = {as_text(value)}"
    for part in body.files:
        wanted = _value(part.path, scope)
        for each in wanted if isinstance(wanted, list) else [wanted]:
            yield f"file {part.name}: {_file(book, each)}"


def _file(book: Book, path: object) -> str:
    if not isinstance(path, str) or path.startswith("$"):
        return as_text(path)
    try:
        found = load(path, folder=Path(book.path).parent, root=Path(book.root))
    except FileProblem as problem:
        return str(problem)
    return f"{path}, {found.content_type}, {len(found.content):,} bytes"


def _action(action: Action) -> str:
    on = (
        f" if {' and '.join(criterion.condition for criterion in action.criteria)}"
        if action.criteria
        else ""
    )
    target = action.step_id or action.workflow_id
    if action.kind is ActionKind.RETRY:
        after = f" after {action.retry_after_seconds:g} s" if action.retry_after_seconds else ""
        first = f", {target} first" if target else ""
        return f"retry '{action.name}': at most {action.retry_limit}{after}{first}{on}"
    return f"{action.kind} '{action.name}'{f' {target}' if target else ''}{on}"


def _value(value: Json, scope: Scope) -> object:
    """Return a value with what is known put in; the rest stays as it is written."""
    if isinstance(value, str):
        return _string(value, scope)
    if isinstance(value, Mapping) and not is_selector(value):
        found = {key: _value(item, scope) for key, item in value.items()}
        return {key: item for key, item in found.items() if item is not ABSENT}
    if isinstance(value, list | tuple):
        listed = [_value(item, scope) for item in value]
        return [item for item in listed if item is not ABSENT]
    return value


def _string(text: str, scope: Scope) -> object:
    whole = template(text).whole
    if whole is None:
        # `$file(…)` begins like an expression and is none.
        return text if called(text) else _text(text, scope)
    found = scope.resolve(whole)
    if found is MISSING:
        # What only the run can know stays as it is written.
        return ABSENT if scope.may_be_absent(whole) else text
    return found


def _text(text: str, scope: Scope) -> str:
    taken = template(text)
    if taken.whole is not None:
        return text
    pieces = []
    for piece in taken.pieces:
        found = piece if isinstance(piece, str) else scope.resolve(piece)
        unknown = f"{{{piece}}}" if isinstance(piece, str) else f"{{{piece.text}}}"
        pieces.append(unknown if found is MISSING else as_text(found))
    return "".join(pieces)


def _json(value: object) -> Json:
    return value if isinstance(value, bool | int | float | str | list | dict) else None


def _clipped(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 1_000 else f"{flat[:999]}…"
