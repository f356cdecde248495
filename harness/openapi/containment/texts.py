"""Find a text that has some patterns, lengths and formats and lacks others."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

from harness.openapi.containment.answers import Answer, Found, Missing
from harness.openapi.containment.atoms import Atom, Enum, Format, Pattern, Size
from harness.openapi.containment.evaluate import keeps_text
from harness.openapi.containment.formats import implies, is_of_format, refused_samples, samples
from harness.openapi.containment.regular import Unsupported, term_of
from harness.openapi.containment.terms import LAST, Term, Terms, TooLarge

_MOST_STATES = 3000
_MOST_WORDS = 30


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
        if any(implies(one, other) for one in wanted for other in unwanted):
            return Missing.NONE
        easy = self._first(_easy(low), wanted, unwanted)
        if easy is not None and easy.is_certain:
            return easy
        term = self._term()
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
            unsure = unsure or Found(word, is_certain=False)
        return unsure

    def _fits(self, word: str) -> bool:
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
