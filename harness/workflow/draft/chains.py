"""Find out which earlier answer gives a value that a later step needs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from harness.jsonvalue import Json, escape, items, lookup, members, text
from harness.openapi.media_type import is_json
from harness.openapi.model import Answer, Api, Operation, Parameter
from harness.workflow.draft.examples import resolved
from harness.workflow.draft.naming import Source

# Members are looked for this deep; what lies deeper is seldom the id of the thing itself.
_MAX_DEPTH = 3
# The usual spellings: id, orderId, order_id, orderIDs. Without a capital `paid` would be one.
_ID = re.compile(r"^id$|[a-z]I[dD]s?$|_ids?$|[a-z]Ids$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Call:
    """A step that is written already."""

    step: str
    source: Source
    operation: Operation


@dataclass(slots=True)
class Chains:
    """The steps so far, and which of their values later ones take."""

    calls: list[Call] = field(default_factory=list)
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    """Expressions by step and name of the output."""

    def add(self, step: str, source: Source, operation: Operation) -> None:
        """Take note of a step, from whose answer those after it may take."""
        self.calls.append(Call(step, source, operation))

    def path_value(self, operation: Operation, parameter: Parameter) -> str:
        """Return the expression for a path parameter; empty where no earlier answer gives it."""
        name = parameter.name
        # What the document says comes first, then equal names, then the custom of REST.
        found = self._linked(operation, name) or self._by_name(name, is_generated=False)
        return found or self._of_collection(operation, name)

    def member_value(self, name: str) -> str:
        """Return the expression for an id in a body or a query, which only a server can have made."""
        return self._by_name(name, is_generated=True) if _ID.search(name) else ""

    def _linked(self, operation: Operation, name: str) -> str:
        """Follow a Link Object (OpenAPI 3.1, 4.8.20) of an earlier answer."""
        # The latest step first: it is most likely to speak of the same thing.
        for call in reversed(self.calls):
            for link in _links(call):
                given = members(link.get("parameters"))
                value = text(given.get(name, given.get(f"path.{name}")))
                if link.get("operationId") == operation.id and value.startswith("$response.body#/"):
                    return self._take(call, name, value)
        return ""

    def _by_name(self, name: str, *, is_generated: bool) -> str:
        for call in reversed(self.calls):
            # An answer that repeats what was sent gives nothing that a server has made.
            if is_generated and _is_sent(call, name):
                continue
            pointer = _pointer(call, (name,), is_needed=is_generated)
            if pointer:
                return self._take(call, name, f"$response.body#{pointer}")
        return ""

    def _of_collection(self, operation: Operation, name: str) -> str:
        """Take the id from what made an item of the collection, or from the first item of its list."""
        # The path before the parameter names the collection: /orders for /orders/{id}.
        home = operation.path.partition(f"/{{{name}}}")[0]
        creators = [
            c for c in self.calls if c.operation.path == home and c.operation.method == "POST"
        ]
        for call in reversed(creators):
            if pointer := _pointer(call, (name, "id"), is_needed=False):
                return self._take(call, pointer.rpartition("/")[2], f"$response.body#{pointer}")
        for call in reversed(self.calls):
            # Only where this run made an item, or it might be somebody else's.
            is_list = call.operation.path == home and call.operation.method == "GET"
            if creators and is_list and (pointer := _first_item(call, (name, "id"))):
                return self._take(call, f"first-{name}", f"$response.body#{pointer}")
        return ""

    def _take(self, call: Call, name: str, expression: str) -> str:
        # The characters that the name of an output may have.
        output = re.sub(r"[^a-zA-Z0-9._\-]", "-", name)
        self.outputs.setdefault(call.step, {})[output] = expression
        return f"$steps.{call.step}.outputs.{output}"


def _links(call: Call) -> Iterator[dict[str, Json]]:
    root = call.source.api.root
    answers = members(lookup(root, f"{call.operation.pointer}/responses"))
    for status, raw in answers.items():
        if status.startswith("2"):
            for link in members(resolved(call.source.api, raw).get("links")).values():
                yield dict(resolved(call.source.api, link))


def _successes(operation: Operation) -> tuple[Answer, ...]:
    return tuple(answer for answer in operation.answers if answer.status.startswith("2"))


def _pointer(call: Call, names: tuple[str, ...], *, is_needed: bool) -> str:
    """Return where every documented success holds one of the names; empty where one may not."""
    given = [
        media_type for answer in _successes(call.operation) for media_type in answer.media_types
    ]
    # A success in another form has no members to point at.
    if not given or not all(is_json(media_type.name) for media_type in given):
        return ""
    for name in names:
        found = {
            _within(call.source.api, media_type.schema, name, 0, is_needed=is_needed)
            for media_type in given
        }
        # All successes must hold it at one place, or the pointer would miss in some of them.
        if len(found) == 1 and (pointer := found.pop()):
            return pointer
    return ""


def _within(api: Api, schema: Json, name: str, depth: int, *, is_needed: bool) -> str:
    """Return the nearest place of a member below a schema."""
    properties, required = _shape(api, schema)
    if name in properties:
        return f"/{escape(name)}" if not is_needed or name in required else ""
    if depth < _MAX_DEPTH:
        for key, value in properties.items():
            if found := _within(api, value, name, depth + 1, is_needed=is_needed):
                return f"/{escape(key)}{found}"
    return ""


def _shape(api: Api, schema: Json, depth: int = 0) -> tuple[dict[str, Json], frozenset[str]]:
    """Return the members that a schema and the parts of its `allOf` declare, and those required."""
    given = resolved(api, schema)
    properties = dict(members(given.get("properties")))
    required = frozenset(text(item) for item in items(given.get("required")))
    # Bounded, since the parts of an `allOf` may refer to one another.
    for part in items(given.get("allOf")) if depth < 2 * _MAX_DEPTH else ():
        more, needed = _shape(api, part, depth + 1)
        properties.update(more)
        required |= needed
    return properties, required


def _first_item(call: Call, names: tuple[str, ...]) -> str:
    """Return where the first item of a documented list holds one of the names."""
    api = call.source.api
    for answer in _successes(call.operation):
        for media_type in answer.media_types:
            for prefix, listed in _lists(api, media_type.schema):
                declared, _ = _shape(api, resolved(api, listed).get("items"))
                for name in names:
                    if name in declared:
                        return f"{prefix}/0/{escape(name)}"
    return ""


def _lists(api: Api, schema: Json) -> Iterator[tuple[str, Json]]:
    if "items" in resolved(api, schema):
        yield "", schema
    for key, value in _shape(api, schema)[0].items():
        if "items" in resolved(api, value):
            yield f"/{escape(key)}", value


def _is_sent(call: Call, name: str) -> bool:
    """Return whether a step itself sends a member of that name, which its answer then only repeats."""
    api = call.source.api
    return any(
        bool(_within(api, media_type.schema, name, 0, is_needed=False))
        for media_type in call.operation.body
    )
