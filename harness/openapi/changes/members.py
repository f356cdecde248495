"""Compare the members of objects: those that came or went, those that changed, and those without a name."""

from harness.openapi.change import Direction, Level
from harness.openapi.changes.comparison import Answers, example_of
from harness.openapi.changes.pairs import Descend, Pair, descend
from harness.openapi.changes.spots import SchemaView
from harness.openapi.containment.atoms import Further, Kind, Matching, Member, Node, Required
from harness.openapi.containment.facts import Answer, Found, Missing


def compare_members(pair: Pair, into: Descend) -> None:
    """Compare every member that one of the documents names, then patterns and the rest."""
    # Values that only one side allows are reported with the types.
    if Kind.OBJECT not in pair.common.kinds:
        return
    old, new = pair.old, pair.new
    for name in dict.fromkeys((*old.names, *new.names)):
        if name in old.hidden and name in new.hidden:
            continue  # it does not travel in this direction
        if name in old.names and name in new.names:
            _compare_member(pair, name, into)
        else:
            _report_presence(pair, name)
    for pattern in dict.fromkeys((*old.patterns, *new.patterns)):
        views = old.matching(pattern), new.matching(pattern)
        descend(pair, views, f"/{{{pattern}}}", Matching(pattern, _reader(pair, views)), into)
    _compare_further(pair, into)


def _compare_member(pair: Pair, name: str, into: Descend) -> None:
    is_hidden = name in pair.new.hidden
    # Marked on one side only, a member came or went for this direction.
    if (name in pair.old.hidden) is not is_hidden:
        _report_hidden(pair, name, is_hidden=is_hidden)
        return
    views = pair.old.member(name), pair.new.member(name)
    descend(pair, views, f"/{name}", Member(name, _reader(pair, views)), into)


def _report_presence(pair: Pair, name: str) -> None:
    """Report a member that came or went, unless a branch of a choice speaks of it on the other side."""
    is_added = name in pair.new.names
    here, there = (pair.new, pair.old) if is_added else (pair.old, pair.new)
    # A branch that speaks of the name reports it when branches are compared.
    if name in here.hidden or name in pair.comparison.solver.declarations.of(there.node).names:
        return
    if is_added:
        _report_added(pair, name)
    else:
        _report_removed(pair, name)


def _reader(pair: Pair, views: tuple[SchemaView, SchemaView]) -> Node:
    old, new = views
    return (new if pair.comparison.direction is Direction.REQUEST else old).node


def _report_hidden(pair: Pair, name: str, *, is_hidden: bool) -> None:
    """Report a member that became or ceased to be `readOnly` (requests) or `writeOnly` (answers)."""
    is_request = pair.comparison.direction is Direction.REQUEST
    word = "readOnly" if is_request else "writeOnly"
    text = f"{word} now" if is_hidden else f"no longer {word}"
    kebab = "read-only" if is_request else "write-only"
    if not is_hidden:
        level, reason = Level.HARMLESS, "Nobody has to send or read it."
    elif is_request:
        level, reason = Level.WARNING, "Who sends it may find it ignored or refused."
    else:
        level, reason = Level.BREAKING, "Readers no longer get it."
    what = f"{pair.comparison.direction}-property-{kebab}", text
    pair.add(what, (level, reason, ""), f"/{name}")


def _report_added(pair: Pair, name: str) -> None:
    is_required = Required(name) in pair.new.atoms
    word = "added, required" if is_required else "added"
    if pair.comparison.direction is Direction.REQUEST:
        # A required member refuses all requests that lack it.
        losing = pair.narrowed([Required(name)]) if is_required else Missing.NONE
        reason = "Requests without it are refused."
        # Optional, it still refuses values that the open schema before let pass.
        if losing is Missing.NONE:
            losing = pair.narrowed([Member(name, pair.new.member(name).node)])
            reason = "Any value could be sent under this name, and not every one is accepted."
        harmless = "Nobody has to send it."
    else:
        # A closed schema promised readers that nothing of this name would come.
        losing = pair.widened([Member(name, pair.old.member(name).node)], Required(name))
        reason = "Its readers were told that there are no such members."
        harmless = "Readers may leave it alone."
    _report(pair, name, (word, losing), (reason, (Level.HARMLESS, harmless)))


def _report_removed(pair: Pair, name: str) -> None:
    if pair.comparison.direction is Direction.REQUEST:
        # Only a closed schema refuses what is still sent under the name.
        losing = pair.narrowed([Member(name, pair.new.member(name).node)], Required(name))
        otherwise = Level.WARNING, "Who sends it is no longer heard."
        _report(pair, name, ("removed", losing), ("Who sends it is refused now.", otherwise))
        return
    # That required members are missing explains why answers are valid that were not.
    if Required(name) in pair.old.atoms:
        pair.is_explained = True
    otherwise = Level.BREAKING, "Readers no longer get it."
    _report(pair, name, ("removed", Missing.NONE), ("", otherwise))


def _report(
    pair: Pair,
    name: str,
    found: tuple[str, Answer],
    reasons: tuple[str, tuple[Level, str]],
) -> None:
    word, losing = found
    reason, (level, otherwise) = reasons
    why = level, otherwise, ""
    if losing is not Missing.NONE:
        pair.is_explained = True
        # Where the whole is known to be safe, this cannot break anybody.
        if not pair.is_safe:
            level = Level.BREAKING if isinstance(losing, Found) else Level.WARNING
            why = level, reason, example_of(losing)
    what = f"{pair.comparison.direction}-property-{word.partition(',')[0]}", word
    pair.add(what, why, f"/{name}")


def _compare_further(pair: Pair, into: Descend) -> None:
    """Compare what members may be that no document names."""
    old, new = pair.old.further, pair.new.further
    graph = pair.comparison.graph
    if old.node is new.node:
        return
    names = frozenset((*pair.old.names, *pair.new.names))
    patterns = frozenset((*pair.old.patterns, *pair.new.patterns))
    # Everything or nothing: such a rule has no inside that could be compared.
    plain = (graph.anything, graph.nothing)
    if old.node in plain or new.node in plain:
        answers = Answers(
            pair.narrowed([Further(names, patterns, new.node)]),
            pair.widened([Further(names, patterns, old.node)]),
        )
        pair.report("additionalProperties", _worded(pair, old, new), answers)
        return
    rule = Further(names, patterns, _reader(pair, (old, new)))
    descend(pair, (old, new), "/*", rule, into)


def _worded(pair: Pair, old: SchemaView, new: SchemaView) -> str:
    graph = pair.comparison.graph
    if new.node is graph.nothing:
        return "further members refused now"
    if new.node is graph.anything and old.node is not graph.nothing:
        return "further members of any kind"
    return (
        "further members restricted"
        if old.node is graph.anything
        else "further members allowed now"
    )
