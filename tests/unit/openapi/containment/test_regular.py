import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.openapi.containment.terms import Terms, TooLarge, Unsupported, term_of
from harness.openapi.patterns import matches

PATTERNS = (
    "",
    "a",
    "^a",
    "b$",
    "^a|b$",
    "^(a|b)*c$",
    "^[^a]{2,3}$",
    "(ab)+",
    "^a?b",
    "^(?=.*b)a",
    "^(?!.*bb).*$",
    "a.b",
    r"^\d+\w\s?$",
    "^$",
    "(^a|c)b",
    r"^\p{L}+$",
    r"\u{61}",
)


def only_in(one: str, other: str) -> str | None:
    terms = Terms()
    term = terms.both((term_of(terms, one), terms.negated(term_of(terms, other))))
    return next(terms.words(term, most_states=1000), None)


@given(st.sampled_from(PATTERNS), st.text("abc1 ", max_size=6))
def test_term_holds_the_texts_that_its_pattern_matches(pattern: str, text: str) -> None:
    terms = Terms()
    term = term_of(terms, pattern)
    for character in text:
        term = terms.after(term, ord(character))

    assert term.is_nullable == matches(pattern, text)


@given(st.sampled_from(PATTERNS), st.sampled_from(PATTERNS), st.text("abc1 ", max_size=6))
def test_pattern_without_a_text_of_its_own_is_within_the_other(
    one: str, other: str, text: str
) -> None:
    found = only_in(one, other)

    if found is None:
        assert not matches(one, text) or matches(other, text)
    else:
        assert matches(one, found)
        assert not matches(other, found)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param("^[a-z]{1,5}$", "^[a-z]{1,10}$", None, id="counted"),
        pytest.param("^[a-z]{1,10}$", "^[a-z]{1,5}$", "aaaaaa", id="longer"),
        pytest.param(r"^\d{4}-\d{2}-\d{2}$", "^[0-9-]{10}$", None, id="date"),
        pytest.param("^(a|b)*$", "^(a*b*)*$", None, id="stars"),
        pytest.param("a", "^a", "0a", id="anchor"),
    ],
)
def test_shortest_text_that_only_one_pattern_matches_is_found(
    one: str, other: str, expected: str | None
) -> None:
    assert only_in(one, other) == expected


@pytest.mark.parametrize("pattern", [r"(a)\1", r"\ba", "(?<=a)b", "(a?^b)", "(^a)*", "a++", "(a+"])
def test_what_no_term_says_is_refused(pattern: str) -> None:
    with pytest.raises(Unsupported):
        term_of(Terms(), pattern)


def test_search_that_is_too_large_is_given_up() -> None:
    terms = Terms()

    with pytest.raises(TooLarge):
        next(terms.words(term_of(terms, "^(a|b){50}$"), most_states=20))
