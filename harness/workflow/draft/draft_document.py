"""Draft a first Arazzo document for the operations of OpenAPI documents."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from harness.errors import ConfigurationError, UnknownName
from harness.jsonvalue import Json, lookup, text
from harness.openapi.model import Operation
from harness.workflow.draft.naming import Source, called, slug
from harness.workflow.draft.security import token_operation
from harness.workflow.draft.steps import StepWriter
from harness.workflow.request.payloads import FORM

_UNSERVED = "x-documented-only"
"""Marks an operation of ours of which a document speaks and which nobody offers."""

Calls = Sequence[tuple[Source, Operation]]


@dataclass(frozen=True, slots=True)
class Draft:
    """A document to be written, whether it sends the sample file, and what was left out of it."""

    document: Json
    has_file: bool
    left_out: tuple[str, ...] = ()


def draft(
    title: str,
    sources: Sequence[Source],
    token: Source | None,
    *,
    wanted: Sequence[str] = (),
    values: Mapping[str, str] = MappingProxyType({}),
) -> Draft:
    """Return a document with one step an operation, and a token before them where there is an endpoint.

    `values` are put in the place of examples by the same name. What needs the id of something that
    no other operation makes is left out, unless it is asked for or nothing else is there.
    Raises UnknownName where a wanted operation does not exist.
    """
    calls = _calls(sources, wanted, token)
    if not calls and token is not None:
        return Draft(_document(title, [token], [_token_workflow(token)]), has_file=False)
    if not calls:
        raise ConfigurationError("the document has no operation to draft a step for.")
    reachable, left_out = (calls, ()) if wanted else _reachable(calls)
    writer = StepWriter(values, has_endpoint=token is not None)
    workflow = _workflow(slug(title), reachable, writer)
    uses_token = token is not None and writer.uses_token
    used = {
        source.name: source for source in (*([token] if token and uses_token else []), *sources)
    }
    first = [_token_workflow(token)] if token and uses_token else []
    document = _document(title, list(used.values()), [*first, workflow])
    return Draft(document, writer.has_file, left_out)


def _document(title: str, used: Sequence[Source], workflows: Sequence[Json]) -> Json:
    return {
        "arazzo": "1.0.1",
        "info": {"title": f"{title}: a first workflow", "version": "1.0.0"},
        "sourceDescriptions": [
            {"name": source.name, "type": "openapi", "url": source.url} for source in used
        ],
        "workflows": workflows,
    }


def _calls(sources: Sequence[Source], wanted: Sequence[str], token: Source | None) -> Calls:
    """Return what is called, in an order in which one step can feed the next."""
    every = [(source, operation) for source in sources for operation in source.api.operations]
    known = {_name(operation): (source, operation) for source, operation in every}
    for name in wanted:
        if name not in known:
            raise UnknownName(None, kind="operation", name=name, known=tuple(known))
    # The order asked for is kept: whoever names operations knows which comes first.
    if wanted:
        return tuple(known[name] for name in wanted)
    endpoint = token_operation(token) if token else None
    served = [
        each
        for each in every
        if each[1] is not endpoint
        and lookup(each[0].api.root, f"{each[1].pointer}/{_UNSERVED}") is not True
    ]
    # A collection to which something is posted is listed after that, when it holds an item.
    collections = {
        (source.name, operation.path) for source, operation in served if operation.method == "POST"
    }
    return tuple(sorted(served, key=lambda each: _rank(each, collections)))


def _rank(
    call: tuple[Source, Operation], collections: set[tuple[str, str]]
) -> tuple[int, int, int]:
    """Order: what makes before what reads it, single things after whole lists, removal at the end."""
    source, operation = call
    # What has more parameters in its path lies deeper and needs what lies above it.
    depth = operation.path.count("{")
    if operation.method == "DELETE":
        # The deepest is removed first, before what it hangs on.
        return (1, -depth, 0)
    is_list = operation.method == "GET" and (source.name, operation.path) in collections
    return (0, depth, 1 if is_list else 0)


def _reachable(calls: Calls) -> tuple[Calls, tuple[str, ...]]:
    """Return the operations for whose paths there is a value, and the names of the others."""
    # A writer whose steps are thrown away, to learn which paths the earlier answers can fill.
    probe = StepWriter({}, has_endpoint=True)
    found: list[tuple[Source, Operation]] = []
    left_out: list[str] = []
    for source, operation in calls:
        if probe.is_reachable(operation):
            probe.step(source, operation)
            found.append((source, operation))
        else:
            left_out.append(_name(operation))
    return (tuple(found), tuple(left_out)) if found else (calls, ())


def _name(operation: Operation) -> str:
    return operation.id or f"{operation.method} {operation.path}"


def _token_workflow(token: Source) -> Json:
    operation = token_operation(token)
    names = [media.name for media in operation.body]
    # Forms are what RFC 6749, section 4.4.2, demands of a token endpoint.
    media_type = FORM if not names or FORM in names else names[0]
    return {
        "workflowId": "get-token",
        "summary": "One token for all cases",
        "x-scope": "session",
        "x-env": {"clientId": "HARNESS_CLIENT_ID", "clientSecret": "HARNESS_CLIENT_SECRET"},
        "inputs": {
            "type": "object",
            "required": ["clientId", "clientSecret"],
            "properties": {
                "clientId": {"type": "string"},
                "clientSecret": {"type": "string", "format": "password"},
            },
        },
        "steps": [
            {
                "stepId": "token",
                **called(token, operation),
                "requestBody": {
                    "contentType": media_type,
                    "payload": {
                        "grant_type": "client_credentials",
                        "client_id": "$inputs.clientId",
                        "client_secret": "$inputs.clientSecret",
                    },
                },
                "successCriteria": [{"condition": "$statusCode == 200"}],
                "outputs": {"accessToken": "$response.body#/access_token"},
            }
        ],
        "outputs": {"accessToken": "$steps.token.outputs.accessToken"},
    }


def _workflow(name: str, calls: Calls, writer: StepWriter) -> Json:
    steps = [writer.step(source, operation) for source, operation in calls]
    # Only now it is known which outputs later steps have taken.
    for step in steps:
        if found := writer.outputs(text(step["stepId"])):
            step["outputs"] = dict(found)
    workflow: dict[str, Json] = {"workflowId": f"{name}-walkthrough"}
    if writer.uses_token:
        workflow["dependsOn"] = ["get-token"]
    if writer.keys:
        workflow["x-env"] = {key: other.variable for key, other in writer.keys.items()}
    properties = dict(_properties(writer))
    if properties:
        workflow["inputs"] = {
            "type": "object",
            "required": list(writer.keys),
            "properties": properties,
        }
    workflow["steps"] = steps
    return workflow


def _properties(writer: StepWriter) -> Iterator[tuple[str, Json]]:
    yield from writer.inputs.items()
    for name in writer.keys:
        yield name, {"type": "string", "format": "password"}
