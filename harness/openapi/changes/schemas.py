"""Explain how the values of two schemas differ, by the keywords and members that make the difference."""

from harness.openapi.change import Direction, Level
from harness.openapi.changes.choices import compare_choices
from harness.openapi.changes.comparison import Answers, Comparison, Unit
from harness.openapi.changes.keywords import compare_keywords
from harness.openapi.changes.members import compare_members
from harness.openapi.changes.notes import compare_notes
from harness.openapi.changes.pairs import Pair
from harness.openapi.changes.sequences import compare_items
from harness.openapi.changes.spots import Spot
from harness.openapi.containment.answers import Found, Missing
from harness.openapi.containment.atoms import ALL_KINDS, NUMBERS, Kind, Types


def compare(
    comparison: Comparison, unit: Unit, old: Spot, new: Spot, *, is_safe: bool = False
) -> None:
    """Add to a unit, and to those of shared schemas, all that differs between two schemas.

    `is_safe` says that the whole around it is known to break nobody.
    """
    compare_pair(comparison, unit, old, new, ("", is_safe))
    while comparison.waiting:
        inner, one, other, safe = comparison.waiting.pop()
        compare_pair(comparison, inner, one, other, ("", safe))


def compare_pair(
    comparison: Comparison, unit: Unit, old: Spot, new: Spot, where: tuple[str, bool]
) -> None:
    """Compare two schemas at a place of a unit, given with whether all around it is safe."""
    path, is_safe = where
    if comparison.is_same(old, new):
        return
    if comparison.shared(unit, old, new, is_safe=is_safe):
        return
    place = (*map(id, old.schemas), None, *map(id, new.schemas), is_safe)
    if place in unit.seen:
        return
    unit.seen.add(place)
    losing = Missing.NONE if is_safe else comparison.forward(old.node, new.node)
    pair = Pair(comparison, unit, path, old, new, is_safe=losing is Missing.NONE)
    compare_notes(pair)
    if not _compare_kinds(pair):
        return
    wrapped = old.wrapped, new.wrapped
    if None not in wrapped and comparison.shared(unit, *wrapped, is_safe=pair.is_safe):  # type: ignore[arg-type]  # neither is None
        return
    compare_keywords(pair)
    compare_members(pair, compare_pair)
    compare_items(pair, compare_pair)
    compare_choices(pair, compare_pair)
    if not pair.is_safe and not pair.is_explained:
        _report_whole(pair, losing)


def _report_whole(pair: Pair, losing: Found | Missing) -> None:
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
