"""Make the small objects of a workflow: parameters, bodies, criteria, actions, outputs."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.document import Document
from harness.jsonvalue import Json, escape, items, members, number, text
from harness.source import Source
from harness.workflow.document.model import (
    Action,
    ActionKind,
    Body,
    Criterion,
    CriterionKind,
    FilePart,
    Output,
    Parameter,
    Poll,
    Replacement,
)
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
        kind=ActionKind(kind) if kind in tuple(ActionKind) else ActionKind.END,
        source=place.source,
        target_source=place.at("stepId" if "stepId" in value else "workflowId").source,
        step_id=text(value.get("stepId")),
        workflow_id=text(value.get("workflowId")),
        criteria=criteria(place.at("criteria"), value.get("criteria")),
        parameters=parameters,
        retry_after_seconds=None if after is None else number(after),
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
