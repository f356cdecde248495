"""Write recorded calls as one Arazzo workflow: variables as inputs, captures as outputs, secrets as x-env."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from harness.jsonvalue import Json, items, members, text
from harness.workflow.draft.naming import Source, called, slug
from harness.workflow.imports.matching import Match
from harness.workflow.imports.recorded import (
    VARIABLE,
    Call,
    Recording,
    SentBody,
    is_of_patient,
    is_secret,
    is_secret_header,
    is_secret_query,
    secrets_in,
)

_UNFIT = re.compile(r"[^A-Za-z0-9_\-]")
# The variables that the program reads itself, whatever the collection calls them.
_KNOWN = {"clientid": "HARNESS_CLIENT_ID", "clientsecret": "HARNESS_CLIENT_SECRET"}
# Characters: shorter ones are hidden by name, for as texts they occur everywhere.
_SHORTEST_SECRET = 4
_LOGIN = re.compile(r"//[^/?#\s@]*@")
"""A login in an address, which is what a request is called that has no name."""
_DYNAMIC = {
    "$guid": "00000000-0000-4000-8000-000000000001",
    "$randomUUID": "00000000-0000-4000-8000-000000000001",
    "$timestamp": "1767225600",
    "$isoTimestamp": "2026-01-01T00:00:00.000Z",
    "$randomInt": "1",
    "$randomEmail": "sam@example.org",
}
"""What stands for variables that a collection's runner makes anew each time."""


def compose(
    recording: Recording, matches: Sequence[tuple[Call, Match]], sources: Iterable[Source]
) -> tuple[Json, frozenset[str]]:
    """Return the document of all calls that have an operation, and the secrets that must not be in it."""
    writer = _Writer(recording.variables, recording.secret, recording.is_traffic)
    # All secrets are learnt before the first step is written: one call may show what another hides.
    for call, found in matches:
        writer.learn(call, found)
    steps = [writer.step(call, found) for call, found in matches]
    used = {found.source.name for _, found in matches}
    workflow: dict[str, Json] = {"workflowId": slug(recording.title) or "imported"}
    if writer.env:
        workflow["x-env"] = dict(writer.env)
    if writer.inputs:
        workflow["inputs"] = {
            "type": "object",
            "required": sorted(writer.required),
            "properties": dict(writer.inputs),
        }
    workflow["steps"] = steps
    document: Json = {
        "arazzo": "1.0.1",
        "info": {"title": recording.title, "version": "1.0.0"},
        "sourceDescriptions": [
            {"name": source.name, "type": "openapi", "url": source.url}
            for source in sources
            if source.name in used
        ],
        "workflows": [workflow],
    }
    return document, frozenset(writer.secrets)


@dataclass(slots=True)
class _Writer:
    variables: Mapping[str, str]
    secret: frozenset[str]
    is_traffic: bool = False
    inputs: dict[str, Json] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    secrets: dict[str, str] = field(default_factory=dict)
    """Names of variables by the secret that stood in their place."""
    captured: dict[str, str] = field(default_factory=dict)
    """Expressions by variable, of what earlier steps have kept."""
    names: list[str] = field(default_factory=list)

    def learn(self, call: Call, found: Match) -> None:
        """Take note of every secret that is written out, so that it stands nowhere in what is made."""
        self._learn_headers(call.headers)
        for name, value in (*call.query, *found.path.items()):
            if is_secret_query(name):
                self._hide(name, value)
        if call.body is not None:
            self._learn_in(call.body.value)
            if isinstance(call.body.value, str):
                for name, value in secrets_in(call.body.value):
                    self._hide(name, value)
        for name, value in self.variables.items():
            if self._is_secret(name):
                self._hide(name, value)

    def _learn_headers(self, headers: Iterable[tuple[str, str]]) -> None:
        for name, value in headers:
            if name.lower() == "authorization":
                scheme, _, rest = value.partition(" ")
                is_basic = scheme.lower() == "basic"
                self._hide("basicCredentials" if is_basic else "accessToken", rest or value)
            elif is_secret_header(name):
                self._hide(name, value)

    def _is_secret(self, name: str) -> bool:
        return name in self.secret or is_secret(name) or name in self.secrets.values()

    def _learn_in(self, value: Json) -> None:
        for key, member in members(value).items():
            if is_secret(key):
                for leaf in _leaves(member):
                    self._hide(key, leaf)
            self._learn_in(member)
        for item in items(value):
            self._learn_in(item)

    def _hide(self, name: str, value: str) -> None:
        # What holds a variable is not written out, so there is nothing to hide.
        if len(value) >= _SHORTEST_SECRET and not VARIABLE.search(value):
            self.secrets.setdefault(value, name)

    def step(self, call: Call, found: Match) -> dict[str, Json]:
        """Return the step of a call."""
        name = self._name(call)
        step_object: dict[str, Json] = {"stepId": name}
        if call.name:
            step_object["description"] = _LOGIN.sub("//", self._masked(call.name))
        step_object |= called(found.source, found.operation)
        if parameters := list(self._parameters(call, found)):
            step_object["parameters"] = parameters
        if call.body is not None:
            step_object["requestBody"] = self._body(call.body)
        criteria = [dict(item) for item in _once(call.criteria)]
        # A criterion with a secret in it would put that into the file.
        if harmless := [item for item in criteria if not self._holds_secret(str(item))]:
            step_object["successCriteria"] = harmless
        if call.captures:
            step_object["outputs"] = {_fit(key): value for key, value in call.captures}
            self.captured |= {key: f"$steps.{name}.outputs.{_fit(key)}" for key, _ in call.captures}
        return step_object

    def _name(self, call: Call) -> str:
        base = _UNFIT.sub("-", slug(call.name)) or call.method.lower()
        name = base if base not in self.names else f"{base}-{len(self.names) + 1}"
        self.names.append(name)
        return name

    def _parameters(self, call: Call, found: Match) -> Iterator[Json]:
        for name, value in found.path.items():
            yield {"name": name, "in": "path", "value": self._named(name, value)}
        for place, given in (("query", call.query), ("header", call.headers)):
            # Arazzo allows a parameter once, where a query may repeat it.
            seen: set[str] = set()
            for name, value in given:
                if name.lower() not in seen:
                    seen.add(name.lower())
                    yield {"name": name, "in": place, "value": self._named(name, value)}

    def _body(self, body: SentBody) -> Json:
        request_body: dict[str, Json] = {"contentType": body.media_type}
        if body.value is not None:
            request_body["payload"] = self.value(body.value)
        if body.files:
            request_body["x-files"] = {
                name: [{"path": other} for other in names] if len(names) > 1 else {"path": names[0]}
                for name, names in body.files.items()
            }
        return request_body

    def value(self, value: Json) -> Json:
        """Return a value with its variables as expressions."""
        if isinstance(value, Mapping):
            return {key: self._member(key, member) for key, member in value.items()}
        if isinstance(value, list):
            return [self.value(item) for item in value]
        return self.text(value) if isinstance(value, str) else value

    def _member(self, name: str, value: Json) -> Json:
        """Return a member's value; numbers and words that must not be shown become variables too."""
        if isinstance(value, bool | None | Mapping | list):
            return self.value(value)
        if isinstance(value, str):
            return self._named(name, value)
        return self.text(f"{{{{{name}}}}}") if self._must_hide(name) else value

    def _named(self, name: str, written: str) -> str:
        """Return the text of what has a name; by the name alone, however short, it may have to be hidden."""
        hidden = self._with_variables(written)
        is_open = hidden == written and not VARIABLE.search(written)
        # Of an Authorization header only the part after the scheme is hidden.
        if written and is_open and self._must_hide(name) and name.lower() != "authorization":
            return self.text(f"{{{{{name}}}}}")
        return self.text(written)

    def _must_hide(self, name: str) -> bool:
        return is_secret(name) or (self.is_traffic and is_of_patient(name))

    def text(self, written: str) -> str:
        """Return a text with its variables as expressions; one that is a variable whole keeps its type."""
        hidden = self._with_variables(written)
        whole = VARIABLE.fullmatch(hidden)
        if whole:
            return self._expression(whole[1])
        return VARIABLE.sub(lambda matched: f"{{{self._expression(matched[1])}}}", hidden)

    def _with_variables(self, written: str) -> str:
        # Wherever it occurs: in a path, in a longer text, in the body of another call.
        for secret, name in self.secrets.items():
            written = written.replace(secret, f"{{{{{name}}}}}")
        return written

    def _holds_secret(self, written: str) -> bool:
        return any(secret in written for secret in self.secrets)

    def _masked(self, written: str) -> str:
        return VARIABLE.sub(lambda matched: matched[1], self._with_variables(written))

    def _expression(self, name: str) -> str:
        if name in self.captured:
            return self.captured[name]
        key = _fit(name)
        if key not in self.inputs:
            self._input(name, key)
        return f"$inputs.{key}"

    def _input(self, name: str, key: str) -> None:
        value = self.variables.get(name, "") or _DYNAMIC.get(
            name, "sample" if name[:1] == "$" else ""
        )
        if self._is_secret(name):
            bare = re.sub(r"[^a-z]", "", name.lower())
            self.inputs[key] = {"type": "string", "format": "password"}
            self.env[key] = _KNOWN.get(bare, _variable(name))
            self.required.add(key)
        # A default stands in the file: neither a secret nor another variable may.
        elif value and not VARIABLE.search(value) and not self._holds_secret(value):
            self.inputs[key] = {"type": "string", "default": value}
        else:
            self.inputs[key] = {"type": "string"}
            self.required.add(key)


def _leaves(value: Json) -> Iterator[str]:
    """Yield the texts and numbers of a value, as they would be written."""
    if isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _leaves(each)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _fit(name: str) -> str:
    return _UNFIT.sub("-", text(name).lstrip("$")) or "value"


def _variable(name: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()).strip(
        "_"
    )


def _once(criteria: Iterable[Mapping[str, Json]]) -> Iterator[Mapping[str, Json]]:
    seen: list[Mapping[str, Json]] = []
    for item in criteria:
        if item not in seen:
            seen.append(item)
            yield item
