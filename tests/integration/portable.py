"""Rewrite our workflows without what only we understand, so that another runner can be given them.

What goes is either ours (`x-` keys, selectors of type regex, members of a multipart body) or
standard and read differently by Redocly respect 2.77: Selector Objects, outputs of steps within a
regex or within the quotes of a JSONPath, a missing member beside null, objects as parts of a form. A criterion that needs what
went goes as well, and so does a step. Inputs within conditions are written out with their defaults.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.jsonvalue import Json, items, members, text
from harness.spec.model import Operation
from harness.workflow import inputs
from harness.workflow.model import Book, Workflow
from harness.workflow.operations import find_operation
from harness.workflow.templates import as_text

_OUTPUT = re.compile(r"\$steps\.([\w\-]+)\.outputs\.([\w\-]+)")
_STEP = re.compile(r'(\$steps\.|"stepId": ")')
_EMBEDDED = re.compile(r"\{\$inputs\.([\w\-]+)\}")
_INPUT = re.compile(r"\$inputs\.([\w\-]+)")
_DROPPED_OUTSIDE = ("x-",)


@dataclass
class Portable:
    """A document under way: what was lost, and what was kept."""

    book: Book
    lost: set[tuple[str, str]] = field(default_factory=set)
    """Steps and those of their outputs that went."""
    known: Mapping[str, Json] = field(default_factory=dict)
    """Defaults of the inputs of the workflow that is being rewritten."""
    kept: int = 0
    dropped: int = 0

    def document(self) -> dict[str, Json]:
        """Return the document that is left."""
        whole = _bare(members(self.book.document.data))
        written = items(whole["workflows"])
        made = [
            self._workflow(members(given), workflow)
            for given, workflow in zip(written, self.book.workflows, strict=True)
        ]
        return {**whole, "workflows": made}

    def _workflow(self, given: Mapping[str, Json], workflow: Workflow) -> Json:
        self.lost.clear()
        self.known = inputs.defaults(self.book, workflow)
        steps = [
            step
            for each in items(given["steps"])
            if (step := self._step(_bare(members(each)), workflow)) is not None
        ]
        outputs = {
            name: value
            for name, value in members(given.get("outputs")).items()
            if not self._is_lost(value)
        }
        bare = {key: value for key, value in _bare(given).items() if key != "outputs"}
        made = {**bare, "steps": steps, **({"outputs": outputs} if outputs else {})}
        return _with_unique_steps(made, workflow.id)

    def _step(self, given: dict[str, Json], workflow: Workflow) -> Json:
        name = text(given["stepId"])
        step = workflow.step(name)
        assert step is not None
        if step.kind == "workflowId":
            return given
        if self._is_lost(given.get("parameters")) or self._is_lost(given.get("requestBody")):
            self.lost |= {(name, output.name) for output in step.outputs}
            self.dropped += len(step.criteria)
            return None
        operation = find_operation(self.book, step).operation
        criteria = [
            self._criterion(members(x), operation) for x in items(given.get("successCriteria"))
        ]
        left = [each for each in criteria if each is not None]
        self.kept += len(left)
        self.dropped += len(criteria) - len(left)
        rest = {key: value for key, value in given.items() if key != "outputs"}
        made = {**rest, "successCriteria": left or [{"condition": "$statusCode < 300"}]}
        return {
            **made,
            **self._outputs(name, given),
            **self._body(given),
            **self._actions(given, operation),
        }

    def _outputs(self, step: str, given: Mapping[str, Json]) -> dict[str, Json]:
        kept: dict[str, Json] = {}
        is_form = "multipart" in text(members(given.get("requestBody")).get("contentType"))
        for name, value in members(given.get("outputs")).items():
            if isinstance(value, Mapping) or (is_form and "$request.body#" in text(value)):
                self.lost.add((step, name))
            else:
                kept[name] = value
        return {"outputs": kept} if kept else {}

    def _criterion(self, given: Mapping[str, Json], operation: Operation) -> Json:
        kind = given.get("type", "simple")
        condition = _EMBEDDED.sub(self._default, text(given.get("condition")))
        context = text(given.get("context"))
        names_body = "$response.body" in f"{context} {condition}"
        if self._is_lost(given) or (names_body and _answers_in_parts(operation)):
            return None
        if re.fullmatch(r"\$response\.body#\S+ == null", condition):
            return None
        if kind == "regex" and (context == "$response.body" or "{$" in condition):
            return None
        if kind == "jsonpath" and re.search(r"'\{\$", condition):
            return None
        if kind == "jsonpath":  # Redocly wraps the context in an array
            return {**given, "condition": "$[*]" + condition.removeprefix("$")}
        return {**given, "condition": condition}

    def _default(self, embedded: re.Match[str]) -> str:
        """Write an embedded input's default in its place, where it has one."""
        found = self.known.get(embedded[1])
        return embedded[0] if found is None else as_text(found)

    def _actions(self, given: Mapping[str, Json], operation: Operation) -> dict[str, Json]:
        made: dict[str, Json] = {}
        for key in ("onSuccess", "onFailure"):
            listed = [_bare(members(each)) for each in items(given.get(key))]
            if listed:
                made[key] = [self._action(each, operation) for each in listed]
        return made

    def _action(self, given: dict[str, Json], operation: Operation) -> Json:
        found = [self._criterion(members(each), operation) for each in items(given.get("criteria"))]
        left = [each for each in found if each is not None]
        return {**given, "criteria": left} if left else given

    def _body(self, given: Mapping[str, Json]) -> dict[str, Json]:
        body = _bare(members(given.get("requestBody")))
        if not body:
            return {}
        payload = _filled(body.get("payload"), self.known)
        if files := members(members(given.get("requestBody")).get("x-files")):
            payload = {**_files(files, self.known), **members(payload)}
        if "multipart" in text(body.get("contentType")):
            payload = {
                key: json.dumps(value) if isinstance(value, Mapping | list) else value
                for key, value in members(payload).items()
            }
        return {"requestBody": {**body, "payload": payload}}

    def _is_lost(self, value: Json) -> bool:
        found = _OUTPUT.findall(json.dumps(value))
        return any((step, output) in self.lost for step, output in found)


def _bare(given: Mapping[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in given.items() if not key.startswith(_DROPPED_OUTSIDE)}


def _with_unique_steps(given: Mapping[str, Json], workflow: str) -> Json:
    """Name steps after their workflow: Redocly's linter takes step ids for unique in the document."""
    renamed: Json = json.loads(_STEP.sub(rf"\g<1>{workflow}-", json.dumps(given)))
    return renamed


def _answers_in_parts(operation: Operation) -> bool:
    return any(
        media.name.startswith("multipart/")
        for each in operation.answers
        for media in each.media_types
    )


def _filled(value: Json, known: Mapping[str, Json]) -> Json:
    """Put an input's default in its place; leave out the member whose input has none."""
    if isinstance(value, Mapping):
        return {
            key: _filled(item, known) for key, item in value.items() if not _is_unknown(item, known)
        }
    if isinstance(value, list):
        return [_filled(item, known) for item in value]
    whole = _INPUT.fullmatch(value) if isinstance(value, str) else None
    return known.get(whole[1], value) if whole else value


def _files(given: Mapping[str, Json], known: Mapping[str, Json]) -> dict[str, Json]:
    """Write `x-files` in the spelling that is shared; it knows one file for each part."""
    found: dict[str, Json] = {}
    for name, entry in given.items():
        path = _filled(members(entry).get("path", entry), known)
        found[name] = f"$file('{text(path) or text(items(path)[0])}')"
    return found


def _is_unknown(value: Json, known: Mapping[str, Json]) -> bool:
    whole = _INPUT.fullmatch(value) if isinstance(value, str) else None
    return whole is not None and whole[1] not in known and not whole[1].startswith("client")
