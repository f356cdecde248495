"""Read a schema of a document as a node, in the dialect of that document."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from harness.jsonvalue import Json, items, members, text
from harness.openapi.change import Direction
from harness.openapi.containment.atoms import (
    ALL_KINDS,
    NUMBERS,
    Atom,
    Contains,
    Dependent,
    Enum,
    Format,
    Further,
    Hidden,
    If,
    Kind,
    Least,
    Matching,
    Member,
    Most,
    Multiple,
    Names,
    Node,
    Not,
    OneOf,
    Pattern,
    Position,
    Ref,
    Required,
    Rest,
    Size,
    Types,
    Unique,
    exact,
    key,
    kind_of,
)
from harness.openapi.containment.graph import Graph
from harness.openapi.containment.inplace import (
    Evaluated,
    evaluated,
    hidden_names,
    is_marked,
    parts,
    target,
)
from harness.openapi.validator import is_3_0

_SIZES = {
    "minLength": (Kind.STRING, False),
    "maxLength": (Kind.STRING, True),
    "minItems": (Kind.ARRAY, False),
    "maxItems": (Kind.ARRAY, True),
    "minProperties": (Kind.OBJECT, False),
    "maxProperties": (Kind.OBJECT, True),
}
_RANGES: Mapping[str, tuple[Fraction, Fraction]] = {
    "int32": (Fraction(-(2**31)), Fraction(2**31 - 1)),
    "int64": (Fraction(-(2**63)), Fraction(2**63 - 1)),
    # The largest finite number of single precision, and its negative.
    "float": (exact(-3.4028235e38), exact(3.4028235e38)),
}
"""OpenAPI Format Registry; a double holds whatever JSON numbers are read as."""
_NO_PROMISE = frozenset({"password", "double"})
_SAME_FORMAT = {
    "byte": Format("contentEncoding", "base64"),  # OpenAPI 3.1 writes 3.0's `byte` so
    "application/octet-stream": Format("format", "binary"),
}


@dataclass(slots=True)
class Builder:
    """Makes nodes of the schemas of one document, for values that travel in one direction."""

    graph: Graph
    root: Json
    side: str
    direction: Direction
    shared: frozenset[str]
    """References that mean the same in the other document."""
    _built: dict[tuple[int, frozenset[str]], tuple[Node, Json]] = field(default_factory=dict)
    """By the identity of the schema, which is kept, for an identity is given again."""
    _hidden: dict[int, tuple[frozenset[str], Json]] = field(default_factory=dict)
    _marks: bool | None = None
    """Whether anything in the document is for one direction only."""
    _waiting: list[tuple[Ref, Json]] = field(default_factory=list)

    def node(self, schema: Json) -> Node:
        """Return the node of a schema, and make those of all that it refers to."""
        node = self._node(schema, frozenset())
        # A queue: references lead in circles, and a schema is made only once for each.
        while self._waiting:
            place, target = self._waiting.pop()
            self.graph.targets[place] = self._node(target, frozenset())
        return node

    def hidden(self, schema: Json) -> frozenset[str]:
        """Return the members of a value that are not for this direction."""
        # Looked up once: most documents mark nothing, and then no schema has to be searched.
        if self._marks is None:
            self._marks = is_marked(self.root, self.direction)
        if not self._marks or not isinstance(schema, Mapping):
            return frozenset()
        if id(schema) not in self._hidden:
            names = hidden_names(self.root, schema, self.direction)
            self._hidden[id(schema)] = (names, schema)
        return self._hidden[id(schema)][0]

    def _node(self, schema: Json, hidden: frozenset[str]) -> Node:
        if schema is False:
            return self.graph.nothing
        if not isinstance(schema, Mapping) or not schema:
            return self.graph.anything
        place = (id(schema), hidden)
        if place not in self._built:
            node = self.graph.conjunction(tuple(self._atoms(schema, hidden)))
            self._built[place] = (node, schema)
        return self._built[place][0]

    def _inner(self, schema: Json) -> Node:
        return self._node(schema, frozenset())

    def _atoms(self, schema: Mapping[str, Json], hidden: frozenset[str]) -> Iterator[Atom]:
        # What is hidden here is hidden for every schema of the same value.
        hidden = hidden | self.hidden(schema)
        if isinstance(schema.get("$ref"), str):
            yield from self._reference(schema, hidden)
            if is_3_0(self.root):  # OpenAPI 3.0.3, 4.7.23: siblings are ignored
                return
        yield from self._kinds_and_values(schema)
        yield from self._scalars(schema)
        yield from self._objects(schema, hidden)
        yield from self._arrays(schema)
        yield from self._combined(schema, hidden)

    def _reference(self, holder: Mapping[str, Json], hidden: frozenset[str]) -> Iterator[Atom]:
        found = target(self.root, holder)
        if found is None:
            return
        schema, pointer = found
        # Names that the target requires and does not itself hide: this use needs its own copy.
        missed = hidden - self.hidden(schema)
        if missed and any(
            missed & set(map(text, items(members(part).get("required"))))
            for part in parts(self.root, schema)
        ):
            yield from self._node(schema, hidden).atoms
            return
        is_shared = text(holder["$ref"]) in self.shared
        reference = Ref(f"{self.direction} {pointer}", "" if is_shared else self.side)
        if reference not in self.graph.targets:
            # A stand-in first, for the target may refer to itself.
            self.graph.targets[reference] = self.graph.anything  # until it is made
            self._waiting.append((reference, schema))
        yield reference

    def _kinds_and_values(self, schema: Mapping[str, Json]) -> Iterator[Atom]:
        kinds = self._kinds(schema)
        # Without a type, `nullable` says nothing (OpenAPI 3.0.3, 4.7.24.1).
        is_nullable = is_3_0(self.root) and schema.get("nullable") is True and kinds is not None
        if is_nullable and kinds is not None:
            kinds = kinds | {Kind.NULL}
        listed = [[schema["const"]]] if "const" in schema else []
        if isinstance(schema.get("enum"), list):
            listed.append([*items(schema["enum"]), *([None] if is_nullable else [])])
        for values in listed:
            # A listed value of another type can never be valid.
            kept = [value for value in values if kinds is None or kind_of(value) in kinds]
            yield Enum(frozenset(key(item) for item in kept), tuple(kept))
        # Listed values settle the kinds, so that no further atom is needed.
        if kinds is not None and not listed:
            yield Types(kinds)

    @staticmethod
    def _kinds(schema: Mapping[str, Json]) -> frozenset[Kind] | None:
        kind = schema.get("type")
        named = {kind} if isinstance(kind, str) else {text(item) for item in items(kind)}
        found = frozenset(all_kind for all_kind in ALL_KINDS if all_kind.value in named)
        if "number" in named:
            found |= NUMBERS
        # An unknown type name is taken for none; the lint reports it.
        known = found and found != ALL_KINDS
        return found if known else None

    def _scalars(self, schema: Mapping[str, Json]) -> Iterator[Atom]:
        yield from _numbers(schema)
        for keyword, (kind, is_upper) in _SIZES.items():
            limit = _number(schema.get(keyword))
            # A least size of zero asks for nothing.
            if limit is not None and (is_upper or limit > 0):
                # A limit of 2.5 characters allows two, and asks for three.
                whole = math.floor(limit) if is_upper else math.ceil(limit)
                yield Size(kind, whole, is_upper)
        if isinstance(schema.get("pattern"), str):
            yield Pattern(text(schema["pattern"]))
        for keyword in ("format", "contentEncoding", "contentMediaType"):
            name = text(schema.get(keyword))
            # Formats of numbers bound the value; of a text they are a name like any other.
            if name in _RANGES and not _is_text(schema):
                low, high = _RANGES[name]
                yield Least(low, is_exclusive=False, format=name)
                yield Most(high, is_exclusive=False, format=name)
            elif name and name not in _NO_PROMISE:
                yield _SAME_FORMAT.get(name, Format(keyword, name))

    def _objects(self, schema: Mapping[str, Json], hidden: frozenset[str]) -> Iterator[Atom]:
        properties = members(schema.get("properties"))
        patterns = members(schema.get("patternProperties"))
        for name, value in properties.items():
            yield Hidden(name) if name in hidden else Member(name, self._inner(value))
        yield from (Matching(pattern, self._inner(other)) for pattern, other in patterns.items())
        further = self._inner(schema.get("additionalProperties", True))
        if further is not self.graph.anything:
            yield Further(frozenset(properties), frozenset(patterns), further)
        names = map(text, items(schema.get("required")))
        # A hidden member is not sent, so requiring it asks nothing of the writer.
        yield from (Required(name) for name in names if name not in hidden)
        if "propertyNames" in schema:
            yield Names(self._inner(schema["propertyNames"]))
        yield from self._dependent(schema, hidden)
        if "unevaluatedProperties" in schema:
            yield from self._unevaluated(schema)

    def _dependent(self, schema: Mapping[str, Json], hidden: frozenset[str]) -> Iterator[Atom]:
        for name, value in members(schema.get("dependentRequired")).items():
            yield Dependent(name, self.graph.required(map(text, items(value))))
        for name, dependent_schema in members(schema.get("dependentSchemas")).items():
            # A dependent schema applies to the same object.
            yield Dependent(name, self._node(dependent_schema, hidden))

    def _unevaluated(self, schema: Mapping[str, Json]) -> Iterator[Atom]:
        found: Evaluated = evaluated(self.root, schema)
        node = self._inner(schema["unevaluatedProperties"])
        if not found.all_members and node is not self.graph.anything:
            yield Further(found.names, found.patterns, node, is_exact=found.is_exact)

    def _arrays(self, schema: Mapping[str, Json]) -> Iterator[Atom]:
        first = items(schema.get("prefixItems"))
        for index, item in enumerate(first):
            node = self._inner(item)
            if node is not self.graph.anything:
                yield Position(index, node)
        rest = self._inner(schema.get("items", True))
        if rest is not self.graph.anything:
            yield Rest(len(first), rest)
        if "contains" in schema:
            yield from self._contains(schema)
        if schema.get("uniqueItems") is True:
            yield Unique()
        if "unevaluatedItems" in schema:
            yield from self._unevaluated_items(schema)

    def _unevaluated_items(self, schema: Mapping[str, Json]) -> Iterator[Atom]:
        found: Evaluated = evaluated(self.root, schema)
        node = self._inner(schema["unevaluatedItems"])
        if found.contains:  # what matches one of them is evaluated
            node = self.graph.any_of((node, *map(self._inner, found.contains)))
        if not found.all_items and node is not self.graph.anything:
            yield Rest(found.positions, node, is_exact=found.is_exact)

    def _contains(self, schema: Mapping[str, Json]) -> Iterator[Atom]:
        node = self._inner(schema["contains"])
        least = _number(schema.get("minContains", 1))
        most = _number(schema.get("maxContains"))
        # With `minContains: 0` nothing has to match, and only the upper bound is left.
        if least is None or least > 0:
            yield Contains(node, math.ceil(1 if least is None else least), is_upper=False)
        if most is not None:
            yield Contains(node, math.floor(most), is_upper=True)

    def _combined(self, schema: Mapping[str, Json], hidden: frozenset[str]) -> Iterator[Atom]:
        def inner(each: Json) -> Node:
            return self._node(each, hidden)

        # A node is a conjunction, so the parts of `allOf` are simply joined.
        for each in items(schema.get("allOf")):
            yield from inner(each).atoms
        yield from self._choices(schema, inner)
        if "not" in schema:
            # Beneath `not` and `if` nothing is hidden: asking less there would allow less.
            yield Not(self._inner(schema["not"]))
        if "if" in schema and ("then" in schema or "else" in schema):
            then, otherwise = inner(schema.get("then", True)), inner(schema.get("else", True))
            yield If(self._inner(schema["if"]), then, otherwise)

    def _choices(self, schema: Mapping[str, Json], inner: Callable[[Json], Node]) -> Iterator[Atom]:
        any_of = [inner(item) for item in items(schema.get("anyOf"))]
        if any_of:
            yield from self.graph.any_of(any_of).atoms
        one_of = [inner(item) for item in items(schema.get("oneOf"))]
        # Of a single branch exactly one holds if it holds.
        if len(one_of) == 1:
            yield from one_of[0].atoms
        elif one_of:
            yield OneOf(tuple(sorted(one_of, key=lambda node: node.number)))


def _number(value: Json) -> Fraction | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return exact(value)


def _is_text(schema: Mapping[str, Json]) -> bool:
    kind = schema.get("type")
    return kind == "string" or (isinstance(kind, list) and "string" in kind)


def _numbers(schema: Mapping[str, Json]) -> Iterator[Atom]:
    """Yield bounds; OpenAPI 3.0 writes `exclusiveMinimum: true` beside `minimum`."""
    bounds: tuple[tuple[str, str, type[Least] | type[Most]], ...] = (
        # OpenAPI 3.0 has a switch beside the bound, later versions a bound of its own.
        ("minimum", "exclusiveMinimum", Least),
        ("maximum", "exclusiveMaximum", Most),
    )
    for plain, exclusive, atom in bounds:
        bound, apart = _number(schema.get(plain)), _number(schema.get(exclusive))
        if bound is not None:
            yield atom(bound, schema.get(exclusive) is True)
        if apart is not None:
            yield atom(apart, is_exclusive=True)
    step = _number(schema.get("multipleOf"))
    if step is not None and step > 0:
        yield Multiple(step)
