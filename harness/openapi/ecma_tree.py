"""What a pattern of ECMA-262 is made of, once it is parsed (ECMA-262, 22.2.1)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from harness.openapi.unicode_sets import Ranges


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a set."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Sequence:
    """One part after the other."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    branches: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part so many times; `high` is None where nothing bounds it."""

    part: "Node"
    low: int
    high: int | None
    is_lazy: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A part whose text can be referred to by its number."""

    part: "Node"
    number: int


@dataclass(frozen=True, slots=True)
class Back:
    """The text of a group once more."""

    number: int


@dataclass(frozen=True, slots=True)
class Look:
    """What has to follow or precede, or must not."""

    part: "Node"
    is_ahead: bool
    is_negative: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge of the text (`^`, `$`) or of a word (`b`, `B`)."""

    kind: str


Node: TypeAlias = Chars | Sequence | Choice | Repeat | Group | Back | Look | Edge


def transformed(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return a pattern with every part changed, the inner ones first."""
    match node:
        case Sequence():
            return change(Sequence(tuple(transformed(part, change) for part in node.parts)))
        case Choice():
            return change(Choice(tuple(transformed(branch, change) for branch in node.branches)))
        case Repeat() | Group() | Look():
            return change(replace(node, part=transformed(node.part, change)))
        case Chars() | Back() | Edge():
            return change(node)
        case _:
            assert_never(node)
