"""The single promises that a schema is made of, each of which a value keeps or breaks by itself."""

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from harness.jsonvalue import Json, items


class Kind(StrEnum):
    """A kind of JSON value; numbers are split, so that no value is of two kinds."""

    NULL = "null"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    FRACTION = "fraction"
    STRING = "string"
    ARRAY = "array"
    OBJECT = "object"


ALL_KINDS = frozenset(Kind)
NUMBERS = frozenset({Kind.INTEGER, Kind.FRACTION})


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A schema as a set of atoms that all hold; equal ones are one object, so identity is equality."""

    number: int
    atoms: tuple["Atom", ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Types:
    """`type`."""

    kinds: frozenset[Kind]


@dataclass(frozen=True, slots=True)
class Enum:
    """`enum` and `const`; values are compared as JSON compares them."""

    keys: frozenset[Hashable]
    values: tuple[Json, ...] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Least:
    """`minimum` and `exclusiveMinimum`, or the lower end of a number format."""

    bound: Fraction
    is_exclusive: bool
    format: str = ""


@dataclass(frozen=True, slots=True)
class Most:
    """`maximum` and `exclusiveMaximum`, or the upper end of a number format."""

    bound: Fraction
    is_exclusive: bool
    format: str = ""


@dataclass(frozen=True, slots=True)
class Multiple:
    """`multipleOf`."""

    of: Fraction


@dataclass(frozen=True, slots=True)
class Size:
    """`minLength` and its like: how many characters, items or members there are at least or at most."""

    kind: Kind
    limit: int
    is_upper: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """`pattern`."""

    text: str


@dataclass(frozen=True, slots=True)
class Format:
    """`format`, `contentEncoding` and `contentMediaType`: a name for texts, known to us or not."""

    keyword: str
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of `properties`."""

    name: str
    node: Node


@dataclass(frozen=True, slots=True)
class Hidden:
    """A member that the writer leaves out and the reader ignores: `readOnly` in a request."""

    name: str


@dataclass(frozen=True, slots=True)
class Matching:
    """One entry of `patternProperties`."""

    pattern: str
    node: Node


@dataclass(frozen=True, slots=True)
class Further:
    """`additionalProperties`, or `unevaluatedProperties` where its branches are known."""

    names: frozenset[str]
    patterns: frozenset[str]
    node: Node
    is_exact: bool = True
    """Not where what counts as evaluated depends on the branch that a value takes."""


@dataclass(frozen=True, slots=True)
class Required:
    """One name of `required`."""

    name: str


@dataclass(frozen=True, slots=True)
class Names:
    """`propertyNames`."""

    node: Node


@dataclass(frozen=True, slots=True)
class Dependent:
    """What must hold where a member is present: `dependentRequired` and `dependentSchemas`."""

    name: str
    node: Node


@dataclass(frozen=True, slots=True)
class Position:
    """One entry of `prefixItems`."""

    index: int
    node: Node


@dataclass(frozen=True, slots=True)
class Rest:
    """`items`, or `unevaluatedItems` where its branches are known: what follows from a position on."""

    start: int
    node: Node
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class Contains:
    """`contains` with `minContains` or with `maxContains`."""

    node: Node
    count: int
    is_upper: bool


@dataclass(frozen=True, slots=True)
class Unique:
    """`uniqueItems: true`."""


@dataclass(frozen=True, slots=True)
class AnyOf:
    """`anyOf`."""

    nodes: frozenset[Node]


@dataclass(frozen=True, slots=True)
class OneOf:
    """`oneOf`, in the order of the nodes' numbers: an equal branch that stands twice counts twice."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """`not`."""

    node: Node


@dataclass(frozen=True, slots=True)
class If:
    """`if` with `then` and `else`."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference, looked up only when it is needed: schemas may lead back to themselves."""

    place: str
    """A pointer, with the direction of the value."""
    side: str = ""
    """The document it is for, where both do not mean the same by it."""


Atom: TypeAlias = (
    Types
    | Enum
    | Least
    | Most
    | Multiple
    | Size
    | Pattern
    | Format
    | Member
    | Hidden
    | Matching
    | Further
    | Required
    | Names
    | Dependent
    | Position
    | Rest
    | Contains
    | Unique
    | AnyOf
    | OneOf
    | Not
    | If
    | Ref
)


def exact(number: float) -> Fraction:
    """Return a number as its digits say it: 0.1 is a tenth, whatever a binary float makes of it."""
    return Fraction(number) if isinstance(number, int) else Fraction(str(number))


def key(value: Json) -> Hashable:
    """Return what is equal for values that JSON Schema calls equal: 1 and 1.0, but not 1 and true."""
    # Apart from numbers, since to Python True equals 1.
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value if isinstance(value, str) else ("literal", value)
    if isinstance(value, int | float):
        return ("number", exact(value) if math.isfinite(value) else str(value))
    if isinstance(value, Mapping):
        # Members have no order (RFC 8259, 4), items have.
        return ("object", frozenset((name, key(member)) for name, member in value.items()))
    return ("array", tuple(key(item) for item in items(value)))


def kind_of(value: Json) -> Kind:
    """Return the kind of a value."""
    if value is None:
        return Kind.NULL
    if isinstance(value, bool):
        return Kind.BOOLEAN
    if isinstance(value, int | float):
        # 1.0 is an integer (JSON Schema 2020-12, core 4.2.3).
        return Kind.INTEGER if value == value // 1 else Kind.FRACTION
    if isinstance(value, str):
        return Kind.STRING
    return Kind.OBJECT if isinstance(value, Mapping) else Kind.ARRAY
