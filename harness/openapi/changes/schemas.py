"""Explain how the values of two schemas differ, by the keywords and members that make the difference."""

from collections.abc import Iterator, Mapping

from harness.jsonvalue import Json
from harness.openapi.change import Direction, Level
from harness.openapi.changes.choices import compare_choices
from harness.openapi.changes.comparison import Answers, Certainty, Comparison, Unit
from harness.openapi.changes.keywords import compare_keywords, compare_notes
from harness.openapi.changes.members import compare_members
from harness.openapi.changes.pairs import Descend, Pair, descend
from harness.openapi.changes.spots import SchemaView
from harness.openapi.containment.atoms import ALL_KINDS, NUMBERS, Atom, Kind, Position, Rest, Types
from harness.openapi.containment.facts import Answer, Found, Missing

_MASKING = frozenset(
    {"anyOf", "oneOf", "not", "if", "contains", "dependentSchemas", "propertyNames", "$id"}
)
"""Keywords under which a change of what is referred to may mean something else than by itself."""


def left_to_references(
    comparison: Comparison, unit: Unit, old: SchemaView, new: SchemaView, known: Certainty
) -> bool:
    """Compare what two schemas refer to, if nothing else can differ; return whether that was all."""
    # Only a schema that stands alone can be read as written.
    if len(old.schemas) != 1 or len(new.schemas) != 1:
        return False
    before, after = old.schemas[0], new.schemas[0]
    if not comparison.sameness.is_written_alike(before, after):
        return False
    # Written alike, so both hold the same references in the same places.
    pairs = list(_references(before, after))
    if None in pairs:
        return False
    for pair in pairs:
        if pair is not None:
            one, other = SchemaView(old.builder, (pair[0],)), SchemaView(new.builder, (pair[1],))
            if not comparison.is_same(one, other):
                comparison.shared(unit, one, other, known)
    return True


def _references(old: Json, new: Json) -> Iterator[tuple[Json, Json] | None]:
    """Yield objects that hold a reference, in both; None where they cannot be looked at by themselves."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        # Beside a reference anything may change what the reference is taken for.
        if "$ref" in old:
            yield (old, new) if len(old) == 1 else None
        # Under such keywords a narrower schema can make the whole wider.
        elif _MASKING & old.keys():
            yield None
        else:
            for name in old.keys() & new.keys():
                yield from _references(old[name], new[name])
    elif isinstance(old, list) and isinstance(new, list):
        for one, other in zip(old, new, strict=False):
            yield from _references(one, other)


def compare_items(pair: Pair, into: Descend) -> None:
    """Compare each position that one of the documents names, then all later items."""
    if Kind.ARRAY not in pair.common.kinds:
        return
    last = max(pair.old.positions, pair.new.positions)
    # None stands for all items after the last one that has a place of its own.
    for index in (*range(last), None):
        views = pair.old.item(index), pair.new.item(index)
        reader = views[1] if pair.comparison.direction is Direction.REQUEST else views[0]
        rule: Atom = Rest(last, reader.node) if index is None else Position(index, reader.node)
        descend(pair, views, "/*" if index is None else f"/{index}", rule, into)


def compare(
    comparison: Comparison,
    unit: Unit,
    old: SchemaView,
    new: SchemaView,
    *,
    known: Certainty = Certainty.OPEN,
) -> None:
    """Add to a unit, and to those of shared schemas, all that differs between two schemas."""
    compare_pair(comparison, unit, old, new, ("", known))
    # Shared schemas are queued, not entered: they may lead back to themselves.
    while comparison.waiting:
        inner, one, other, certainty = comparison.waiting.pop()
        compare_pair(comparison, inner, one, other, ("", certainty))


def compare_pair(
    comparison: Comparison,
    unit: Unit,
    old: SchemaView,
    new: SchemaView,
    where: tuple[str, Certainty],
) -> None:
    """Compare two schemas at a place of a unit, given with what is known of all around it."""
    path, known = where
    if comparison.is_same(old, new) or comparison.shared(unit, old, new, known):
        return
    # Met again with the same certainty, nothing new would be found.
    place = (*map(id, old.schemas), None, *map(id, new.schemas), known)
    if place in unit.seen or left_to_references(comparison, unit, old, new, known):
        return
    unit.seen.add(place)
    losing: Answer = Missing.NONE
    # Asked once for the whole: if nothing is lost, no place within can break anybody.
    if known is Certainty.OPEN:
        losing, known = comparison.forward(old.node, new.node)
    # Nothing is lost or gained, however different the schemas look.
    if known is Certainty.SAFE and comparison.backward(old.node, new.node) is Missing.NONE:
        known = Certainty.EQUAL
    pair = Pair(comparison, unit, path, old, new, known)
    compare_notes(pair)
    # Places within explain a difference; only what they leave open is reported for the whole.
    if _compare_kinds(pair) and not _is_of_shared(pair):
        compare_keywords(pair)
        compare_members(pair, compare_pair)
        compare_items(pair, compare_pair)
        compare_choices(pair, compare_pair)
    # Kinds in common are compared where the shared schema is.
    elif pair.common.kinds:
        return
    if not pair.is_safe and not pair.is_explained and not _is_behind_references(pair):
        _report_whole(pair, losing)


def _is_behind_references(pair: Pair) -> bool:
    """Return whether nothing is lost but by what is referred to, which is reported there."""
    one, other = pair.old.node, pair.new.node
    kept, broken = (one, other) if pair.comparison.direction is Direction.REQUEST else (other, one)
    # With references taken for equal, whatever is lost lies behind them.
    return pair.comparison.local.find(kept=[kept], broken=[broken]) is Missing.NONE


def _is_of_shared(pair: Pair) -> bool:
    """Leave what is null or a shared schema to that schema; return whether it is."""
    old, new = pair.old.wrapped, pair.new.wrapped
    if old is None or new is None:
        return False
    return pair.comparison.shared(pair.unit, old, new, pair.known)


def _report_whole(pair: Pair, losing: Answer) -> None:
    """Report that values are lost where no single keyword explains it."""
    if isinstance(losing, Found):
        what = "values that were valid are refused now"
        if pair.comparison.direction is Direction.RESPONSE:
            what = "values that were refused are valid now"
        is_request = pair.comparison.direction is Direction.REQUEST
        answers = (losing, Missing.NONE) if is_request else (Missing.NONE, losing)
        pair.report("schema", what, Answers(*answers))
    else:
        reason = "Whether what was valid stays valid could not be decided."
        name = f"{pair.comparison.direction}-schema-undecided"
        pair.add((name, "differs in a way too intricate to compare"), (Level.WARNING, reason, ""))


def _compare_kinds(pair: Pair) -> bool:
    """Report kinds of values that come or go; return whether any is left to compare."""
    # Found or not, there is a value of each kind that came or went.
    before, after = pair.kinds(pair.old), pair.kinds(pair.new)
    if before != after:
        answers = Answers(
            pair.of_kinds(pair.old, before - after), pair.of_kinds(pair.new, after - before)
        )
        pair.report("type", f"type {_listed(before)} -> {_listed(after)}", answers)
    pair.common = Types(before & after)
    return bool(before & after)


def _listed(kinds: frozenset[Kind]) -> str:
    if kinds == ALL_KINDS:
        return "any"
    names = {"number" if Kind.FRACTION in kinds and k in NUMBERS else k.value for k in kinds}
    return " or ".join(sorted(names)) or "none"
