"""Draft a first Arazzo document for the operations of OpenAPI documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from harness.errors import UnknownName
from harness.jsonvalue import Json, text
from harness.openapi.model import Operation
from harness.workflow.draft.steps import Source, StepWriter, qualified, slug
from harness.workflow.request.payloads import FORM


@dataclass(frozen=True, slots=True)
class Draft:
    """A document to be written, and whether it sends the sample file."""

    document: Json
    has_file: bool


def draft(
    title: str,
    sources: Sequence[Source],
    token: Source | None,
    *,
    wanted: Sequence[str] = (),
    values: Mapping[str, str] = MappingProxyType({}),
) -> Draft:
    """Return a document with one step an operation, and a token before them where there is an endpoint.

    `values` are put in the place of examples by the same name.
    Raises UnknownName where a wanted operation does not exist.
    """
    calls = _calls(sources, wanted)
    workflow, has_file = _workflow(slug(title), calls, token, values)
    used = [*([token] if token else []), *sources]
    document: dict[str, Json] = {
        "arazzo": "1.0.1",
        "info": {"title": f"{title}: a first workflow", "version": "1.0.0"},
        "sourceDescriptions": [
            {"name": each.name, "type": "openapi", "url": each.url} for each in used
        ],
        "workflows": [*([_token_workflow(token)] if token else []), workflow],
    }
    return Draft(document, has_file)


def _calls(
    sources: Sequence[Source], wanted: Sequence[str]
) -> tuple[tuple[Source, Operation], ...]:
    """Return what is called, in an order in which one step can feed the next."""
    every = [(source, each) for source in sources for each in source.api.operations]
    known = {each.id: (source, each) for source, each in every if each.id}
    for name in wanted:
        if name not in known:
            raise UnknownName(None, kind="operation", name=name, known=tuple(known))
    if wanted:
        return tuple(known[name] for name in wanted)
    rank = {"DELETE": 2}
    return tuple(sorted(every, key=lambda e: (rank.get(e[1].method, 0), "{" in e[1].path)))


def _token_workflow(token: Source) -> Json:
    operation = token.api.operations[0]
    media_type = operation.body[0].name if operation.body else FORM
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
                "operationId": qualified(token, operation),
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


def _workflow(
    name: str,
    calls: Sequence[tuple[Source, Operation]],
    token: Source | None,
    values: Mapping[str, str],
) -> tuple[Json, bool]:
    writer = StepWriter(values, has_endpoint=token is not None)
    steps = [writer.step(source, operation) for source, operation in calls]
    for step in steps:
        if found := writer.outputs.get(text(step["stepId"])):
            step["outputs"] = {each: f"$response.body#/{each}" for each in found}
    made: dict[str, Json] = {"workflowId": f"{name}-walkthrough"}
    if token:
        made["dependsOn"] = ["get-token"]
    elif writer.needs_token:
        made["x-env"] = {"accessToken": "ACCESS_TOKEN"}
        writer.inputs["accessToken"] = {"type": "string", "format": "password"}
    if writer.inputs:
        properties: Json = dict(writer.inputs)
        required = ["accessToken"] if "accessToken" in writer.inputs else []
        made["inputs"] = {"type": "object", "required": required, "properties": properties}
    made["steps"] = steps
    return made, writer.has_file
