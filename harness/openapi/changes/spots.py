"""Look at the schemas that describe one value in one document, as one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from harness.jsonvalue import Json, items, members, text
from harness.openapi.containment.atoms import Atom, Enum, Kind, Node, key
from harness.openapi.containment.build import Builder
from harness.openapi.containment.evaluate import is_match
from harness.openapi.containment.facts import kinds_of
from harness.openapi.containment.inplace import parts

# Keywords that may stand beside a reference in `allOf` without another rule for values.
_BESIDE = frozenset(
    {
        *("nullable", "default", "deprecated", "readOnly", "writeOnly", "discriminator"),
        *("title", "description", "example", "examples", "externalDocs", "xml", "$comment"),
    }
)


def is_null(schema: Json) -> bool:
    """Return whether a schema allows null and nothing else."""
    return members(schema).get("type") == "null"


# Without slots, which would leave no room for cached properties.
@dataclass(frozen=True)
class SchemaView:
    """A value: all schemas that it must keep, references and `allOf` seen through."""

    builder: Builder
    schemas: tuple[Json, ...]

    @cached_property
    def node(self) -> Node:
        return self.builder.graph.all_of(self.builder.node(schema) for schema in self.schemas)

    @cached_property
    def atoms(self) -> dict[Atom, None]:
        """Return the rules, those of what may also be null included: null keeps them all."""
        found = dict.fromkeys(self.builder.graph.expanded(self.node))
        for schema, is_nullable in self._only_branches:
            if is_nullable:
                found |= dict.fromkeys(self._nullable(self.builder.node(schema)))
        return found

    def _nullable(self, node: Node) -> Iterator[Atom]:
        for atom in self.builder.graph.expanded(node):
            # A list of values has to name null to let it pass.
            if isinstance(atom, Enum):
                yield Enum(atom.keys | {key(None)}, (*atom.values, None))
            # Atoms about other kinds let null pass by themselves.
            elif Kind.NULL not in kinds_of(atom):
                yield atom

    @cached_property
    def parts(self) -> list[Mapping[str, Json]]:
        """Return all schemas that a value must keep if it is not null."""
        root = self.builder.root
        return [*self._plain, *(p for s, _ in self._only_branches for p in parts(root, s))]

    @cached_property
    def _plain(self) -> list[Mapping[str, Json]]:
        return [part for schema in self.schemas for part in parts(self.builder.root, schema)]

    @cached_property
    def _only_branches(self) -> list[tuple[Json, bool]]:
        """Return the branches that are the only ones of a choice, and whether null stands beside them."""
        return [
            (others[0], len(listed) > 1)
            for part in self._plain
            for keyword in ("oneOf", "anyOf")
            for listed in [items(part.get(keyword))]
            # Null beside it is read as `nullable`, so that both ways to write it compare as equal.
            for others in [[item for item in listed if not is_null(item)]]
            if len(others) == 1
        ]

    @property
    def reference(self) -> str:
        """Return the reference, where there is nothing else."""
        only = members(self.schemas[0]) if len(self.schemas) == 1 else {}
        return text(only.get("$ref")) if len(only) == 1 else ""

    @cached_property
    def wrapped(self) -> "SchemaView | None":
        """Return the shared schema that this is, were it not for null and what is said beside it."""
        if self.reference:
            return self
        own = members(self.schemas[0]) if len(self.schemas) == 1 else {}
        # A schema wrapped in `allOf` only to say something beside it is still that schema.
        rules = [each for each in own if each not in _BESIDE and not each.startswith("x-")]
        if len(rules) != 1 or rules[0] not in ("allOf", "anyOf", "oneOf"):
            return None
        others = [item for item in items(own[rules[0]]) if not is_null(item)]
        inner = SchemaView(self.builder, tuple(others))
        return inner if len(others) == 1 and inner.reference else None

    @cached_property
    def hidden(self) -> frozenset[str]:
        return frozenset().union(*(self.builder.hidden(schema) for schema in self.schemas))

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(n for part in self.parts for n in members(part.get("properties")))
        )

    @cached_property
    def patterns(self) -> tuple[str, ...]:
        found = (n for part in self.parts for n in members(part.get("patternProperties")))
        return tuple(dict.fromkeys(found))

    def inner(self, schemas: Iterator[Json]) -> "SchemaView":
        return SchemaView(self.builder, tuple(schemas))

    def member(self, name: str) -> "SchemaView":
        """Return what the value of a member must keep; nothing is asked where no schema speaks of it."""
        return self.inner(self._member(name))

    def _member(self, name: str) -> Iterator[Json]:
        for part in self.parts:
            own = members(part.get("properties"))
            matched = [
                s for p, s in members(part.get("patternProperties")).items() if is_match(p, name)
            ]
            if name in own:
                yield own[name]
            yield from matched
            # What a name or a pattern describes is none of the further members (JSON Schema
            # 2020-12, core 10.3.2.3).
            if name not in own and not matched and "additionalProperties" in part:
                yield part["additionalProperties"]

    def matching(self, pattern: str) -> "SchemaView":
        found = (members(part.get("patternProperties")) for part in self.parts)
        return self.inner(item[pattern] for item in found if pattern in item)

    @property
    def further(self) -> "SchemaView":
        """Return what members must keep that no schema names."""
        return self.inner(
            part[name]
            for part in self.parts
            for name in ("additionalProperties", "unevaluatedProperties")
            if name in part
        )

    @cached_property
    def positions(self) -> int:
        return max((len(items(part.get("prefixItems"))) for part in self.parts), default=0)

    def item(self, index: int | None) -> "SchemaView":
        """Return what an item must keep; None stands for those after all named positions."""
        return self.inner(self._item(index))

    def _item(self, index: int | None) -> Iterator[Json]:
        for part in self.parts:
            first = items(part.get("prefixItems"))
            if index is not None and index < len(first):
                yield first[index]
            elif "items" in part:
                # Positions come before; `items` speaks of all that follow them.
                yield part["items"]
            elif "unevaluatedItems" in part:
                yield part["unevaluatedItems"]

    @cached_property
    def branches(self) -> list[tuple[str, list[Json]]]:
        """Return the choices: their keyword and what there is to choose from."""
        return [
            (keyword, list(items(part[keyword])))
            for part in self.parts
            for keyword in ("oneOf", "anyOf")
            if sum(not is_null(item) for item in items(part.get(keyword))) > 1
        ]

    def note(self, keyword: str) -> Json:
        """Return what the outermost part says that has the keyword."""
        return next((part[keyword] for part in self.parts if keyword in part), None)

    def has(self, keyword: str) -> bool:
        return any(keyword in part for part in self.parts)
