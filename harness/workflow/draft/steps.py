"""Draft a step for an operation: examples as values, and the outputs of earlier steps where they fit."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.jsonvalue import Json, members
from harness.openapi.media_type import is_json
from harness.openapi.model import Api, MediaType, Operation, Parameter
from harness.workflow.draft.examples import body_example, parameter_example, resolved

SAMPLE_FILE = "sample.png"
"""What a draft uploads; whoever writes the draft puts the file beside it."""

_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Source:
    """A document that a draft calls: its name there, where it lies, and the API in it."""

    name: str
    url: str
    api: Api


def slug(words: str) -> str:
    """Return words in the spelling of ids: `createThing` becomes `create-thing`."""
    return "-".join(part.lower() for part in _BOUNDARY.split(words) if part)


def qualified(source: Source, operation: Operation) -> str:
    """Return how a step names an operation, whatever other sources there are."""
    return f"$sourceDescriptions.{source.name}.{operation.id}"


class StepWriter:
    """Writes steps one after the other; a later one takes from the answers of those before."""

    def __init__(self, values: Mapping[str, str], *, has_endpoint: bool) -> None:
        self._values = values
        self._bearer = (
            "Bearer {$workflows.get-token.outputs.accessToken}"
            if has_endpoint
            else "Bearer {$inputs.accessToken}"
        )
        self._done: list[tuple[str, Source, Operation]] = []
        self.inputs: dict[str, Json] = {}
        self.outputs: dict[str, list[str]] = {}
        self.needs_token = False
        self.has_file = False

    def step(self, source: Source, operation: Operation) -> dict[str, Json]:
        """Return the step that calls an operation."""
        name = self._name(operation)
        made: dict[str, Json] = {"stepId": name, "operationId": qualified(source, operation)}
        parameters = list(self._parameters(source, operation))
        if parameters:
            made["parameters"] = parameters
        if operation.body and (operation.body_required or operation.method != "GET"):
            made["requestBody"] = self._body(source.api, operation)
        if criteria := _criteria(operation):
            made["successCriteria"] = criteria
        self._done.append((name, source, operation))
        return made

    def _name(self, operation: Operation) -> str:
        base = slug(operation.id or f"{operation.method} {operation.path}")
        taken = [name for name, _, _ in self._done]
        return base if base not in taken else f"{base}-{len(taken) + 1}"

    def _parameters(self, source: Source, operation: Operation) -> Iterator[Json]:
        if operation.secured:
            self.needs_token = True
            yield {"name": "Authorization", "in": "header", "value": self._bearer}
        for each in operation.parameters:
            if each.required and each.name.lower() != "authorization":
                value = self._value(source, operation, each)
                yield {"name": each.name, "in": each.location, "value": value}

    def _value(self, source: Source, operation: Operation, parameter: Parameter) -> Json:
        if parameter.location == "path":
            for name, home, before in reversed(self._done):
                for member in (parameter.name, "id"):
                    if _answers_with(home.api, before, member):
                        self.outputs.setdefault(name, []).append(member)
                        return f"$steps.{name}.outputs.{member}"
        example = parameter_example(source.api, operation, parameter)
        if parameter.location != "path":
            return example
        self.inputs[parameter.name] = {"type": _kind(example), "default": example}
        return f"$inputs.{parameter.name}"

    def _body(self, api: Api, operation: Operation) -> Json:
        media_type = min(operation.body, key=lambda each: not is_json(each.name))
        example = body_example(api, media_type)
        if media_type.name.startswith("multipart/"):
            example = self._with_files(api, media_type, members(example))
        return {"contentType": media_type.name, "payload": self._known(example)}

    def _known(self, value: Json) -> Json:
        """Put what is known of the target in the place of examples by the same name."""
        if isinstance(value, Mapping):
            return {
                key: self._values.get(key, self._known(item))
                if isinstance(item, str)
                else self._known(item)
                for key, item in value.items()
            }
        if isinstance(value, list):
            return [self._known(item) for item in value]
        return value

    def _with_files(self, api: Api, media_type: MediaType, example: Mapping[str, Json]) -> Json:
        """Put the sample file into every field of a form that holds one."""
        made = dict(example)
        for name, schema in members(resolved(api, media_type.schema).get("properties")).items():
            if _is_file(api, schema):
                self.has_file = True
                made[name] = f"$file('./{SAMPLE_FILE}')"
        return made


def _is_file(api: Api, schema: Json) -> bool:
    """Tell whether a field holds a file or an array of them (OpenAPI 3.1, 4.8.14)."""
    given = resolved(api, schema)
    one = resolved(api, given["items"]) if "items" in given else given
    return one.get("format") == "binary" or "contentMediaType" in one


def _criteria(operation: Operation) -> list[Json]:
    """Expect any success that is documented; without one the runner's own rule stands."""
    statuses = [each.status for each in operation.answers if each.status.startswith("2")]
    terms = [f"$statusCode == {each}" for each in sorted(statuses) if each.isdigit()]
    return [{"condition": " || ".join(terms)}] if terms and len(terms) == len(statuses) else []


def _answers_with(api: Api, operation: Operation, member: str) -> bool:
    """Tell whether every documented success is an object with that member."""
    given = [
        each
        for answer in operation.answers
        if answer.status.startswith("2")
        for each in answer.media_types
    ]
    return bool(given) and all(
        is_json(each.name) and member in members(resolved(api, each.schema).get("properties"))
        for each in given
    )


def _kind(example: Json) -> str:
    match example:
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case _:
            return "string"
