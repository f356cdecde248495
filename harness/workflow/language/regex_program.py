"""Compile regular expressions into programs that run in linear time (Thompson's construction)."""

from dataclasses import dataclass
from functools import lru_cache

from harness.workflow.language.regex_syntax import Node, PatternError, Test, tree

MAX_PROGRAM = 10_000


@dataclass(frozen=True, slots=True)
class Instruction:
    """One step: `char` (test), `split` (to, other), `jump` (to), `assert` (name), `look` (program), `match`."""

    kind: str
    to: int = 0
    other: int = 0
    test: Test | None = None
    name: str = ""
    program: "tuple[Instruction, ...]" = ()


@lru_cache(maxsize=512)
def program(pattern: str) -> tuple[Instruction, ...]:
    """Compile a pattern. Raises PatternError, in words."""
    code: list[Instruction] = []
    _emit(tree(pattern), code)
    return (*code, Instruction("match"))


def _emit(node: Node, code: list[Instruction]) -> None:
    if len(code) > MAX_PROGRAM:
        raise PatternError("repeats that multiply to more than can be run")
    match node.kind:
        case "join":
            for child in node.children:
                _emit(child, code)
        case "either":
            _emit_either(node, code)
        case "repeat":
            _emit_repeat(node, code)
        case "look":
            inner: list[Instruction] = []
            _emit(node.children[0], inner)
            inner.append(Instruction("match"))
            code.append(Instruction("look", name=node.name, program=tuple(inner)))
        case _:
            code.append(Instruction(node.kind, test=node.test, name=node.name))


def _emit_either(node: Node, code: list[Instruction]) -> None:
    ends: list[int] = []
    for child in node.children[:-1]:
        split = len(code)
        code.append(Instruction("split"))
        _emit(child, code)
        ends.append(len(code))
        code.append(Instruction("jump"))
        code[split] = Instruction("split", split + 1, len(code))
    _emit(node.children[-1], code)
    for end in ends:
        code[end] = Instruction("jump", len(code))


def _emit_repeat(node: Node, code: list[Instruction]) -> None:
    child = node.children[0]
    # The machine has no counters: a part that is needed three times is written three times.
    for _ in range(node.low):
        _emit(child, code)
    if node.high is None:
        split = len(code)
        code.append(Instruction("split"))
        _emit(child, code)
        code.append(Instruction("jump", split))
        code[split] = _split(split + 1, len(code), lazy=node.lazy)
        return
    splits: list[int] = []
    for _ in range(node.high - node.low):
        splits.append(len(code))
        code.append(Instruction("split"))
        _emit(child, code)
    for split in splits:
        code[split] = _split(split + 1, len(code), lazy=node.lazy)


def _split(into: int, past: int, *, lazy: bool) -> Instruction:
    return Instruction("split", past, into) if lazy else Instruction("split", into, past)
