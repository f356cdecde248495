"""Tell what changed between two versions of an API, and whether it breaks callers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.jsonvalue import Json, members, text
from harness.openapi.change import Change, Direction
from harness.openapi.conformance import find_answer
from harness.openapi.dialect import as_2020_12
from harness.openapi.diff_schemas import Comparison, schema_changes
from harness.openapi.model import Answer, Api, MediaType, Operation, Parameter

_PARAMETER = re.compile(r"\{[^{}]*\}")


def diff(old: Api, new: Api) -> tuple[Change, ...]:
    """Return every change, the breaking ones first, each group in the order of the documents."""
    found = tuple(dict.fromkeys(_changes(old, new)))
    return tuple(sorted(found, key=lambda each: not each.is_breaking))


def _changes(old: Api, new: Api) -> Iterator[Change]:
    roots = as_2020_12(old.root), as_2020_12(new.root)
    before, after = _by_route(old), _by_route(new)
    for route, operation in before.items():
        if route in after:
            yield from _Pair(operation, after[route], *roots).changes()
        else:
            yield Change("operation-removed", operation.label, "", "removed", is_breaking=True)
    for route, operation in after.items():
        if route not in before:
            yield Change("operation-added", operation.label, "", "added", is_breaking=False)


def _by_route(api: Api) -> dict[str, Operation]:
    """Key operations by method and path; the names of path parameters do not matter on the wire."""
    return {_PARAMETER.sub("{}", each.label): each for each in api.operations}


@dataclass(frozen=True, slots=True)
class _Pair:
    """One operation in both versions."""

    old: Operation
    new: Operation
    old_root: Json
    new_root: Json

    def changes(self) -> Iterator[Change]:
        yield from self._names_and_security()
        yield from self._parameters()
        yield from self._body()
        yield from self._answers()

    def _change(self, name: str, path: str, what: str, *, is_breaking: bool) -> Change:
        return Change(name, self.old.label, path, what, is_breaking)

    def _schemas(self, direction: Direction, path: str, old: Json, new: Json) -> Iterator[Change]:
        roots = self._resolvable(old, self.old_root), self._resolvable(new, self.new_root)
        comparison = Comparison(self.old_root, self.new_root, direction, self.old.label, f"{path} ")
        yield from schema_changes(comparison, *roots)

    @staticmethod
    def _resolvable(schema: Json, root: Json) -> Json:
        """Give a schema the dialect of its translated document."""
        version = members(root).get("openapi")
        return members(as_2020_12({"openapi": version, "schema": schema})).get("schema")

    def _names_and_security(self) -> Iterator[Change]:
        if self.old.id != self.new.id:
            what = f"{self.old.id} -> {self.new.id}"
            yield self._change("operation-id-changed", "", what, is_breaking=False)
        if self.old.secured != self.new.secured:
            what = "secured now" if self.new.secured else "open now"
            yield self._change("security-changed", "", what, is_breaking=self.new.secured)

    def _parameters(self) -> Iterator[Change]:
        before, after = _by_name(self.old.parameters), _by_name(self.new.parameters)
        for key in dict.fromkeys((*before, *after)):
            old, new = before.get(key), after.get(key)
            if old is None or new is None:
                yield self._parameter(key, new)
                continue
            if old.required != new.required:
                what = "required now" if new.required else "optional now"
                yield self._change("parameter-required", key, what, is_breaking=new.required)
            yield from self._schemas(Direction.REQUEST, key, old.schema, new.schema)

    def _parameter(self, key: str, added: Parameter | None) -> Change:
        if added is None:
            return self._change("parameter-removed", key, "removed", is_breaking=False)
        what = "added, required" if added.required else "added"
        return self._change("parameter-added", key, what, is_breaking=added.required)

    def _body(self) -> Iterator[Change]:
        if self.old.body_required != self.new.body_required:
            required = self.new.body_required
            what = "required now" if required else "optional now"
            yield self._change("body-required", "body", what, is_breaking=required)
        yield from self._media_types(Direction.REQUEST, "body", self.old.body, self.new.body)

    def _media_types(
        self,
        direction: Direction,
        path: str,
        old: Sequence[MediaType],
        new: Sequence[MediaType],
    ) -> Iterator[Change]:
        before, after = ({each.name: each for each in one} for one in (old, new))
        for name in dict.fromkeys((*before, *after)):
            place = f"{path} {name}"
            if name not in after:
                rule = f"{direction}-media-type-removed"
                yield self._change(rule, place, "removed", is_breaking=True)
            elif name not in before:
                rule = f"{direction}-media-type-added"
                yield self._change(rule, place, "added", is_breaking=False)
            else:
                one, other = before[name], after[name]
                yield from self._schemas(direction, place, one.schema, other.schema)
                yield from self._encodings(place, one, other)

    def _encodings(self, path: str, old: MediaType, new: MediaType) -> Iterator[Change]:
        for name in dict.fromkeys((*old.encoding, *new.encoding)):
            before, after = _accepted(old, name), _accepted(new, name)
            for one in sorted(before - after if after else frozenset()):
                place = f"{path} /{name}"
                yield self._change("encoding-narrowed", place, f"without {one}", is_breaking=True)
            for one in sorted(after - before if before else frozenset()):
                place = f"{path} /{name}"
                yield self._change("encoding-widened", place, f"with {one}", is_breaking=False)

    def _answers(self) -> Iterator[Change]:
        before, after = (
            {each.status: each for each in one.answers} for one in (self.old, self.new)
        )
        for status in dict.fromkeys((*before, *after)):
            path = f"answer {status}"
            is_success = status.startswith("2")
            if status not in after:
                yield self._change("answer-removed", path, "removed", is_breaking=is_success)
            elif status not in before:
                breaking = is_success and not self._covers(status)
                yield self._change("answer-added", path, "added", is_breaking=breaking)
            else:
                yield from self._answer(path, before[status], after[status])

    def _covers(self, status: str) -> bool:
        """Tell whether the old version had a range or a default for a status that is new."""
        return status.isdigit() and find_answer(self.old, int(status)) is not None

    def _answer(self, path: str, old: Answer, new: Answer) -> Iterator[Change]:
        yield from self._media_types(Direction.RESPONSE, path, old.media_types, new.media_types)
        before, after = (
            {each.name.lower(): each.required for each in one.headers} for one in (old, new)
        )
        for name in dict.fromkeys((*before, *after)):
            was, is_now = before.get(name, False), after.get(name, False)
            if was != is_now:
                what = "promised now" if is_now else "no longer promised"
                place = f"{path} header {name}"
                yield self._change("answer-header", place, what, is_breaking=was)


def _by_name(parameters: Sequence[Parameter]) -> dict[str, Parameter]:
    """Key parameters by place and name; header names know no case, path parameters go by position."""
    found: dict[str, Parameter] = {}
    for each in parameters:
        name = each.name.lower() if each.location == "header" else each.name
        if each.location == "path":
            name = str(sum(key.startswith("path ") for key in found))
        found[f"{each.location} {name}"] = each
    return found


def _accepted(media_type: MediaType, name: str) -> frozenset[str]:
    content_types = text(members(media_type.encoding.get(name)).get("contentType"))
    return frozenset(each.strip() for each in content_types.split(",") if each.strip())
