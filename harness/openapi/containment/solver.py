"""Find a value that keeps some schemas and breaks others, or prove that there is none.

A schema allows nothing that another refuses if no value keeps the one and breaks the other
(compare L. Attouche et al., Witness Generation for JSON Schema, VLDB 2022).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from harness.jsonvalue import Json
from harness.openapi.containment.arrays import ArraySearch
from harness.openapi.containment.atoms import Atom, Enum, Hidden, Kind, Node, Required, Types
from harness.openapi.containment.evaluate import Evaluation
from harness.openapi.containment.facts import (
    Answer,
    Choice,
    Facts,
    Found,
    Literal,
    Missing,
    kinds_of,
)
from harness.openapi.containment.graph import Declarations, Graph
from harness.openapi.containment.objects import ObjectSearch
from harness.openapi.containment.scalars import Texts, find_number

# In steps, each the look at one set of facts: processor time would differ from run to run.
MAX_STEPS = 3_000
"""How long one search may take."""
MAX_SPENT = 60_000
"""How long all searches together may take before each is cut short."""
# What each search still gets once all are to be cut short.
FEW_STEPS = 200
MAX_DEPTH = 40

Goal = frozenset[Literal]


class _TooLong(Exception):
    """A search that has used up its steps."""


@dataclass(slots=True)
class Solver:
    """Answers questions about the nodes of one graph, and keeps the answers."""

    graph: Graph
    declarations: Declarations = field(init=False)
    texts: Texts = field(default_factory=Texts)
    trusts_references: bool = False
    """Whether references of one place are taken to mean the same, so that only what is around them counts."""
    spent: int = 0
    """Steps of all searches so far."""
    _answers: dict[Goal, Answer] = field(default_factory=dict)
    _open: dict[Goal, bool] = field(default_factory=dict)
    """Goals under way, and whether another has relied on there being no value for them."""
    _trail: list[Goal] = field(default_factory=list)
    """Goals without a value, as long as those under way have none."""
    _steps: int = 0

    def __post_init__(self) -> None:
        self.declarations = Declarations(self.graph)

    def find(self, *, kept: Iterable[Node | Atom], broken: Iterable[Node | Atom]) -> Answer:
        """Return a value that keeps all of the first and breaks all of the second."""
        goal = frozenset([*((True, each) for each in kept), *((False, each) for each in broken)])
        # Beginning near the limit leaves only the few steps.
        self._steps = 0 if self.spent < MAX_SPENT else MAX_STEPS - FEW_STEPS
        begun = self._steps
        try:
            found = self.solve(goal)
        # An answer of `none` may rest on goals that were still open, so all of those are dropped.
        except (_TooLong, RecursionError):
            self._forget(0)
            self._open.clear()
            return Missing.UNDECIDED
        finally:
            self.spent += self._steps - begun
        self._trail.clear()
        # What reasoning has found is checked by evaluation: an error in it must not accuse an API.
        if not isinstance(found, Found) or not found.is_certain:
            return found
        return found if self._confirms(goal, found.value) else Missing.UNDECIDED

    def solve(self, goal: Goal) -> Answer:
        """Answer a goal that may be part of another, which is then under way."""
        known = self._answers.get(goal)
        if known is not None:
            return known
        # Whoever relies on this has an answer that holds only if the open goal has none either.
        if goal in self._open:  # a smallest value never contains one that answers the same goal
            self._open[goal] = True
            return Missing.NONE
        if len(self._open) > MAX_DEPTH:
            return Missing.UNDECIDED
        self._open[goal] = False
        mark = len(self._trail)
        answer = self._answered(goal)
        was_relied_on = self._open.pop(goal)
        # Kept on the trail: a goal above that has a value after all takes back what relied on it.
        if answer is Missing.NONE:
            self._trail.append(goal)
        elif was_relied_on:
            self._forget(mark)
        if answer is not Missing.UNDECIDED:
            self._answers[goal] = answer
        return answer

    def _forget(self, mark: int) -> None:
        for goal in self._trail[mark:]:
            self._answers.pop(goal, None)
        del self._trail[mark:]

    def _confirms(self, goal: Goal, value: Json) -> bool:
        return all(self._is_true(literal, value) for literal in goal)

    def _is_true(self, literal: Literal, value: Json) -> bool:
        is_kept, thing = literal
        evaluation = Evaluation(self.graph, is_writer=is_kept)
        if isinstance(thing, Node):
            return evaluation.holds(thing, value) is is_kept
        return evaluation.keeps(thing, value) is is_kept

    def _answered(self, goal: Goal) -> Answer:
        facts = Facts(self.graph, trusts_references=self.trusts_references)
        # In a fixed order, or runs would find different examples.
        if not facts.add(sorted(goal, key=_weight)):
            return Missing.NONE
        return self._decided(goal, facts, self._unknown_names(goal))

    def _unknown_names(self, goal: Goal) -> frozenset[str]:
        """Return names that only the reader speaks of: no schema of the writer describes them.

        Where the writer's schema means a map of any members, he may send every name.
        """
        sides: dict[bool, list[Node]] = {True: [], False: []}
        for is_kept, thing in goal:
            node = thing if isinstance(thing, Node) else self.graph.conjunction((thing,))
            sides[is_kept].append(node)
        known = [self.declarations.of(node) for node in sides[True]]
        if any(declared.is_map for declared in known) or not any(
            declared.names for declared in known
        ):
            return frozenset()
        read = {name for node in sides[False] for name in self.declarations.of(node).names}
        return frozenset(read.difference(*(declared.names for declared in known)))

    def _decided(self, goal: Goal, facts: Facts, unknown: frozenset[str]) -> Answer:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise _TooLong
        # Listed values are few, so each is simply tried.
        listed = [atom for atom in facts.kept if isinstance(atom, Enum)]
        if listed:
            return self._listed(goal, facts, listed)
        choice = self._open_choice(facts)
        if choice is None:
            return self._of_some_kind(facts, unknown)
        # With several choices, alternatives that fail by themselves go first: they would multiply.
        if len(facts.choices) > 1 and not self._each_choice_is_open(goal, facts, unknown):
            return Missing.NONE
        return self._chosen(goal, facts, choice, unknown)

    def _listed(self, goal: Goal, facts: Facts, listed: list[Enum]) -> Answer:
        # Against all facts, for choices have added to what the goal itself says.
        for value in listed[0].values:
            if self._confirms(goal, value) and all(
                self._is_true(literal, value) for literal in facts.seen
            ):
                return Found(value)
        return Missing.NONE if facts.is_exact else Missing.UNDECIDED

    @staticmethod
    def _open_choice(facts: Facts) -> Choice | None:
        """Return the smallest choice, alternatives that can no longer be true left out."""
        kept = []
        # A choice that is met already, by any of its alternatives, is no choice any more.
        for choice in facts.choices:
            if any(all(literal in facts.seen for literal in item) for item in choice):
                continue
            kept.append(tuple(item for item in choice if not _is_refuted(item, facts)))
        facts.choices = kept
        # The smallest first: it may leave only one way, from which more follows.
        return min(kept, key=len, default=None)

    def _each_choice_is_open(self, goal: Goal, facts: Facts, unknown: frozenset[str]) -> bool:
        """Drop alternatives that cannot even be true alone; return whether each choice has one left.

        This keeps a choice among many from multiplying with others.
        """
        remaining = []
        for choice in facts.choices:
            # Alone with what is settled, without the other choices.
            alone = facts.copy()
            alone.choices = []
            kept = []
            for item in choice:
                trial = alone.copy()
                possible = trial.add(item)
                if possible and self._decided(goal, trial, unknown) is not Missing.NONE:
                    kept.append(item)
            if not kept:
                return False
            remaining.append(tuple(kept))
        facts.choices = remaining
        return True

    def _chosen(self, goal: Goal, facts: Facts, choice: Choice, unknown: frozenset[str]) -> Answer:
        choice = min(facts.choices, key=len) if facts.choices else choice
        is_sure = True
        rest = list(facts.choices)
        if choice in rest:
            rest.remove(choice)
        # Depth first: each choice is gone from the copy, so the recursion ends.
        for item in choice:
            trial = facts.copy()
            trial.choices = list(rest)
            if not trial.add(item):
                continue
            answer = self._decided(goal, trial, unknown)
            if isinstance(answer, Found):
                return answer
            is_sure = is_sure and answer is Missing.NONE
        return Missing.NONE if is_sure else Missing.UNDECIDED

    def _of_some_kind(self, facts: Facts, unknown: frozenset[str]) -> Answer:
        is_sure = facts.is_exact
        # A value is of one kind, and no rule for another kind can refuse it.
        for kind in Kind:
            if kind not in facts.kinds:
                continue
            kept = [atom for atom in facts.kept if kind in kinds_of(atom)]
            answer = self._of_kind(kind, kept, list(facts.broken), unknown)
            if isinstance(answer, Found):
                return answer
            is_sure = is_sure and answer is Missing.NONE
        return Missing.NONE if is_sure else Missing.UNDECIDED

    def _of_kind(
        self, kind: Kind, kept: list[Atom], broken: list[Atom], unknown: frozenset[str]
    ) -> Answer:
        match kind:
            case Kind.NULL | Kind.BOOLEAN:
                return self._literal(kind, broken)
            case Kind.INTEGER | Kind.FRACTION:
                return find_number(kept, broken, is_whole=kind is Kind.INTEGER)
            case Kind.STRING:
                return self.texts.find(kept, broken)
            case Kind.ARRAY:
                return ArraySearch(self.graph, self.solve, kept, broken).answer()
            case Kind.OBJECT:
                hidden = {atom.name for atom in kept if isinstance(atom, Hidden)}
                return ObjectSearch(self.graph, self.solve, kept, broken).answer(unknown | hidden)

    def _literal(self, kind: Kind, broken: list[Atom]) -> Answer:
        values: tuple[Json, ...] = (None,) if kind is Kind.NULL else (True, False)
        # As a reader, who ignores what is hidden; neither null nor a boolean has members.
        evaluation = Evaluation(self.graph, is_writer=False)
        for value in values:
            if not any(evaluation.keeps(atom, value) for atom in broken):
                return Found(value)
        return Missing.NONE


def _is_refuted(literals: Iterable[Literal], facts: Facts) -> bool:
    for is_kept, thing in literals:
        # The opposite is settled, or no kind is left that could make it true.
        if facts.contradicts((is_kept, thing)):
            return True
        if isinstance(thing, Types):
            left = thing.kinds if is_kept else frozenset(Kind) - thing.kinds
            if not left & facts.kinds:
                return True
        elif not is_kept and not isinstance(thing, Node) and not kinds_of(thing) & facts.kinds:
            return True
    return False


def _weight(literal: Literal) -> tuple[bool, int, str]:
    """Order literals alike in every run: sets of them have no order of their own."""
    is_kept, thing = literal
    number = thing.number if isinstance(thing, Node) else -1
    return is_kept, number, "" if isinstance(thing, Node | Required) else type(thing).__name__
