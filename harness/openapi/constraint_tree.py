"""Say which constraints of a schema a value keeps and which it breaks, each by its pointer.

Only keywords that a single value keeps or breaks by itself are listed: `not`, `if`, `contains` and
`dependentRequired` are about several, and no one value is on one side of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from harness.jsonvalue import Json, escape, items, lookup, members, text
from harness.openapi.constraint_rules import Rule, rule_of
from harness.openapi.instances import json_type
from harness.openapi.references import index_of

UNKNOWN = object()
"""Stands for a value that the record does not hold: neither side of anything."""
# How deep schemas are followed: one that refers to itself for the same value never ends.
_DEEPEST = 40
# Formats of files, whose bytes no keyword describes.
_OPAQUE = ("binary", "byte")


@dataclass(frozen=True, slots=True)
class Constraint:
    """One keyword that binds one value of an operation's request."""

    operation: str
    """Its label, as in `POST /things`."""
    pointer: str
    """Of the keyword in the document; of the name in `required` that is meant."""

    @property
    def keyword(self) -> str:
        above, _, last = self.pointer.rpartition("/")
        return "required" if above.endswith("/required") and last.isdigit() else last


@dataclass(slots=True)
class Observed:
    """What a value keeps, and what it breaks where."""

    kept: set[str] = field(default_factory=set)
    broken: dict[str, str] = field(default_factory=dict)
    """The place in the request by the pointer of the constraint."""

    def note(self, pointer: str, place: str, *, is_kept: bool) -> None:
        """Note on which side of a constraint the value at a place is."""
        if is_kept:
            self.kept.add(pointer)
        else:
            self.broken[pointer] = place

    def add(self, other: "Observed") -> None:
        self.kept |= other.kept
        self.broken |= other.broken


class Tree:
    """The schemas of one document, each made ready once; safe for one thread at a time."""

    def __init__(self, root: Json) -> None:
        self.root = root
        self.index = index_of(root)
        self._nodes: dict[tuple[str, bool], _Node] = {}

    def node(self, pointer: str, *, is_text: bool = False) -> "_Node":
        """Return a schema by its pointer; `is_text` where its values travel without a type."""
        key = (pointer, is_text)
        if key not in self._nodes:
            self._nodes[key] = _Node(self, pointer, is_text=is_text)
        return self._nodes[key]

    def typed(self, value: object, pointer: str) -> object:
        """Read a text as the number or boolean that its schema asks for; else it stays a text."""
        if not isinstance(value, str):
            return value
        kinds = self.node(pointer).kinds
        if "boolean" in kinds and value in ("true", "false"):
            return value == "true"
        for kind, read in (("integer", int), ("number", float)):
            if kind in kinds:
                try:
                    return read(value)
                except (ValueError, OverflowError):
                    continue
        return value

    def kinds_of(self, pointer: str, name: str, *, of_items: bool = False) -> tuple[str, ...]:
        """Return the types of a member of a schema; those of its items where it is a list."""
        node = self.node(pointer)
        # The first schema that declares the member decides, this one before what binds with it.
        member = next(
            (e.properties[name] for e in (node, *node.always) if name in e.properties), None
        )
        if member is None:
            return ()
        inner = [e.items for e in (member, *member.always) if e.items] if of_items else []
        return inner[0].kinds if inner else member.kinds

    def listed(self, pointer: str, *, is_text: bool = False) -> tuple[str, ...]:
        """Return every constraint that a value at a schema may meet, each once."""
        found: dict[str, None] = {}
        # In the order of the document; `seen` ends schemas that contain themselves.
        waiting, seen = [self.node(pointer, is_text=is_text)], set[tuple[str, bool]]()
        while waiting:
            node = waiting.pop(0)
            key = (node.pointer, node.is_text)
            if key in seen:
                continue
            seen.add(key)
            found |= dict.fromkeys(node.own)
            waiting[:0] = node.below
        return tuple(found)


class _Node:
    def __init__(self, tree: Tree, pointer: str, *, is_text: bool) -> None:
        self._tree, self.pointer, self.is_text = tree, pointer, is_text
        self._schema = members(lookup(tree.root, pointer))

    @property
    def own(self) -> Iterator[str]:
        yield from (rule.pointer for rule in self._rules)
        yield from self._required.values()
        if self._is_closed:
            yield f"{self.pointer}/additionalProperties"

    @property
    def below(self) -> "list[_Node]":
        # What binds the same value comes before its members: from the outside in.
        inner = [*self.always, *(node for branches in self._branches for node in branches)]
        return [*inner, *self.properties.values(), *([self.items] if self.items else [])]

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The types that the schema names, itself or by what always binds with it."""
        kind = self._schema.get("type")
        own = (kind,) if isinstance(kind, str) else tuple(text(each) for each in items(kind))
        return own or next((node.kinds for node in self.always if node.kinds), ())

    def observe(self, value: object, place: str) -> Observed:
        return self._alone(value, place, 0)

    def _observe(self, value: object, place: str, found: Observed, depth: int) -> None:
        """Note what a value keeps and breaks; all of a request is gathered in one place."""
        if value is UNKNOWN or depth > _DEEPEST:
            return
        kind = json_type(value)  # type: ignore[arg-type]  # a JSON value
        # A keyword says nothing of values of other types (JSON Schema 2020-12, validation 6).
        for rule in self._rules:
            if not rule.kinds or kind in rule.kinds:
                found.note(rule.pointer, place, is_kept=rule.holds(value))
        if isinstance(value, Mapping):
            self._observe_members(value, place, found)
        for node, part, where in self._parts(value, place):
            node._observe(part, where, found, depth + 1)
        # Each alternative is observed apart: breaking one of them does not break the schema.
        for branches in self._branches:
            found.add(_of_branches([each._alone(value, place, depth + 1) for each in branches]))

    def _alone(self, value: object, place: str, depth: int) -> Observed:
        found = Observed()
        self._observe(value, place, found, depth)
        return found

    def _observe_members(self, value: Mapping[str, object], place: str, found: Observed) -> None:
        for name, pointer in self._required.items():
            if name in value:
                found.kept.add(pointer)
            else:
                found.broken[pointer] = f"{place}/{escape(name)}"
        if self._is_closed:
            is_kept = all(name in self.properties for name in value)
            found.note(f"{self.pointer}/additionalProperties", place, is_kept=is_kept)

    def _parts(self, value: object, place: str) -> "Iterator[tuple[_Node, object, str]]":
        yield from ((node, value, place) for node in self.always)
        if isinstance(value, Mapping):
            for name, step, node in self._steps:
                if name in value:
                    yield node, value[name], place + step
        if isinstance(value, list) and self.items is not None:
            yield from ((self.items, each, f"{place}/{n}") for n, each in enumerate(value))

    @cached_property
    def _rules(self) -> tuple[Rule, ...]:
        # Bytes, or a text in another media type: what the schema says of the text would be misread.
        if self._schema.get("format") in _OPAQUE or "contentMediaType" in self._schema:
            return ()
        return tuple(
            rule
            for keyword in self._schema
            if (rule := rule_of(self._schema, keyword, self.pointer, is_text=self.is_text))
        )

    @cached_property
    def _required(self) -> Mapping[str, str]:
        """The names that have to be present, with their pointers; not those that a request must omit."""
        known = members(self._schema.get("properties"))
        return {
            text(name): f"{self.pointer}/required/{n}"
            for n, name in enumerate(items(self._schema.get("required")))
            # A readOnly member must not be in a request, so its absence breaks nothing.
            if members(known.get(text(name))).get("readOnly") is not True
        }

    @cached_property
    def _is_closed(self) -> bool:
        return self._schema.get("additionalProperties") is False

    @cached_property
    def properties(self) -> "Mapping[str, _Node]":
        return {
            name: self._member(f"{self.pointer}/properties/{escape(name)}")
            for name, schema in members(self._schema.get("properties")).items()
            if members(schema).get("readOnly") is not True
        }

    @cached_property
    def _steps(self) -> "tuple[tuple[str, str, _Node], ...]":
        """The members by name, each with what it adds to a place."""
        return tuple((name, f"/{escape(name)}", node) for name, node in self.properties.items())

    def _member(self, pointer: str) -> "_Node":
        """Return a member; an object in a form is written as JSON and keeps the types in it."""
        plain = self._tree.node(pointer)
        kinds = {
            *plain.kinds,
            *(kind for each in (plain, *plain.always) if each.items for kind in each.items.kinds),
        }
        # Only an object keeps types within it; what else stands in a form is a text.
        is_text = self.is_text and "object" not in kinds
        return self._tree.node(pointer, is_text=True) if is_text else plain

    @cached_property
    def items(self) -> "_Node | None":
        if not isinstance(self._schema.get("items"), Mapping):
            return None
        return self._tree.node(f"{self.pointer}/items", is_text=self.is_text)

    @cached_property
    def always(self) -> "list[_Node]":
        """The schemas that bind the same value: behind a reference, and all of `allOf`."""
        reference, index = self._schema.get("$ref"), self._tree.index
        target = (
            index.resolve(reference, index.base_at(self.pointer))
            if isinstance(reference, str)
            else None
        )
        places = [target] if target is not None else []
        places += [
            f"{self.pointer}/allOf/{n}" for n in range(len(items(self._schema.get("allOf"))))
        ]
        return [self._tree.node(each, is_text=self.is_text) for each in places]

    @cached_property
    def _branches(self) -> "list[list[_Node]]":
        return [
            [
                self._tree.node(f"{self.pointer}/{key}/{n}", is_text=self.is_text)
                for n in range(len(items(self._schema[key])))
            ]
            for key in ("anyOf", "oneOf")
            if key in self._schema
        ]


def _of_branches(seen: list[Observed]) -> Observed:
    """Return what counts of alternatives: those that the value fits, else the one that was meant."""
    found = Observed()
    # Where none fits, a value of the right type for exactly one alternative was meant for that one.
    fitting = [each for each in seen if not each.broken]
    meant = [each for each in seen if not _is_of_another_type(each)]
    for each in fitting or (meant if len(meant) == 1 else seen):
        found.add(each)
    return found


def _is_of_another_type(seen: Observed) -> bool:
    return any(pointer.endswith("/type") for pointer in seen.broken)
