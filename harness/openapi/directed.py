"""Write the schemas of a document as a validator needs them, for one direction of a message.

A required member that is `readOnly` may be absent from a request, one that is `writeOnly` from a
response: "the required will take effect on the response (request) only" (OpenAPI 3.0.4, 4.7.24.1.2);
3.1 says that such a member SHOULD NOT be sent. That holds at every depth, and wherever within
`allOf` and references the member and the `required` stand.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from harness.jsonvalue import Json, escape, items, lookup, members, text
from harness.openapi.patterns import pattern_fault, python_source
from harness.openapi.references import index_of
from harness.openapi.structure import Kind, Shape, member
from harness.openapi.walk import Direction
from harness.shortening import shortened

BROKEN = "x-broken"
"""The keyword that stands for rules of a schema that nobody can evaluate."""

SchemaCheck: TypeAlias = Callable[[object], Iterable[tuple[Sequence[object], str]]]
"""Yields what makes a value no schema: the path to each fault, and its reason."""

Names: TypeAlias = "frozenset[str] | None"
"""Members that need not be there though required; None within `not` and `if`, where nothing is relaxed."""

Scope: TypeAlias = tuple[tuple[str, str], ...]
"""The `$dynamicAnchor`s of the resources that led to a schema, the outermost first, with their pointers."""

_FLAGS = {
    Direction.REQUEST: ("readOnly",),
    Direction.RESPONSE: ("writeOnly",),
    Direction.EITHER: ("readOnly", "writeOnly"),
}
_SHOWN = 120
"""How many characters of a pattern a message shows."""
# For a schema about another value: what is absent around it says nothing of its own members.
_NO_NAMES: frozenset[str] = frozenset()
_SAME_VALUE = ("allOf", "anyOf", "oneOf", "then", "else", "dependentSchemas")
_INVERTED = ("not", "if")
_NAMES_OF_SCHEMAS = ("$id", "$anchor", "$dynamicAnchor", "$schema", "$vocabulary", "id")


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that cannot be evaluated: where it stands and why."""

    pointer: str
    why: str
    concerns_text: bool = False
    """Whether only strings come under it."""


class Directed:
    """The schemas of a document for one direction; each is written when it is first asked for.

    `definitions` holds them under short keys, all references in them being to other such keys.
    """

    # A validator resolves references itself, yet knows neither direction nor OpenAPI's `readOnly`;
    # so each schema is written once for each set of absent members and each dynamic scope.

    def __init__(self, root: Json, direction: Direction, check: SchemaCheck) -> None:
        self.root = root
        self.index = index_of(root)
        self.flags = _FLAGS[direction]
        self.check = check
        self.definitions: dict[str, Json] = {}
        self.broken: list[Broken] = []
        self.patterns: dict[str, str] = {}
        """The names of `patternProperties` as the document has them, by what they became."""
        self.places: dict[int, str] = {}
        """Where each written schema stands in the document, by its identity; `definitions` keeps them."""
        self.formats: set[str] = set()
        """Every format that a written schema names."""
        self.keywords: set[str] = set()
        """Every keyword that a written schema has."""
        self._faulty: dict[str, dict[str, str]] = {}
        self._keys: dict[tuple[str, Names, Scope], str] = {}
        self._waiting: list[tuple[str, Names, Scope, str]] = []
        self._scope: Scope = ()
        """Of the schema that is being written."""
        self._hidden = lru_cache(maxsize=None)(self._hidden_at)
        self._required = lru_cache(maxsize=None)(self._required_at)

    def key(self, pointer: str) -> str:
        """Return the key of the schema at a pointer; all that it refers to is written with it."""
        # A queue instead of recursion: schemas refer to each other in circles. It ends, since
        # `_keys` holds each schema with its names and scope once.
        found = self._key(pointer, _NO_NAMES)
        while self._waiting:
            place, names, self._scope, key = self._waiting.pop()
            value = lookup(self.root, place)
            for tokens, why in self.check(value):
                holder, keyword = self._keyword(place, value, tokens)
                self._faulty.setdefault(holder, {})[keyword] = why
            self.definitions[key] = self._written(value, place, names)
        return found

    def _keyword(self, pointer: str, value: object, tokens: Sequence[object]) -> tuple[str, str]:
        """Return the innermost schema that a path leads through, and the keyword in it."""
        rest = [str(token) for token in tokens]
        while rest:
            found = member(self.index.version, Kind.SCHEMA, rest[0])
            inner = members(value).get(rest[0])
            # A keyword with a map or list takes two tokens of the path: itself and a key or index.
            length = 2 if found.shape is Shape.MAP or isinstance(inner, list) else 1
            place = "".join(f"/{escape(token)}" for token in rest[:length])
            below = lookup(value, place)
            if (
                found.kind is not Kind.SCHEMA
                or len(rest) <= length
                or not isinstance(below, Mapping)
            ):
                return pointer, rest[0]
            pointer, value, rest = pointer + place, below, rest[length:]
        return pointer, ""

    def _key(self, pointer: str, names: Names, scope: Scope = ()) -> str:
        scope = self._entered(scope, pointer)
        place = (pointer, names, scope)
        if place not in self._keys:
            self._keys[place] = f"s{len(self._keys)}"
            self._waiting.append((*place, self._keys[place]))
        return self._keys[place]

    def _entered(self, scope: Scope, pointer: str) -> Scope:
        """Return the dynamic scope within a schema: what came first stays (JSON Schema 2020-12, core 8.2.3.2)."""
        dynamic = self.index.identifiers.dynamic
        if not dynamic:
            # Without any `$dynamicAnchor` all scopes are alike, and schemas need one key each.
            return ()
        own = dynamic.get(self.index.base_at(pointer).partition("#")[0], {})
        known = {name for name, _ in scope}
        return (*scope, *(anchor for anchor in own.items() if anchor[0] not in known))

    def _written(self, value: object, pointer: str, names: Names) -> Json:
        if not isinstance(value, Mapping):
            return value if isinstance(value, bool) else self._no_schema(pointer)
        absent = names if names is None else names | self._hidden(pointer)
        result: dict[str, Json] = {}
        for key, inner in value.items():
            self._write_keyword(result, key, inner, pointer, absent)
        # By identity: equal schemas at two places are two objects, and errors name one of them.
        self.places[id(result)] = pointer
        self.formats.add(text(result.get("format")))
        self.keywords.update(result)
        return _relaxed(result, absent) if absent else result

    def _write_keyword(
        self, result: dict[str, Json], key: str, value: Json, pointer: str, absent: Names
    ) -> None:
        place = f"{pointer}/{escape(key)}"
        faulty = self._faulty.get(pointer, {})
        if key in faulty:
            self._break(result, place, faulty[key])
        elif key == "pattern" and pattern_fault(text(value)):
            self._break(result, place, _why(text(value)), concerns_text=True)
        elif key in ("$ref", "$dynamicRef") and isinstance(value, str):
            self._refer(result, key, value, pointer, absent)
        elif key == "patternProperties":
            result[key] = self._patterns(members(value), place, result)
        # Identifiers are left out: references lead to `$defs` here, and a base would bend them.
        elif key not in _NAMES_OF_SCHEMAS:
            written = self._member(key, value, place, absent)
            is_joined = key == "allOf" and key in result  # by a `$dynamicRef`
            result[key] = [*items(written), *items(result[key])] if is_joined else written

    def _no_schema(self, pointer: str) -> Json:
        result: dict[str, Json] = {}
        self._break(result, pointer, "is not a schema")
        self.places[id(result)] = pointer
        return result

    def _patterns(self, given: Mapping[str, Json], pointer: str, result: dict[str, Json]) -> Json:
        """Write the names of `patternProperties` in the words of Python's engine, which evaluates them."""
        written: dict[str, Json] = {}
        for pattern, value in given.items():
            place = f"{pointer}/{escape(pattern)}"
            source = "" if pattern_fault(pattern) else python_source(pattern)
            if source:
                self.patterns[source] = pattern
                written[source] = self._written(value, place, _NO_NAMES)
            else:
                self._break(result, place, _why(pattern))
        return written

    # A marker takes the rule's place: only values that come under it are undecided.
    def _break(
        self, result: dict[str, Json], pointer: str, why: str, *, concerns_text: bool = False
    ) -> None:
        self.broken.append(Broken(pointer, why, concerns_text))
        result[BROKEN] = [*items(result.get(BROKEN)), len(self.broken) - 1]

    def _refer(
        self, result: dict[str, Json], key: str, reference: str, pointer: str, absent: Names
    ) -> None:
        """Write a reference; a dynamic one as the reference that it is on the way which leads here."""
        target = self.index.resolve(reference, self.index.base_at(pointer))
        scope = self._entered(self._scope, pointer)
        if key == "$dynamicRef" and target is not None:
            target = self._dynamic(target, reference.rpartition("#")[2], scope)
        if target is None:
            why = f"refers to '{reference[:120]}', which leads to no value"
            self._break(result, f"{pointer}/{key}", why)
            return
        if absent:
            # Only what the target requires and does not itself know to be absent needs a copy of its own.
            absent = (absent - self._hidden(target)) & self._required(target)
        written = f"#/$defs/{self._key(target, absent, scope)}"
        # A schema can have a `$ref` as well, so a dynamic one becomes a further member of `allOf`.
        if key == "$ref":
            result[key] = written
        else:
            result["allOf"] = [*items(result.get("allOf")), {"$ref": written}]

    def _dynamic(self, target: str, name: str, scope: Scope) -> str:
        """Return the outermost anchor of that name, if the reference leads to such an anchor at all."""
        own = self.index.identifiers.dynamic.get(self.index.base_at(target).partition("#")[0], {})
        return dict(scope).get(name, target) if own.get(name) == target else target

    def _member(self, key: str, value: Json, pointer: str, absent: Names) -> Json:
        found = member(self.index.version, Kind.SCHEMA, key)
        if found.kind is not Kind.SCHEMA:
            return value
        # Names apply to schemas of the same value; a property or an item starts with none.
        names: Names = _NO_NAMES if absent is not None else None
        # Beneath `not` and `if`, requiring less would accept less: there nothing is relaxed.
        if key in _INVERTED:
            names = None
        elif key in _SAME_VALUE:
            names = absent
        if isinstance(value, list):
            return [
                self._written(item, f"{pointer}/{index}", names) for index, item in enumerate(value)
            ]
        if found.shape is Shape.MAP:
            return {
                name: self._written(inner, f"{pointer}/{escape(name)}", names)
                if isinstance(inner, Mapping | bool)
                else inner
                for name, inner in members(value).items()
            }
        return self._written(value, pointer, names)

    def _same_value(self, pointer: str) -> Iterator[str]:
        """Yield the schemas that apply to the same value as the one at a pointer."""
        schema = members(lookup(self.root, pointer))
        if isinstance(schema.get("$ref"), str):
            target = self.index.resolve(text(schema["$ref"]), self.index.base_at(pointer))
            if target is not None:
                yield target
        for key in _SAME_VALUE:
            for index in range(len(items(schema.get(key)))):
                yield f"{pointer}/{key}/{index}"
            if key == "dependentSchemas":
                yield from (f"{pointer}/{key}/{escape(n)}" for n in members(schema.get(key)))
            elif isinstance(schema.get(key), Mapping):
                yield f"{pointer}/{key}"

    def _reached(self, pointer: str) -> list[str]:
        found = {pointer: None}
        waiting = [pointer]
        while waiting:
            for place in self._same_value(waiting.pop()):
                if place not in found:
                    found[place] = None
                    waiting.append(place)
        return list(found)

    def _hidden_at(self, pointer: str) -> frozenset[str]:
        """Return the members of a value that need not be there, as its schemas declare them."""
        return frozenset(
            name
            for place in self._reached(pointer)
            for name in members(members(lookup(self.root, place)).get("properties"))
            if self._is_flagged(f"{place}/properties/{escape(name)}")
        )

    def _is_flagged(self, pointer: str) -> bool:
        """Return whether any schema that applies says so (JSON Schema 2020-12, validation 9.4)."""
        # Schemas refer to themselves, so those seen are kept and each is visited once.
        found = {pointer}
        waiting = [pointer]
        while waiting:
            place = waiting.pop()
            schema = members(lookup(self.root, place))
            if any(schema.get(flag) is True for flag in self.flags):
                return True
            for onward in self._same_value(place):
                # An alternative may not be the one that applies, so its flag excuses nothing.
                is_certain = (
                    "/anyOf/" not in onward[len(place) :] and "/oneOf/" not in onward[len(place) :]
                )
                if is_certain and onward not in found:
                    found.add(onward)
                    waiting.append(onward)
        return False

    def _required_at(self, pointer: str) -> frozenset[str]:
        return frozenset(
            text(name)
            for place in self._reached(pointer)
            for name in items(members(lookup(self.root, place)).get("required"))
        )


def _why(pattern: str) -> str:
    """Describe why a pattern is not evaluated."""
    fault = pattern_fault(pattern) or "cannot be evaluated as the name of a member"
    return f"is a pattern that {fault} ({shortened(pattern, _SHOWN)})"


# Empty lists stay: a required list without names is valid and asks for nothing.
def _relaxed(schema: dict[str, Json], absent: frozenset[str]) -> dict[str, Json]:
    """Take the members that may be absent out of `required` and `dependentRequired`."""
    if items(schema.get("required")):
        schema["required"] = [item for item in items(schema["required"]) if item not in absent]
    if members(schema.get("dependentRequired")):
        schema["dependentRequired"] = {
            name: [item for item in items(needed) if item not in absent]
            for name, needed in members(schema["dependentRequired"]).items()
        }
    return schema
