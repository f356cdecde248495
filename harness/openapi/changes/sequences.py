"""Compare the items of arrays, by position and after the last named one."""

from harness.openapi.change import Direction
from harness.openapi.changes.pairs import Descend, Pair, descend
from harness.openapi.containment.atoms import Atom, Kind, Position, Rest


def compare_items(pair: Pair, into: Descend) -> None:
    """Compare each position that one of the documents names, then all later items."""
    if Kind.ARRAY not in pair.common.kinds:
        return
    last = max(pair.old.positions, pair.new.positions)
    for index in (*range(last), None):
        spots = pair.old.item(index), pair.new.item(index)
        reader = spots[1] if pair.comparison.direction is Direction.REQUEST else spots[0]
        rule: Atom = Rest(last, reader.node) if index is None else Position(index, reader.node)
        descend(pair, spots, "/*" if index is None else f"/{index}", rule, into)
