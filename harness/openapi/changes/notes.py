"""Compare what a schema says beside the values it allows: defaults, deprecation, discriminators."""

from collections.abc import Mapping

from harness.jsonvalue import Json, compact, items, members, text, unescape
from harness.openapi.change import Direction, Level
from harness.openapi.changes.comparison import SURE, Answers
from harness.openapi.changes.pairs import Pair
from harness.openapi.changes.spots import Spot
from harness.openapi.containment.answers import Missing
from harness.openapi.containment.atoms import Required
from harness.openapi.validator import clipped


def compare_notes(pair: Pair) -> None:
    """Report changed defaults, deprecation and discriminators."""
    _compare_default(pair)
    _compare_deprecated(pair)
    _compare_discriminator(pair)


def _compare_default(pair: Pair) -> None:
    before, after = (_default(spot) for spot in (pair.old, pair.new))
    if before == after:
        return
    level, reason = Level.INFORMATIONAL, "It says what is meant by an absent member."
    if pair.comparison.direction is Direction.REQUEST:
        level, reason = Level.WARNING, "Requests that leave it out come to mean something else."
    what = f"{pair.comparison.direction}-default-changed", f"default {before} -> {after}"
    pair.add(what, (level, reason, ""))


def _default(spot: Spot) -> str:
    return clipped(compact(spot.note("default"))) if spot.has("default") else "none"


def _compare_deprecated(pair: Pair) -> None:
    before, after = (spot.note("deprecated") is True for spot in (pair.old, pair.new))
    if before != after:
        text_ = "deprecated now" if after else "no longer deprecated"
        reason = "It still works; it is announced that it will not for ever."
        what = f"{pair.comparison.direction}-deprecated", text_
        pair.add(what, (Level.INFORMATIONAL, reason if after else "It is here to stay.", ""))


def _compare_discriminator(pair: Pair) -> None:
    """Report which values of the discriminating member lead to which schema (OpenAPI 3.1, 4.8.25)."""
    before, after = (members(spot.note("discriminator")) for spot in (pair.old, pair.new))
    old_name, new_name = text(before.get("propertyName")), text(after.get("propertyName"))
    if not old_name and not new_name:
        return
    if old_name and new_name:
        if old_name != new_name:
            answers = Answers(SURE, SURE)
            pair.report("discriminator", f"discriminator {old_name} -> {new_name}", answers)
        else:
            _compare_mapping(pair, new_name)
        return
    narrowed = pair.narrowed([Required(new_name)]) if new_name else Missing.NONE
    widened = pair.widened([Required(old_name)]) if old_name else Missing.NONE
    words = f"discriminator {old_name or 'none'} -> {new_name or 'none'}"
    answers = Answers(narrowed, widened)
    if answers.is_same:
        reason = "The member is required with or without it."
        what = f"{pair.comparison.direction}-discriminator-noted", words
        pair.add(what, (Level.INFORMATIONAL, reason, ""))
    else:
        pair.report("discriminator", words, answers)


def _compare_mapping(pair: Pair, name: str) -> None:
    before, after = _mapping(pair.old), _mapping(pair.new)
    gone = sorted(before.keys() - after.keys())
    come = sorted(after.keys() - before.keys())
    if gone:
        words = f"discriminator {name} without {', '.join(gone)}"
        pair.report("discriminator", words, Answers(SURE, Missing.NONE))
    if come:
        words = f"discriminator {name} with {', '.join(come)}"
        pair.report("discriminator", words, Answers(Missing.NONE, SURE))
    for value in sorted(before.keys() & after.keys()):
        if _is_other(pair, before[value], after[value]):
            words = f"discriminator {name} {value}: {_last(before[value])} -> {_last(after[value])}"
            pair.report("discriminator", words, Answers(SURE, SURE))


def _mapping(spot: Spot) -> Mapping[str, str]:
    """Return what each value stands for: by the mapping, else by the name of the schema."""
    found: dict[str, str] = {}
    listed = [branch for _, branches in spot.branches for branch in branches]
    listed += [item for part in spot.parts for item in _single(part)]
    for item in listed:
        reference = text(members(item).get("$ref"))
        if reference:
            found[_last(reference)] = reference
    for value, target in members(members(spot.note("discriminator")).get("mapping")).items():
        name = text(target)
        found[value] = name if "/" in name or "#" in name else f"#/components/schemas/{name}"
    return found


def _single(part: Mapping[str, Json]) -> list[Json]:
    listed = [items(part.get(keyword)) for keyword in ("oneOf", "anyOf")]
    return [item[0] for item in listed if len(item) == 1]


def _last(reference: str) -> str:
    return unescape(reference.rpartition("/")[2])


def _is_other(pair: Pair, before: str, after: str) -> bool:
    """Return whether a value leads to a schema of another meaning, a renamed one being the same."""
    if before == after:
        return False
    old = pair.comparison.old.node({"$ref": before})
    new = pair.comparison.new.node({"$ref": after})
    find = pair.comparison.solver.find
    return not all(
        find(kept=[one], broken=[other]) is Missing.NONE for one, other in ((old, new), (new, old))
    )
