"""Compare keywords that stand for themselves, those that bound values and those that only describe them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction

from harness.jsonvalue import Json, compact, items, members, text, unescape
from harness.openapi.change import Direction, Level
from harness.openapi.changes.comparison import SURE, Answers
from harness.openapi.changes.pairs import Pair
from harness.openapi.changes.spots import SchemaView
from harness.openapi.containment.atoms import (
    Atom,
    Contains,
    Dependent,
    Enum,
    Format,
    If,
    Kind,
    Least,
    Most,
    Multiple,
    Names,
    Not,
    Pattern,
    Required,
    Size,
    Unique,
    key,
)
from harness.openapi.containment.facts import Missing
from harness.openapi.validator import clipped

_SIZES = {Kind.STRING: "Length", Kind.ARRAY: "Items", Kind.OBJECT: "Properties"}


def compare_keywords(pair: Pair) -> None:
    """Report each keyword whose old or new rule refuses what the other document allows."""
    groups: dict[str, tuple[list[Atom], list[Atom]]] = defaultdict(lambda: ([], []))
    for side, atoms in enumerate((pair.old.atoms, pair.new.atoms)):
        for atom in atoms:
            keyword = _keyword(atom)
            if keyword:
                groups[keyword][side].append(atom)
    for keyword, (old, new) in groups.items():
        # Equal rules on both sides refuse the same values.
        if set(old) != set(new):
            _compare_group(pair, keyword, old, new)
    _compare_required(pair)


def _keyword(atom: Atom) -> str:
    match atom:
        case Least() | Most():
            # A format of numbers is a pair of bounds, and reported by its name.
            return "format" if atom.format else _side(atom)
        case Size(kind, _, is_upper):
            return f"{'max' if is_upper else 'min'}{_SIZES[kind]}"
        case Format(keyword, _):
            return keyword
        case _:
            return _PLAIN.get(type(atom), "")


def _side(atom: Least | Most) -> str:
    return "minimum" if isinstance(atom, Least) else "maximum"


_PLAIN: dict[type, str] = {
    Multiple: "multipleOf",
    Pattern: "pattern",
    Enum: "enum",
    Unique: "uniqueItems",
    Contains: "contains",
    Names: "propertyNames",
    Dependent: "dependent",
    Not: "not",
    If: "if",
}


def _compare_group(pair: Pair, keyword: str, old: list[Atom], new: list[Atom]) -> None:
    answers = Answers(
        # A rule that the other side has too, even under another keyword, takes nothing away.
        pair.narrowed(each for each in new if each not in pair.old.atoms),
        pair.widened(each for each in old if each not in pair.new.atoms),
    )
    if keyword == "enum":
        _report_values(pair, answers)
    else:
        pair.report(keyword, _worded(pair, keyword, old, new), answers)


def _report_values(pair: Pair, answers: Answers) -> None:
    before, after = _values(pair.old.atoms), _values(pair.new.atoms)
    # Where only one document lists values, there is no list to compare with.
    if before is None or after is None:
        pair.report("enum", f"enum {_names(before)} -> {_names(after)}", answers)
        return
    gone = {key_: value for key_, value in before.items() if key_ not in after}
    come = {key_: value for key_, value in after.items() if key_ not in before}
    # Values that went and values that came are two changes, each with its own weight.
    if gone and answers.narrowed is not Missing.NONE:
        pair.report("enum", f"enum without {_names(gone)}", Answers(answers.narrowed, Missing.NONE))
    if come and answers.widened is not Missing.NONE:
        pair.report("enum", f"enum with {_names(come)}", Answers(Missing.NONE, answers.widened))


def _values(atoms: dict[Atom, None]) -> dict[object, Json] | None:
    listed = [atom for atom in atoms if isinstance(atom, Enum)]
    if not listed:
        return None
    # Of several lists a value has to be in all.
    shared = frozenset.intersection(*(atom.keys for atom in listed))
    return {key(value): value for value in listed[0].values if key(value) in shared}


def _names(values: dict[object, Json] | None) -> str:
    if values is None:
        return "any"
    return clipped(", ".join(sorted(compact(value) for value in values.values())))


def _worded(pair: Pair, keyword: str, old: list[Atom], new: list[Atom]) -> str:
    # These hold schemas, which only the document's own text can show.
    if keyword in ("contains", "propertyNames", "dependent", "not", "if"):
        before, after = (_raw(view.parts, keyword) for view in (pair.old, pair.new))
        return f"{keyword} {before} -> {after}"
    before, after = (_scalars(keyword, atoms) for atoms in (old, new))
    return f"{keyword} {before} -> {after}"


def _raw(parts: Iterable[Mapping[str, Json]], keyword: str) -> str:
    names = {
        "dependent": ("dependentRequired", "dependentSchemas"),
        "if": ("if", "then", "else"),
        "contains": ("contains", "minContains", "maxContains"),
    }.get(keyword, (keyword,))
    found = [{name: part[name] for name in names if name in part} for part in parts]
    kept = [item for item in found if item]
    if not kept:
        return "none"
    shown = kept[0][keyword] if list(kept[0]) == [keyword] else kept[0]
    return clipped(compact(shown))


def _scalars(keyword: str, atoms: list[Atom]) -> str:
    """Word the rule that decides: of several bounds the tightest, of several patterns all."""
    if not atoms:
        return "none"
    if keyword == "format":
        return " and ".join(sorted({_scalar(atom) for atom in atoms}))
    match atoms[0]:
        case Least() | Most():
            return _bound(atoms)
        case Size(_, _, is_upper):
            limits = [atom.limit for atom in atoms if isinstance(atom, Size)]
            return str(min(limits) if is_upper else max(limits))
        case Unique():
            return "true"
        case _:
            return clipped(" and ".join(sorted(map(_scalar, atoms))))


def _scalar(atom: Atom) -> str:
    match atom:
        case Pattern(text):
            return text
        case Format(_, name) | Least(format=name) | Most(format=name):
            return name
        case Multiple(of):
            return _number(of)
        case _:
            return ""


def _bound(atoms: list[Atom]) -> str:
    listed = [atom for atom in atoms if isinstance(atom, Least | Most)]
    is_lower = isinstance(listed[0], Least)
    # Of several lower bounds the greatest counts, of upper ones the least.
    edge = (max if is_lower else min)(atom.bound for atom in listed)
    is_open = any(atom.is_exclusive for atom in listed if atom.bound == edge)
    return f"{_number(edge)}{' exclusive' if is_open else ''}"


def _number(value: Fraction) -> str:
    return str(value.numerator if value.denominator == 1 else float(value))


def _compare_required(pair: Pair) -> None:
    """Report members that both documents know; one that came or went is reported as that."""
    declared = pair.comparison.solver.declarations.of
    known = [
        {atom.name for atom in view.atoms if isinstance(atom, Required)}
        for view in (pair.old, pair.new)
    ]
    before, after = known
    for name in sorted(after - before):
        # A name that came with its member is reported as an added member.
        if name in declared(pair.old.node).names or name not in pair.new.names:
            answer = pair.narrowed([Required(name)])
            pair.report("required", "required now", Answers(answer, Missing.NONE), f"/{name}")
    for name in sorted(before - after):
        if name in declared(pair.new.node).names or name not in pair.old.names:
            answer = pair.widened([Required(name)])
            pair.report("required", "optional now", Answers(Missing.NONE, answer), f"/{name}")


def compare_notes(pair: Pair) -> None:
    """Report changed defaults, deprecation and discriminators."""
    _compare_default(pair)
    _compare_deprecated(pair)
    _compare_discriminator(pair)


def _compare_default(pair: Pair) -> None:
    before, after = (_default(view) for view in (pair.old, pair.new))
    if before == after:
        return
    level, reason = Level.INFORMATIONAL, "It says what is meant by an absent member."
    if pair.comparison.direction is Direction.REQUEST:
        # What the API itself fills in changes, although the request stays valid.
        level, reason = Level.WARNING, "Requests that leave it out come to mean something else."
    what = f"{pair.comparison.direction}-default-changed", f"default {before} -> {after}"
    pair.add(what, (level, reason, ""))


def _default(view: SchemaView) -> str:
    return clipped(compact(view.note("default"))) if view.has("default") else "none"


def _compare_deprecated(pair: Pair) -> None:
    before, after = (view.note("deprecated") is True for view in (pair.old, pair.new))
    if before != after:
        text_ = "deprecated now" if after else "no longer deprecated"
        reason = "It still works; it is announced that it will not for ever."
        what = f"{pair.comparison.direction}-deprecated", text_
        pair.add(what, (Level.INFORMATIONAL, reason if after else "It is here to stay.", ""))


def _compare_discriminator(pair: Pair) -> None:
    """Report which values of the discriminating member lead to which schema (OpenAPI 3.1, 4.8.25)."""
    before, after = (members(view.note("discriminator")) for view in (pair.old, pair.new))
    old_name, new_name = text(before.get("propertyName")), text(after.get("propertyName"))
    if not old_name and not new_name:
        return
    if old_name and new_name:
        if old_name != new_name:
            # Nobody reads the old member any more, and nobody has sent the new one.
            answers = Answers(SURE, SURE)
            pair.report("discriminator", f"discriminator {old_name} -> {new_name}", answers)
        else:
            _compare_mapping(pair, new_name)
        return
    # A discriminator asks for its member, so it can refuse what lacks it.
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
    # The same value can lead to a schema of another meaning, which no keyword shows.
    for value in sorted(before.keys() & after.keys()):
        if _is_other(pair, before[value], after[value]):
            words = f"discriminator {name} {value}: {_last(before[value])} -> {_last(after[value])}"
            pair.report("discriminator", words, Answers(SURE, SURE))


def _mapping(view: SchemaView) -> Mapping[str, str]:
    """Return what each value stands for: by the mapping, else by the name of the schema."""
    found: dict[str, str] = {}
    listed = [branch for _, branches in view.branches for branch in branches]
    listed += [item for part in view.parts for item in _single(part)]
    # Without a mapping, a branch is named as its schema is (OpenAPI 3.1, 4.8.25).
    for item in listed:
        reference = text(members(item).get("$ref"))
        if reference:
            found[_last(reference)] = reference
    for value, target in members(members(view.note("discriminator")).get("mapping")).items():
        name = text(target)
        # A bare word names a schema of the components.
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
    # Equal in both directions: a renamed schema is no other one.
    find = pair.comparison.solver.find
    return not all(
        find(kept=[one], broken=[other]) is Missing.NONE for one, other in ((old, new), (new, old))
    )
