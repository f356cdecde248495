"""Judge the tree of hierarchical levels: numbers, parents, child flags and nesting."""

import re
from collections.abc import Iterator, Mapping

from harness.x12.envelope_rules import counts
from harness.x12.findings import Finding, finding
from harness.x12.structure import Level, Structure, Transaction

PARENTS: Mapping[str, tuple[str, ...]] = {
    "20": ("",),
    "21": ("20",),
    "22": ("21",),
    "23": ("22",),
    "EV": ("22", "23"),
    "SS": ("EV",),
}
"""The levels that each level may stand below; an empty code is the top."""

_NUMBER = re.compile(r"[0-9]{1,12}")


def level_findings(structure: Structure) -> Iterator[Finding]:
    """Yield what is wrong with the levels of every transaction set."""
    for group in structure.groups:
        for transaction in group.transactions:
            yield from _transaction_findings(transaction)


def _transaction_findings(transaction: Transaction) -> Iterator[Finding]:
    levels = transaction.levels
    if not levels:
        yield finding("hl.missing", transaction.head)
    parents: list[int | None] = []
    open_levels: list[int] = []
    for number, level in enumerate(levels, start=1):
        # HL01 counts the levels of a transaction set from 1, without gaps.
        if not counts(level.head.value(1), number):
            yield finding("hl.sequence", level.head, 1)
        parent = _parent(level, open_levels)
        parents.append(parent)
        yield from _nesting_findings(level, parent, levels)
        # The tree is written depth first: a parent stays open until a level beside or above it
        # begins.
        open_levels = (
            [*open_levels[: open_levels.index(parent) + 1], number] if parent else [number]
        )
    if None not in parents:  # without every parent nobody knows who has children
        yield from _flag_findings(levels, parents)


def _parent(level: Level, open_levels: list[int]) -> int | None:
    """Return the number of the parent: 0 for a top level, None where no open level is named."""
    text = level.head.value(2)
    if not text:
        return 0
    number = int(text) if _NUMBER.fullmatch(text) else 0
    return number if number in open_levels else None


def _nesting_findings(
    level: Level, parent: int | None, levels: tuple[Level, ...]
) -> Iterator[Finding]:
    if parent is None:
        yield finding("hl.parent", level.head, 2)
        return
    above = levels[parent - 1].code if parent else ""
    if above not in PARENTS.get(level.code, ()):
        yield finding("hl.level-order", level.head, 3)


def _flag_findings(levels: tuple[Level, ...], parents: list[int | None]) -> Iterator[Finding]:
    with_children = set(parents)
    for number, level in enumerate(levels, start=1):
        # HL04 1: levels lie below this one; 0: none.
        expected = "1" if number in with_children else "0"
        if level.head.value(4) != expected:
            yield finding("hl.child-flag", level.head, 4)
