"""Compare `oneOf` and `anyOf`: branches that came or went, and those that changed."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.jsonvalue import Json, compact, items, members, text, unescape
from harness.openapi.change import Direction
from harness.openapi.changes.comparison import Answers, Certainty
from harness.openapi.changes.pairs import Descend, Pair
from harness.openapi.changes.spots import SchemaView
from harness.openapi.containment.atoms import AnyOf, Atom, Kind, Node, OneOf, Types
from harness.openapi.containment.facts import Answer, Missing


@dataclass(frozen=True, slots=True)
class _Branch:
    name: str
    view: SchemaView


def compare_choices(pair: Pair, into: Descend) -> None:
    """Pair branches by what they allow, else by name, and compare what is left."""
    old, new = (_choices(view) for view in (pair.old, pair.new))
    if set(old) == set(new):
        return
    # Only where each side has one choice is it plain which branches belong together.
    if len(pair.old.branches) == len(pair.new.branches) == 1:
        _compare_branches(pair, into)
        return
    answers = Answers(
        pair.narrowed(each for each in new if each not in old),
        pair.widened(each for each in old if each not in new),
    )
    keyword = "oneOf" if any(isinstance(each, OneOf) for each in (*old, *new)) else "anyOf"
    pair.report(keyword, f"{_counted(pair.old)} -> {_counted(pair.new)}", answers)


def _choices(view: SchemaView) -> list[Atom]:
    """Return the choices, but for those between null and one other schema."""
    return [
        atom
        # A choice between null and one schema is a way to write `nullable`, and compared as that.
        for atom in view.atoms
        if isinstance(atom, AnyOf | OneOf) and sum(not _is_null(node) for node in atom.nodes) > 1
    ]


def _is_null(node: Node) -> bool:
    return node.atoms == (Types(frozenset({Kind.NULL})),)


def _counted(view: SchemaView) -> str:
    listed = [f"{keyword} of {len(branches)}" for keyword, branches in view.branches]
    return " and ".join(listed) or "no choice"


def _compare_branches(pair: Pair, into: Descend) -> None:
    (keyword, _), (other, _) = pair.old.branches[0], pair.new.branches[0]
    before, after = _branches(pair.old), _branches(pair.new)
    matched, gone, come = _matched(before, after)
    for one, two in matched:
        # An equal pair still differs where references of one name lead to different schemas.
        if one.view.node is not two.view.node or not pair.comparison.is_same(one.view, two.view):
            known = pair.known
            # What this branch loses another one may allow; then nobody is refused because of it.
            if known is Certainty.OPEN and _loss(pair, one, two) is Missing.NONE:
                known = Certainty.LOCAL
            pair.is_explained = pair.is_explained or known is Certainty.OPEN
            path = f"{pair.path}/{other}/{two.name}"
            into(pair.comparison, pair.unit, one.view, two.view, (path, known))
    for branch in gone:
        answer = pair.narrowed([pair.new.node], branch.view.node)
        pair.report(keyword, f"{keyword} without {branch.name}", Answers(answer, Missing.NONE))
    for branch in come:
        answer = pair.widened([pair.old.node], branch.view.node)
        pair.report(other, f"{other} with {branch.name}", Answers(Missing.NONE, answer))


def _loss(pair: Pair, old: _Branch, new: _Branch) -> Answer:
    """Return a value of the writer's branch that no branch of the reader allows."""
    if pair.comparison.direction is Direction.REQUEST:
        return pair.narrowed([pair.new.node], old.view.node)
    return pair.widened([pair.old.node], new.view.node)


def _branches(view: SchemaView) -> list[_Branch]:
    listed = view.branches[0][1]
    names = [_name(item, index) for index, item in enumerate(listed)]
    return [
        _Branch(name, SchemaView(view.builder, (item,)))
        for name, item in zip(names, listed, strict=True)
    ]


def _name(schema: Json, index: int) -> str:
    """Name a branch by its reference, title, first constant or type; else by its position."""
    # Branches have no names of their own, so whatever a reader would call them by is used.
    own = members(schema)
    named = unescape(text(own.get("$ref")).rpartition("/")[2]) or text(own.get("title"))
    return named or next(_constants(own), "") or text(own.get("type")) or str(index)


def _constants(schema: object) -> Iterator[str]:
    for name, value in members(members(schema).get("properties")).items():
        values = items(members(value).get("enum"))
        if "const" in members(value):
            yield f"{name}={compact(members(value)['const'])}"
        elif len(values) == 1:
            yield f"{name}={compact(values[0])}"


def _matched(
    old: list[_Branch], new: list[_Branch]
) -> tuple[list[tuple[_Branch, _Branch]], list[_Branch], list[_Branch]]:
    """Pair equal branches, then those of one name, then the two that are left over."""
    pairs: list[tuple[_Branch, _Branch]] = []
    gone, come = list(old), list(new)
    # Equal ones first, or a namesake could take the partner of a branch that did not change.
    for is_alike in (_is_equal, _is_namesake):
        for one in list(gone):
            other = next((branch for branch in come if is_alike(one, branch)), None)
            if other is not None:
                pairs.append((one, other))
                gone.remove(one)
                come.remove(other)
    # One left over on either side: most likely the same branch with another name.
    if len(gone) == len(come) == 1:
        pairs.append((gone.pop(), come.pop()))
    return pairs, gone, come


def _is_equal(one: _Branch, other: _Branch) -> bool:
    return one.view.node is other.view.node


def _is_namesake(one: _Branch, other: _Branch) -> bool:
    return one.name == other.name
