"""Make workflows of a document's data: references resolved, defaults handed down to the steps."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.document import Document
from harness.errors import suggestion
from harness.jsonvalue import Json, compact, escape, items, members, number, text
from harness.source import Source
from harness.workflow.document.model import (
    Action,
    ActionKind,
    Body,
    Criterion,
    CriterionKind,
    FilePart,
    Finding,
    Output,
    Parameter,
    Poll,
    Replacement,
    Step,
    TargetKind,
    Workflow,
)
from harness.workflow.document.structure import finding
from harness.workflow.language.expressions import ExpressionError, parse
from harness.workflow.language.selectors import kind_of


@dataclass(frozen=True, slots=True)
class Place:
    """A pointer into a document."""

    document: Document
    pointer: str

    def at(self, token: str) -> "Place":
        """Return the place of a member or an item."""
        return Place(self.document, f"{self.pointer}/{escape(token)}")

    @property
    def source(self) -> Source:
        """Where the value stands."""
        return self.document.source(self.pointer)


# The characters of a step's id (Arazzo, Step Object, `stepId`).
_OUTPUT_OF = re.compile(r"\$steps\.([A-Za-z0-9_\-]+)\.")
_TARGETS = (
    TargetKind.OPERATION_ID,
    TargetKind.OPERATION_PATH,
    TargetKind.WORKFLOW,
    TargetKind.CHANNEL,
)


class Builder:
    """Builds one document's workflows; references that lead nowhere become problems."""

    def __init__(self, document: Document, problems: list[Finding]) -> None:
        self._document = document
        self._problems = problems
        self._components = members(members(document.data).get("components"))

    def workflows(self) -> tuple[Workflow, ...]:
        """Return all workflows, as far as they can be understood."""
        listed = items(members(self._document.data).get("workflows"))
        return tuple(
            self._workflow(members(value), f"/workflows/{index}")
            for index, value in enumerate(listed)
        )

    def _workflow(self, value: Mapping[str, Json], pointer: str) -> Workflow:
        # Parameters and actions of the workflow are built once and handed down to every step.
        shared = self._parameters(value, pointer)
        actions = (
            self._actions(value, pointer, "successActions"),
            self._actions(value, pointer, "failureActions"),
        )
        steps = tuple(
            self._step(members(step), f"{pointer}/steps/{index}", shared, actions)
            for index, step in enumerate(items(value.get("steps")))
        )
        return Workflow(
            id=text(value.get("workflowId")),
            source=self._document.source(pointer),
            pointer=pointer,
            steps=_ordered(steps, items(value.get("steps"))),
            summary=text(value.get("summary")),
            inputs=value.get("inputs"),
            outputs=outputs(Place(self._document, f"{pointer}/outputs"), value.get("outputs")),
            depends_on=_strings(value.get("dependsOn")),
            session=value.get("x-scope") == "session",
            teardown=text(value.get("x-teardown")),
            env=env(value.get("x-env")),
            cases=value.get("x-cases"),
        )

    def _step(
        self,
        value: Mapping[str, Json],
        pointer: str,
        shared: tuple[Parameter, ...],
        actions: tuple[tuple[Action, ...], tuple[Action, ...]],
    ) -> Step:
        kind = next((target for target in _TARGETS if target in value), TargetKind.NONE)
        # Milliseconds, unlike `retryAfter` (Arazzo 1.1.0, Step Object, `timeout`).
        milliseconds = value.get("timeout")
        place = Place(self._document, pointer)
        return Step(
            id=text(value.get("stepId")),
            kind=kind,
            target=text(value.get(kind)),
            source=self._document.source(pointer),
            target_source=self._document.source(f"{pointer}/{kind}"),
            parameters=_overlaid(shared, self._parameters(value, pointer)),
            body=body(place.at("requestBody"), value.get("requestBody")),
            # Ours are judged beside the standard ones; other runners leave them out.
            criteria=tuple(
                criterion
                for key in ("successCriteria", "x-successCriteria")
                for criterion in criteria(place.at(key), value.get(key))
            ),
            on_success=_with_defaults(self._actions(value, pointer, "onSuccess"), actions[0]),
            on_failure=_with_defaults(self._actions(value, pointer, "onFailure"), actions[1]),
            outputs=_own_first(
                outputs(place.at("x-outputs"), value.get("x-outputs")),
                outputs(place.at("outputs"), value.get("outputs")),
            ),
            timeout_seconds=milliseconds / 1000 if isinstance(milliseconds, int) else None,
            depends_on=_strings(value.get("dependsOn")),
        )

    def _parameters(self, holder: Mapping[str, Json], pointer: str) -> tuple[Parameter, ...]:
        listed = self._listed(holder, pointer, "parameters", "parameters")
        found = tuple(parameter(place, value) for place, value in listed)
        # Without a reference the rules of the structure have compared them already.
        written = [members(other) for other in items(holder.get("parameters"))]
        # A reference that leads nowhere is left out, and the two lists no longer run side by side.
        if any("reference" in item for item in written) and len(written) == len(found):
            self._refuse_twice(found, written, f"{pointer}/parameters")
        return found

    def _refuse_twice(
        self, found: Sequence[Parameter], written: Sequence[Mapping[str, Json]], pointer: str
    ) -> None:
        """Refuse a parameter that a reference gives a second time; what is inline is seen before."""
        seen: dict[tuple[str, str], int] = {}
        for index, each in enumerate(found):
            first = seen.setdefault(each.key, index)
            both = (written[first], written[index])
            # Items that are equal are reported by the structure as standing there twice.
            if first != index and any("reference" in one for one in both) and both[0] != both[1]:
                other = self._document.source(f"{pointer}/{first}")
                title = f"the parameter '{each.name}' is given twice; the other stands at {other}"
                place = Place(self._document, f"{pointer}/{index}")
                problem = finding(self._document, place.pointer, "schema", title)
                self._problems.append(problem)

    def _actions(self, holder: Mapping[str, Json], pointer: str, key: str) -> tuple[Action, ...]:
        # `onSuccess` and `successActions` both take their references from one part of `components`.
        kind = "successActions" if "uccess" in key else "failureActions"
        return tuple(
            action(place, value, self._parameters(value, place.pointer))
            for place, value in self._listed(holder, pointer, key, kind)
        )

    def _listed(
        self, holder: Mapping[str, Json], pointer: str, key: str, kind: str
    ) -> Iterator[tuple[Place, Mapping[str, Json]]]:
        """Return the objects of an array, those from `components` put in their places."""
        for index, item in enumerate(items(holder.get(key))):
            value = members(item)
            place = Place(self._document, f"{pointer}/{key}/{index}")
            if "reference" not in value:
                yield place, value
            elif found := self._component(value, place, kind):
                yield found

    def _component(
        self, value: Mapping[str, Json], place: Place, kind: str
    ) -> tuple[Place, Mapping[str, Json]] | None:
        reference = text(value.get("reference"))
        try:
            expression = parse(reference)
        except ExpressionError as problem:
            self._refuse(place, f"'{reference}' is not a reference: {problem}", "")
            return None
        known = members(self._components.get(kind))
        name = expression.names[-1] if expression.names else ""
        # A parameter cannot come from the actions, nor a success action from the failure actions.
        if expression.root != "components" or expression.names[0] != kind or name not in known:
            advice = suggestion(reference, tuple(f"$components.{kind}.{each}" for each in known))
            self._refuse(place, f"'{reference}' leads to none of the {kind}", advice)
            return None
        # Only the value of a parameter may be overridden (Arazzo, Reusable Object).
        overlay = {"value": value["value"]} if kind == "parameters" and "value" in value else {}
        pointer = f"/components/{kind}/{escape(name)}"
        # A finding on an overridden value belongs to the reference, any other to `components`.
        home = place if overlay else Place(self._document, pointer)
        return home, {**members(known[name]), **overlay}

    def _refuse(self, place: Place, title: str, advice: str) -> None:
        pointer = f"{place.pointer}/reference"
        self._problems.append(finding(self._document, pointer, "reference", title, advice=advice))


def parameter(place: Place, value: Mapping[str, Json]) -> Parameter:
    """Make a parameter."""
    return Parameter(
        name=text(value.get("name")),
        value=value.get("value"),
        source=place.at("value").source,
        location=text(value.get("in")),
    )


def outputs(place: Place, value: Json) -> tuple[Output, ...]:
    """Make the outputs of a step or a workflow."""
    return tuple(
        Output(name, member, place.at(name).source) for name, member in members(value).items()
    )


def env(value: Json) -> tuple[tuple[str, str], ...]:
    """Read `x-env`: input names and the variables that fill them."""
    return tuple((name, text(variable)) for name, variable in members(value).items())


def criteria(place: Place, value: Json) -> tuple[Criterion, ...]:
    """Make a list of criteria."""
    return tuple(
        _criterion(place.at(str(index)), members(item)) for index, item in enumerate(items(value))
    )


def _criterion(place: Place, value: Mapping[str, Json]) -> Criterion:
    kind, version = kind_of(value.get("type", "simple"))
    known = tuple(CriterionKind)
    return Criterion(
        condition=text(value.get("condition")),
        # An unknown kind is a finding already; the rest of the document is still to be checked.
        kind=CriterionKind(kind) if kind in known else CriterionKind.SIMPLE,
        source=place.at("condition").source,
        context=text(value.get("context")),
        version=version,
    )


def body(place: Place, value: Json) -> Body | None:
    """Make a request body, with the files of `x-files` and what `x-replacements` adds."""
    if not isinstance(value, Mapping):
        return None
    return Body(
        source=place.source,
        pointer=place.pointer,
        content_type=text(value.get("contentType")),
        payload=value.get("payload"),
        has_payload="payload" in value,
        replacements=tuple(
            _replacement(place.at(key).at(str(index)), members(item))
            # Ours come after the standard ones, whose result they may change.
            for key in ("replacements", "x-replacements")
            for index, item in enumerate(items(value.get(key)))
        ),
        files=tuple(
            file
            for name, given in members(value.get("x-files")).items()
            for file in _files(place.at("x-files").at(name), name, given)
        ),
    )


def _replacement(place: Place, value: Mapping[str, Json]) -> Replacement:
    kind, version = kind_of(value.get("targetSelectorType"))
    return Replacement(
        target=text(value.get("target")),
        value=value.get("value"),
        source=place.source,
        kind=kind,
        version=version,
    )


# One field may send several files, which may be given one by one or as arrays.
def _files(place: Place, name: str, given: Json) -> tuple[FilePart, ...]:
    """Read one field of `x-files`: a path, an object with a path, or an array of either."""
    if isinstance(given, list):
        return tuple(
            part
            for index, item in enumerate(given)
            for part in _files(place.at(str(index)), name, item)
        )
    if not isinstance(given, Mapping):
        return (FilePart(name, given, place.source),)
    filename, kind = text(given.get("filename")), text(given.get("contentType"))
    return (FilePart(name, given.get("path"), place.source, filename, kind),)


def action(place: Place, value: Mapping[str, Json], parameters: tuple[Parameter, ...]) -> Action:
    """Make a success or failure action."""
    kind = value.get("type")
    limit = value.get("retryLimit")
    after = value.get("retryAfter")
    return Action(
        name=text(value.get("name")),
        # An unknown type is a finding already, and `end` leads nowhere.
        kind=ActionKind(kind) if kind in tuple(ActionKind) else ActionKind.END,
        source=place.source,
        target_source=place.at("stepId" if "stepId" in value else "workflowId").source,
        step_id=text(value.get("stepId")),
        workflow_id=text(value.get("workflowId")),
        criteria=criteria(place.at("criteria"), value.get("criteria")),
        parameters=parameters,
        # Absent is not zero: without it `x-poll` begins with a wait of its own.
        retry_after_seconds=None if after is None else number(after),
        # One retry is the default (Arazzo, Failure Action Object).
        retry_limit=limit if isinstance(limit, int) else 1,
        poll=_poll(value.get("x-poll")),
    )


def _poll(value: Json) -> Poll | None:
    if not isinstance(value, Mapping):
        return None
    longest, deadline = value.get("maxInterval"), value.get("deadline")
    return Poll(
        backoff=number(value.get("backoff"), 1.0),
        max_interval_seconds=None if longest is None else number(longest),
        deadline_seconds=None if deadline is None else number(deadline),
    )


def _strings(value: Json) -> tuple[str, ...]:
    return tuple(item for item in items(value) if isinstance(item, str))


def _overlaid(shared: tuple[Parameter, ...], own: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    """Put a step's parameters over the workflow's: overridden they can be, removed never."""
    keys = {parameter.key for parameter in own}
    kept = tuple(
        Parameter(
            parameter.name, parameter.value, parameter.source, parameter.location, inherited=True
        )
        for parameter in shared
        if parameter.key not in keys
    )
    return kept + own


def _with_defaults(own: tuple[Action, ...], defaults: tuple[Action, ...]) -> tuple[Action, ...]:
    # The first action that applies is taken, so those of the step stand before the defaults.
    names = {action.name for action in own}
    return own + tuple(default for default in defaults if default.name not in names)


def _own_first(own: tuple[Output, ...], standard: tuple[Output, ...]) -> tuple[Output, ...]:
    """Let `x-outputs` stand in for the outputs of the same names."""
    names = {output.name for output in own}
    return own + tuple(output for output in standard if output.name not in names)


def _ordered(steps: tuple[Step, ...], written: Sequence[Json]) -> tuple[Step, ...]:
    """Put steps after those they depend on (1.1.0, "Tool Behavior"); else keep the order written."""
    # The order written is the order of the calls unless the document asks for another.
    if not any(step.depends_on for step in steps):
        return steps
    known = {step.id for step in steps}
    needs = {
        # Outputs read from other steps are needs too, and any text of a step may read them.
        step.id: (set(step.depends_on) | set(_OUTPUT_OF.findall(compact(raw)))) & known - {step.id}
        for step, raw in zip(steps, written, strict=True)
    }
    ordered: list[Step] = []
    waiting = list(steps)
    # One step leaves in each round, so this ends; in a circle the one written first goes ahead.
    while waiting:
        done = {step.id for step in ordered}
        ready = next((step for step in waiting if needs[step.id] <= done), waiting[0])
        waiting.remove(ready)
        ordered.append(ready)
    return tuple(ordered)
