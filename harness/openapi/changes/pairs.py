"""Two schemas for one value, and what was found out about them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from harness.openapi.change import Direction, Level
from harness.openapi.changes.comparison import SURE, Answers, Certainty, Comparison, Unit, kebab
from harness.openapi.changes.spots import SchemaView
from harness.openapi.containment.atoms import ALL_KINDS, Atom, Kind, Node, Types
from harness.openapi.containment.facts import Answer, Missing

EVERYTHING = Types(ALL_KINDS)


@dataclass(slots=True)
class Pair:
    """One place in both documents."""

    comparison: Comparison
    unit: Unit
    path: str
    old: SchemaView
    new: SchemaView
    known: Certainty
    is_explained: bool = False
    """Whether what is lost has been reported, here or below."""
    common: Types = EVERYTHING
    """Kinds of values that both allow; where only one does, that alone is reported."""

    @property
    def is_safe(self) -> bool:
        return self.known is not Certainty.OPEN

    def kinds(self, view: SchemaView) -> frozenset[Kind]:
        """Return the kinds of which there is a value."""
        find = self.comparison.solver.find
        return frozenset(
            kind
            for kind in Kind
            if find(kept=[view.node, Types(frozenset({kind}))], broken=[]) is not Missing.NONE
        )

    def of_kinds(self, view: SchemaView, kinds: frozenset[Kind]) -> Answer:
        """Return a value of some kinds, of which there is known to be one."""
        if not kinds:
            return Missing.NONE
        found = self.comparison.solver.find(kept=[view.node, Types(kinds)], broken=[])
        # That there is one is known; the search has only not found it in time.
        return SURE if isinstance(found, Missing) else found

    def narrowed(self, rules: Iterable[Node | Atom], *more: Node | Atom) -> Answer:
        """Return a value that was allowed and breaks one of these new rules."""
        return self._first_loss(self.old.node, rules, more)

    def widened(self, rules: Iterable[Node | Atom], *more: Node | Atom) -> Answer:
        """Return a value that is allowed now and breaks one of these old rules."""
        return self._first_loss(self.new.node, rules, more)

    def _first_loss(
        self, node: Node, rules: Iterable[Node | Atom], more: tuple[Node | Atom, ...]
    ) -> Answer:
        result: Answer = Missing.NONE
        for rule in rules:
            # References count as equal here: what differs behind them is reported there.
            answer = self.comparison.local.find(kept=[node, self.common, *more], broken=[rule])
            if not isinstance(answer, Missing):
                return answer
            result = Missing.UNDECIDED if answer is Missing.UNDECIDED else result
        return result

    def is_lost(self, answers: Answers) -> bool:
        losing = answers.narrowed
        if self.comparison.direction is Direction.RESPONSE:
            losing = answers.widened
        return losing is not Missing.NONE

    def report(self, keyword: str, text: str, answers: Answers, path: str = "") -> None:
        """Report a change of a keyword; below a place that is safe it is harmless whatever it is."""
        # Noted even if nothing is reported: it keeps the whole from being reported as unexplained.
        if self.is_lost(answers):
            self.is_explained = True
        # Both documents allow the same values, so a rewritten rule changes nothing.
        if self.known is Certainty.EQUAL and keyword != "discriminator":
            return
        # A discriminator decides on how a value is read, not on whether it is valid.
        if self.is_safe and not answers.is_same and keyword != "discriminator":
            shift = f"{self.comparison.direction}-{kebab(keyword)}-{answers.shift}"
            self.add((shift, text), (Level.HARMLESS, self._harmless, ""), path)
            return
        self.comparison.report(self.unit, self.path + path, (keyword, text), answers)

    @property
    def _harmless(self) -> str:
        if self.comparison.direction is Direction.REQUEST:
            return "Every request that was valid stays valid."
        return "Every answer is one that was valid before."

    def add(self, what: tuple[str, str], why: tuple[Level, str, str], path: str = "") -> None:
        self.comparison.add(self.unit, self.path + path, what, why)


Descend = Callable[[Comparison, Unit, SchemaView, SchemaView, tuple[str, Certainty]], None]
"""How a place inside a pair is compared."""


def descend(
    pair: Pair, views: tuple[SchemaView, SchemaView], path: str, rule: Atom, into: Descend
) -> None:
    """Compare a place inside; `rule` is what the reader's side says of it, as an atom of the whole."""
    old, new = views
    known = pair.known
    if old.reference and new.reference:  # what differs behind them is reported there
        if not pair.comparison.is_same(old, new):
            pair.is_explained = True
    # The place can be worse than the whole, which may forbid the lost values elsewhere.
    elif known is Certainty.OPEN:
        answer = (
            pair.narrowed([rule])
            if pair.comparison.direction is Direction.REQUEST
            else pair.widened([rule])
        )
        known = Certainty.LOCAL if answer is Missing.NONE else known
        pair.is_explained = pair.is_explained or known is Certainty.OPEN
    into(pair.comparison, pair.unit, old, new, (pair.path + path, known))
