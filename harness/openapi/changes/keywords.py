"""Compare keywords that stand for themselves: bounds, lengths, patterns, values, required members."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction

from harness.jsonvalue import Json, compact
from harness.openapi.changes.comparison import Answers
from harness.openapi.changes.pairs import Pair
from harness.openapi.containment.answers import Missing
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
        if set(old) != set(new):
            _compare_group(pair, keyword, old, new)
    _compare_required(pair)


def _keyword(atom: Atom) -> str:
    match atom:
        case Least() | Most():
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
        pair.narrowed(each for each in new if each not in pair.old.atoms),
        pair.widened(each for each in old if each not in pair.new.atoms),
    )
    if keyword == "enum":
        _report_values(pair, answers)
    else:
        pair.report(keyword, _worded(pair, keyword, old, new), answers)


def _report_values(pair: Pair, answers: Answers) -> None:
    before, after = _values(pair.old.atoms), _values(pair.new.atoms)
    if before is None or after is None:
        pair.report("enum", f"enum {_names(before)} -> {_names(after)}", answers)
        return
    gone = {key_: value for key_, value in before.items() if key_ not in after}
    come = {key_: value for key_, value in after.items() if key_ not in before}
    if gone and answers.narrowed is not Missing.NONE:
        pair.report("enum", f"enum without {_names(gone)}", Answers(answers.narrowed, Missing.NONE))
    if come and answers.widened is not Missing.NONE:
        pair.report("enum", f"enum with {_names(come)}", Answers(Missing.NONE, answers.widened))


def _values(atoms: dict[Atom, None]) -> dict[object, Json] | None:
    listed = [atom for atom in atoms if isinstance(atom, Enum)]
    if not listed:
        return None
    shared = frozenset.intersection(*(atom.keys for atom in listed))
    return {key(value): value for value in listed[0].values if key(value) in shared}


def _names(values: dict[object, Json] | None) -> str:
    if values is None:
        return "any"
    return clipped(", ".join(sorted(compact(value) for value in values.values())))


def _worded(pair: Pair, keyword: str, old: list[Atom], new: list[Atom]) -> str:
    if keyword in ("contains", "propertyNames", "dependent", "not", "if"):
        before, after = (_raw(spot.parts, keyword) for spot in (pair.old, pair.new))
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
    edge = (max if is_lower else min)(atom.bound for atom in listed)
    is_open = any(atom.is_exclusive for atom in listed if atom.bound == edge)
    return f"{_number(edge)}{' exclusive' if is_open else ''}"


def _number(value: Fraction) -> str:
    return str(value.numerator if value.denominator == 1 else float(value))


def _compare_required(pair: Pair) -> None:
    """Report members that both documents know; one that came or went is reported as that."""
    declared = pair.comparison.solver.declarations.of
    known = [
        {atom.name for atom in spot.atoms if isinstance(atom, Required)}
        for spot in (pair.old, pair.new)
    ]
    before, after = known
    for name in sorted(after - before):
        if name in declared(pair.old.node).names or name not in pair.new.names:
            answer = pair.narrowed([Required(name)])
            pair.report("required", "required now", Answers(answer, Missing.NONE), f"/{name}")
    for name in sorted(before - after):
        if name in declared(pair.new.node).names or name not in pair.old.names:
            answer = pair.widened([Required(name)])
            pair.report("required", "optional now", Answers(Missing.NONE, answer), f"/{name}")
