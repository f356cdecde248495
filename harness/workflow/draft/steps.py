"""Draft a step for an operation: examples as values, and the outputs of earlier steps where they fit."""

import re
from collections.abc import Iterator, Mapping

from harness.jsonvalue import Json, members, text
from harness.openapi.media_type import is_json
from harness.openapi.model import Api, MediaType, Operation, Parameter
from harness.workflow.draft.chains import Chains
from harness.workflow.draft.examples import (
    body_example,
    is_limited,
    parameter_example,
    resolved,
)
from harness.workflow.draft.naming import Source, called, slug
from harness.workflow.draft.security import Key, keys

SAMPLE_FILE = "sample.png"
"""What a draft uploads; whoever writes the draft puts the file beside it."""
SAMPLE_TYPE = "image/png"

_TYPE_NAMES = ("mimetype", "contenttype", "mediatype", "mime_type", "content_type", "media_type")
_FILE_NAME = re.compile(
    r"[\w\- ]+\.(?:bmp|dcm|docx?|gif|jpe?g|pdf|png|rtf|tiff?|txt)", re.IGNORECASE
)


class StepWriter:
    """Writes steps one after the other; a later one takes from the answers of those before."""

    def __init__(self, values: Mapping[str, str], *, has_endpoint: bool) -> None:
        self._values = values
        self._has_endpoint = has_endpoint
        self._chains = Chains()
        self.inputs: dict[str, Json] = {}
        self.keys: dict[str, Key] = {}
        """Inputs that authorize requests and that no step of the draft can fetch."""
        self.has_file = False
        self.uses_token = False

    def outputs(self, step: str) -> Mapping[str, str]:
        """Return what later steps take from the answer of a step."""
        return self._chains.outputs.get(step, {})

    def is_reachable(self, operation: Operation) -> bool:
        """Return whether a value is known for all that stands in the path: from a step, or of a few words."""
        return all(
            is_limited(parameter.schema) or self._chains.path_value(operation, parameter)
            for parameter in operation.parameters
            if parameter.location == "path"
        )

    def step(self, source: Source, operation: Operation) -> dict[str, Json]:
        """Return the step that calls an operation."""
        name = self._name(operation)
        step_object: dict[str, Json] = {"stepId": name, **called(source, operation)}
        parameters = list(self._parameters(source, operation))
        if parameters:
            step_object["parameters"] = parameters
        # A GET has a body only where one is demanded; most servers ignore it.
        if operation.body and (operation.body_required or operation.method != "GET"):
            step_object["requestBody"] = self._body(source.api, operation)
        if criteria := _criteria(operation):
            step_object["successCriteria"] = criteria
        self._chains.add(name, source, operation)
        return step_object

    def _name(self, operation: Operation) -> str:
        base = slug(operation.id or f"{operation.method} {operation.path}")
        taken = [call.step for call in self._chains.calls]
        # The number of steps so far is another one each time.
        return base if base not in taken else f"{base}-{len(taken) + 1}"

    def _parameters(self, source: Source, operation: Operation) -> Iterator[Json]:
        authorizing = keys(source.api, operation)
        for key in authorizing:
            yield {"name": key.name, "in": key.location, "value": self._key(key)}
        given = {other.name.lower() for other in authorizing}
        for parameter in operation.parameters:
            # OpenAPI 3.1 ignores parameters of this name (Parameter Object).
            if parameter.required and parameter.name.lower() not in {"authorization", *given}:
                value = self._value(source, operation, parameter)
                yield {"name": parameter.name, "in": parameter.location, "value": value}

    def _key(self, key: Key) -> str:
        # A token can be fetched by the workflow itself; any other key comes from outside.
        if self._has_endpoint and key.prefix == "Bearer ":
            self.uses_token = True
            return "Bearer {$workflows.get-token.outputs.accessToken}"
        self.keys[key.input] = key
        value = f"$inputs.{key.input}"
        return f"{key.prefix}{{{value}}}" if key.prefix else value

    def _value(self, source: Source, operation: Operation, parameter: Parameter) -> Json:
        example = parameter_example(source.api, operation, parameter)
        if parameter.location == "path" and not is_limited(parameter.schema):
            if found := self._chains.path_value(operation, parameter):
                return found
            self.inputs[parameter.name] = {"type": _kind(example), "default": example}
            return f"$inputs.{parameter.name}"
        return self._chains.member_value(parameter.name) or example

    def _body(self, api: Api, operation: Operation) -> Json:
        # JSON first: `min` takes the first of those for which the key is False.
        media_type = min(operation.body, key=lambda media: not is_json(media.name))
        example = body_example(api, media_type)
        if media_type.name.startswith("multipart/"):
            example = self._with_files(api, media_type, members(example))
        return {"contentType": media_type.name, "payload": self._known(example)}

    def _known(self, value: Json) -> Json:
        """Put what is known of the target in the place of examples by the same name."""
        if isinstance(value, Mapping):
            return {key: self._member(key, item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._known(item) for item in value]
        return value

    def _member(self, key: str, item: Json) -> Json:
        if isinstance(item, str) and key in self._values:
            return self._values[key]
        is_plain = isinstance(item, str | int) or (
            isinstance(item, list) and not any(isinstance(element, Mapping) for element in item)
        )
        return (self._chains.member_value(key) if is_plain else "") or self._known(item)

    def _with_files(self, api: Api, media_type: MediaType, example: Mapping[str, Json]) -> Json:
        """Put the sample file into every field of a form that holds one."""
        made = dict(example)
        for name, schema in members(resolved(api, media_type.schema).get("properties")).items():
            if _is_file(api, schema):
                self.has_file = True
                made[name] = f"$file('./{SAMPLE_FILE}')"
        # An example of the document may name files, too.
        files = {name for name, value in made.items() if text(value).startswith("$file(")}
        if not files:
            return made
        return {name: value if name in files else _renamed(value) for name, value in made.items()}


def _renamed(value: Json) -> Json:
    """Let what a form says of its files speak of the file that is sent."""
    if isinstance(value, Mapping):
        return {
            key: SAMPLE_TYPE if key.lower() in _TYPE_NAMES and text(member) else _renamed(member)
            for key, member in value.items()
        }
    if isinstance(value, list):
        return [_renamed(item) for item in value]
    return SAMPLE_FILE if isinstance(value, str) and _FILE_NAME.fullmatch(value) else value


def _is_file(api: Api, schema: Json) -> bool:
    """Return whether a field holds a file or an array of them (OpenAPI 3.1, 4.8.14)."""
    given = resolved(api, schema)
    one = resolved(api, given["items"]) if "items" in given else given
    return one.get("format") == "binary" or "contentMediaType" in one


def _criteria(operation: Operation) -> list[Json]:
    """Expect any success that is documented; without one the runner's own rule stands."""
    statuses = [answer.status for answer in operation.answers if answer.status.startswith("2")]
    terms = [f"$statusCode == {status}" for status in sorted(statuses) if status.isdigit()]
    return [{"condition": " || ".join(terms)}] if terms and len(terms) == len(statuses) else []


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
