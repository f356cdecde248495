"""Make workflows of a document's data: references resolved, defaults handed down to the steps."""

import re
from collections.abc import Iterator, Mapping, Sequence

from harness.document import Document
from harness.errors import suggestion
from harness.jsonvalue import Json, compact, escape, items, members, text
from harness.workflow.document.build_parts import (
    Place,
    action,
    body,
    criteria,
    env,
    outputs,
    parameter,
)
from harness.workflow.document.model import (
    Action,
    Finding,
    Output,
    Parameter,
    Step,
    TargetKind,
    Workflow,
)
from harness.workflow.document.structure import finding
from harness.workflow.language.expressions import ExpressionError, parse

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
        written = [members(other) for other in items(holder.get("parameters"))]
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
            if first != index and any("reference" in one for one in both) and both[0] != both[1]:
                other = self._document.source(f"{pointer}/{first}")
                title = f"the parameter '{each.name}' is given twice; the other stands at {other}"
                place = Place(self._document, f"{pointer}/{index}")
                problem = finding(self._document, place.pointer, "schema", title)
                self._problems.append(problem)

    def _actions(self, holder: Mapping[str, Json], pointer: str, key: str) -> tuple[Action, ...]:
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
        if expression.root != "components" or expression.names[0] != kind or name not in known:
            advice = suggestion(reference, tuple(f"$components.{kind}.{each}" for each in known))
            self._refuse(place, f"'{reference}' leads to none of the {kind}", advice)
            return None
        overlay = {"value": value["value"]} if kind == "parameters" and "value" in value else {}
        pointer = f"/components/{kind}/{escape(name)}"
        home = place if overlay else Place(self._document, pointer)
        return home, {**members(known[name]), **overlay}

    def _refuse(self, place: Place, title: str, advice: str) -> None:
        pointer = f"{place.pointer}/reference"
        self._problems.append(finding(self._document, pointer, "reference", title, advice=advice))


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
    names = {action.name for action in own}
    return own + tuple(default for default in defaults if default.name not in names)


def _own_first(own: tuple[Output, ...], standard: tuple[Output, ...]) -> tuple[Output, ...]:
    """Let `x-outputs` stand in for the outputs of the same names."""
    names = {output.name for output in own}
    return own + tuple(output for output in standard if output.name not in names)


def _ordered(steps: tuple[Step, ...], written: Sequence[Json]) -> tuple[Step, ...]:
    """Put steps after those they depend on (1.1.0, "Tool Behavior"); else keep the order written."""
    if not any(step.depends_on for step in steps):
        return steps
    known = {step.id for step in steps}
    needs = {
        step.id: (set(step.depends_on) | set(_OUTPUT_OF.findall(compact(raw)))) & known - {step.id}
        for step, raw in zip(steps, written, strict=True)
    }
    ordered: list[Step] = []
    waiting = list(steps)
    while waiting:
        done = {step.id for step in ordered}
        ready = next((step for step in waiting if needs[step.id] <= done), waiting[0])
        waiting.remove(ready)
        ordered.append(ready)
    return tuple(ordered)
