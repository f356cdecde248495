"""Find a number or a text that keeps some promises and breaks others."""

import math
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice

from harness.openapi.containment.atoms import (
    Atom,
    Enum,
    Format,
    Least,
    Most,
    Multiple,
    Pattern,
    Size,
    exact,
)
from harness.openapi.containment.evaluate import keeps_text
from harness.openapi.containment.facts import Answer, Found, Missing
from harness.openapi.containment.formats import implies, is_of_format, refused_samples, samples
from harness.openapi.containment.terms import LAST, Term, Terms, TooLarge, Unsupported, term_of

# Candidates that are tried before a search gives up.
_TRIES = 400
# Parts of an interval, simple fractions first, so that examples are short.
_SHARES = tuple(Fraction(n, d) for d in (2, 10, 3, 7, 100, 1000, 11) for n in range(1, min(d, 9)))


# States of the automaton and words that one search may look at.
_MOST_STATES = 3000
_MOST_WORDS = 30


@dataclass(frozen=True, slots=True)
class _Interval:
    low: Fraction | None
    is_low_open: bool
    high: Fraction | None
    is_high_open: bool

    def holds(self, value: Fraction) -> bool:
        above = self.low is None or value > self.low or (value == self.low and not self.is_low_open)
        below = (
            self.high is None or value < self.high or (value == self.high and not self.is_high_open)
        )
        return above and below


def find_number(kept: Iterable[Atom], broken: Iterable[Atom], *, is_whole: bool) -> Answer:
    """Return a number that keeps some atoms and breaks others; whole or not, as asked."""
    kept, broken = list(kept), list(broken)
    interval = _interval(kept, broken)
    excluded = [atom for atom in broken if isinstance(atom, Enum)]
    steps = [atom.of for atom in kept if isinstance(atom, Multiple)]
    refused = [atom.of for atom in broken if isinstance(atom, Multiple)]
    # Whole numbers are multiples of one.
    step = _common([*steps, *([Fraction(1)] if is_whole else [])])
    # A fraction is what is no multiple of one.
    if is_whole is False:
        refused.append(Fraction(1))
    # Every multiple of the step is then one of what is refused.
    if step is not None and any(step % each == 0 for each in refused):
        return Missing.NONE
    tried = 0
    for value in _candidates(interval, step):
        tried += 1
        if tried > _TRIES:
            return Missing.UNDECIDED
        if any(value % each == 0 for each in refused) or not interval.holds(value):
            continue
        shown = _shown(value)
        # A number has to survive being written as a float; an unreadable one proves nothing.
        if exact(shown) == value and not any(("number", value) in enum.keys for enum in excluded):
            return Found(shown)
    # With a step, or at a single point, all that could be tried has been.
    return Missing.NONE if step is not None or _is_point(interval) else Missing.UNDECIDED


def _is_point(interval: _Interval) -> bool:
    low, high = interval.low, interval.high
    return low is not None and high is not None and low >= high


def _shown(value: Fraction) -> float:
    return int(value) if value.denominator == 1 else float(value)


def _interval(kept: Iterable[Atom], broken: Iterable[Atom]) -> _Interval:
    lows: list[tuple[Fraction, bool]] = []
    highs: list[tuple[Fraction, bool]] = []
    for atoms, is_broken in ((kept, False), (broken, True)):
        for atom in atoms:
            if not isinstance(atom, Least | Most):
                continue
            # Breaking `>= 5` is `< 5`: the other side, and open where it was closed.
            is_low = isinstance(atom, Least) is not is_broken
            side = lows if is_low else highs
            side.append((atom.bound, atom.is_exclusive is not is_broken))
    # Of equal bounds the open one is the tighter.
    low = max(lows, default=None)
    high = min(highs, key=lambda each: (each[0], not each[1]), default=None)
    return _Interval(
        low[0] if low else None,
        low[1] if low else False,
        high[0] if high else None,
        high[1] if high else False,
    )


def _common(steps: list[Fraction]) -> Fraction | None:
    """Return the least common multiple."""
    if not steps:
        return None
    found = steps[0]
    for step in steps[1:]:
        # Over a common denominator, the multiple of two fractions is that of their numerators.
        top = math.lcm(found.numerator * step.denominator, step.numerator * found.denominator)
        found = Fraction(top, found.denominator * step.denominator)
    return found


def _candidates(interval: _Interval, step: Fraction | None) -> Iterator[Fraction]:
    if step is not None:
        yield from _multiples(interval, step)
        return
    if interval.low is None and interval.high is None:
        low, high = Fraction(0), Fraction(1)
    elif interval.low is None:
        high = interval.high or Fraction(0)
        low = high - 1
    else:
        low = interval.low
        high = interval.high if interval.high is not None else low + 1
    # The ends first: they are the numbers that the document names.
    yield from (low, high)
    if low < high:
        yield from (low + (high - low) * share for share in _SHARES)


def _multiples(interval: _Interval, step: Fraction) -> Iterator[Fraction]:
    """Yield multiples inside the interval, those near zero or near its edge first."""
    first = -math.inf if interval.low is None else math.ceil(interval.low / step)
    last = math.inf if interval.high is None else math.floor(interval.high / step)
    if first > last:
        return
    # From the number nearest to zero outwards.
    start = int(min(max(first, 0), last)) if first != -math.inf or last != math.inf else 0
    for away in range(_TRIES + 2):
        inside = [n for n in dict.fromkeys((start + away, start - away)) if first <= n <= last]
        if not inside:
            return
        yield from (n * step for n in inside)


@dataclass(slots=True)
class Texts:
    """Finds texts; what was made of a pattern is kept."""

    terms: Terms = field(default_factory=Terms)
    _patterns: dict[str, Term | None] = field(default_factory=dict)

    def find(self, kept: Iterable[Atom], broken: Iterable[Atom]) -> Answer:
        """Return a text that keeps some atoms and breaks others."""
        search = _Search(self, list(kept), list(broken))
        return search.answer()

    def pattern(self, text: str) -> Term | None:
        """Return the term of a pattern, None where it is beyond terms."""
        if text not in self._patterns:
            try:
                self._patterns[text] = term_of(self.terms, text)
            except Unsupported:
                self._patterns[text] = None
        return self._patterns[text]


@dataclass(slots=True)
class _Search:
    texts: Texts
    kept: list[Atom]
    broken: list[Atom]

    def answer(self) -> Answer:
        low, high = self._lengths()
        if high is not None and low > high:
            return Missing.NONE
        wanted = [atom for atom in self.kept if isinstance(atom, Format)]
        unwanted = [atom for atom in self.broken if isinstance(atom, Format)]
        # A text of the wanted format is always one of the unwanted.
        if any(implies(one, other) for one in wanted for other in unwanted):
            return Missing.NONE
        # Most goals allow a plain text, for which no automaton is needed.
        easy = self._first(_easy(low), wanted, unwanted)
        if easy is not None and easy.is_certain:
            return easy
        term = self._term()
        # What is too large to prove empty may still have a text among the candidates.
        with suppress(TooLarge):
            if self._is_empty(term, low, high):
                return Missing.NONE
        candidates = self._candidates(wanted, unwanted, term, (low, high))
        return self._first(candidates, wanted, unwanted) or Missing.UNDECIDED

    def _lengths(self) -> tuple[int, int | None]:
        low, high = 0, None
        for atoms, is_broken in ((self.kept, False), (self.broken, True)):
            for atom in atoms:
                if not isinstance(atom, Size):
                    continue
                if atom.is_upper is not is_broken:
                    limit = atom.limit - is_broken
                    high = limit if high is None else min(high, limit)
                else:
                    low = max(low, atom.limit + is_broken)
        return low, high

    def _term(self) -> Term:
        """Return what patterns and excluded words leave; a pattern that is no term leaves everything."""
        terms, parts = self.texts.terms, []
        for atoms, is_broken in ((self.kept, False), (self.broken, True)):
            for atom in atoms:
                if isinstance(atom, Pattern):
                    term = self.texts.pattern(atom.text)
                    # Leaving out what is no term only widens the set, so an empty one stays proof.
                    if term is not None:
                        parts.append(terms.negated(term) if is_broken else term)
                elif isinstance(atom, Enum) and is_broken:
                    words = [value for value in atom.values if isinstance(value, str)]
                    parts.append(terms.negated(terms.either(terms.word(word) for word in words)))
        return terms.both(parts)

    def _sized(self, term: Term, low: int, high: int | None) -> Term:
        terms = self.texts.terms
        return terms.both((term, terms.loop(terms.character(((0, LAST),)), low, high)))

    def _is_empty(self, term: Term, low: int, high: int | None) -> bool:
        """Try without lengths first: with them there are as many states as characters."""
        words = self.texts.terms.words
        if next(words(term, most_states=_MOST_STATES), None) is None:
            return True
        sized = self._sized(term, low, high)
        return next(words(sized, most_states=_MOST_STATES), None) is None

    def _candidates(
        self,
        wanted: list[Format],
        unwanted: list[Format],
        term: Term,
        lengths: tuple[int, int | None],
    ) -> Iterator[str]:
        for each in wanted:
            yield from samples(each)
        for each in unwanted:
            yield from refused_samples(each)
        # Samples of a format come first: a random word is seldom of one.
        if not wanted or not all(samples(other) for other in wanted):
            sized = self._sized(term, *lengths)
            words = self.texts.terms.words(sized, most_states=_MOST_STATES)
            with suppress(TooLarge):
                yield from islice(words, _MOST_WORDS)
        yield from ("abc-123", "a b", "A1b2C3d4!")

    def _first(
        self, candidates: Iterable[str], wanted: list[Format], unwanted: list[Format]
    ) -> Found | None:
        unsure: Found | None = None
        for word in candidates:
            if not self._fits(word):
                continue
            has = [is_of_format(other, word) for other in wanted]
            lacks = [is_of_format(other, word) for other in unwanted]
            if False in has or True in lacks:
                continue
            if None not in has and None not in lacks:
                return Found(word)
            # Kept for the end: nobody here can check its format.
            unsure = unsure or Found(word, is_certain=False)
        return unsure

    def _fits(self, word: str) -> bool:
        # Broken formats are asked about by the caller, who has to know if that is certain.
        return all(_keeps(atom, word) for atom in self.kept) and not any(
            _keeps(atom, word) for atom in self.broken if not isinstance(atom, Format)
        )


def _easy(length: int) -> Iterator[str]:
    """Yield texts to try before anything is proved."""
    for letter in ("a", "0", "b", "A"):
        yield letter * max(length, 1)
    yield ""


def _keeps(atom: Atom, word: str) -> bool:
    return word in atom.keys if isinstance(atom, Enum) else keeps_text(atom, word)
