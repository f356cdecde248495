import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.openapi.ecma import parse
from harness.openapi.ecma_match import search
from harness.openapi.patterns import PatternError, matches, pattern_fault


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        pytest.param(r"^\d{10}$", "1234567893", True, id="digits"),
        pytest.param(r"^\d{10}$", "1234567893\n", False, id="trailing-newline"),
        pytest.param(r"^\d{10}$", "١٢٣٤٥٦٧٨٩٣", False, id="arabic-digits"),
        pytest.param(r"^\d{10}$", "\N{FULLWIDTH DIGIT ONE}" * 10, False, id="full-width-digits"),
        pytest.param(r"^\w+$", "é", False, id="word"),
        pytest.param("b", "abc", True, id="not-anchored"),
        pytest.param(r"^[$]\$$", "$$", True, id="dollar-as-a-character"),
        pytest.param(r"^(?<year>\d{4})$", "2026", True, id="named-group"),
        pytest.param(r"(?<!a)b", "ab", False, id="lookbehind"),
        pytest.param(r"^[^\]]$", "]", False, id="bracket-in-class"),
        pytest.param(r"^\p{L}+$", "José", True, id="letters"),
        pytest.param(r"^\p{L}+$", "Jos3", False, id="letters-and-a-digit"),
        pytest.param(r"^[\p{Lu}\d]+$", "É1", True, id="property-in-a-class"),
        pytest.param(r"^\P{L}$", "1", True, id="not-a-letter"),
        pytest.param(r"^\p{Script=Greek}+$", "αβγ", True, id="script"),
        pytest.param(r"^\p{scx=Grek}+$", "abc", False, id="other-script"),
        pytest.param(r"^\p{General_Category=Decimal_Number}$", "٣", True, id="category"),
        pytest.param(r"^\p{White_Space}$", "\u00a0", True, id="binary-property"),
        pytest.param(r"^\p{Emoji_Presentation}$", "😀", True, id="emoji"),
        pytest.param(r"^\u{1F600}$", "😀", True, id="code-point"),
        pytest.param(r"^\ud83d\ude00$", "😀", True, id="surrogates"),
        pytest.param("^.$", "😀", True, id="one-character"),
        pytest.param(r"^(?<y>\d+)-\k<y>$", "12-12", True, id="named-reference"),
        pytest.param(r"^(?<y>\d+)-\k<y>$", "12-13", False, id="named-reference-missed"),
        pytest.param(r"^(?:(a)|b)\1$", "b", True, id="reference-to-nothing-is-empty"),
        pytest.param(r"^\2(a)(b)$", "ab", True, id="reference-ahead-is-empty"),
        pytest.param(r"(?<=a+)b", "aab", True, id="look-behind-of-any-length"),
        pytest.param(r"(?<=^a+)b", "caab", False, id="look-behind-from-the-start"),
        pytest.param(r"(?<!x\s*)y", "x  y", False, id="negative-look-behind"),
        pytest.param(r"(?<=(\d+)(\d+))$", "1053", True, id="look-behind-with-groups"),
        pytest.param(r"(?<=\1(a))b", "aab", True, id="look-behind-reads-backwards"),
        pytest.param(r"^(?<=a+)b$", "b", False, id="look-behind-at-the-start"),
        pytest.param(r"^\s$", "\ufeff", True, id="byte-order-mark-is-space"),
        pytest.param(r"^\s$", "\x1c", False, id="separator-is-no-space"),
        pytest.param("^.$", "\u2028", False, id="line-separator-is-no-dot"),
        pytest.param("^[^]$", "\n", True, id="any-character"),
        pytest.param("[]", "a", False, id="no-character"),
        pytest.param(r"^\cA[\b]$", "\x01\x08", True, id="control-characters"),
        pytest.param(r"\bfoo\b", "a foo b", True, id="word-edge"),
        pytest.param(r"\Boo", "foo", True, id="within-a-word"),
        pytest.param(r"^[\w-]+\_{$", "a-b_{", True, id="escapes-of-annex-b"),
        pytest.param(r"^(?:a{2}){1,2}?$", "aaaa", True, id="lazy"),
    ],
)
def test_pattern_means_what_ecma_262_says(pattern: str, text: str, expected: bool) -> None:
    assert matches(pattern, text) is expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        pytest.param("^a+$", "", id="good"),
        pytest.param(
            "(a",
            "cannot be compiled: a group without its end at position 2",
            id="open-group",
        ),
        pytest.param(
            "[z-a]", "cannot be compiled: a range out of order at position 4", id="bad-range"
        ),
        pytest.param(
            "a{99999999999999}",
            "cannot be compiled: a count that is too large at position 1",
            id="huge-count",
        ),
        pytest.param("^(a+)+$", "can take exponential time", id="exponential"),
        pytest.param("(?<=(a+)+)b", "can take exponential time", id="exponential-look-behind"),
    ],
)
def test_unusable_pattern_says_why(pattern: str, expected: str) -> None:
    assert pattern_fault(pattern) == expected


@given(st.text(alphabet=st.characters(categories=["Nd", "Zl", "Cc"]), max_size=12))
def test_ten_digits_are_ten_ascii_digits(text: str) -> None:
    expected = len(text) == 10 and all(each in "0123456789" for each in text)

    assert matches(r"^\d{10}$", text) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param("a++", id="possessive-plus"),
        pytest.param("a*+", id="possessive-star"),
        pytest.param("a?+", id="possessive-question"),
        pytest.param("a{1,2}+", id="possessive-count"),
        pytest.param("(?>a)", id="atomic"),
        pytest.param(r"\Aa\Z", id="anchors-of-others"),
        pytest.param("(?i)a", id="flag"),
        pytest.param("(?P<n>a)", id="group-of-python"),
        pytest.param("(?#comment)", id="comment"),
        pytest.param(r"\p{Greek}", id="script-without-its-word"),
        pytest.param(r"\pL", id="property-without-braces"),
        pytest.param(r"\k<x>", id="reference-to-no-name"),
        pytest.param(r"(a)\2", id="reference-to-no-group"),
        pytest.param(r"\u{110000}", id="beyond-unicode"),
        pytest.param(r"\x4", id="half-an-escape"),
        pytest.param(r"\h", id="unknown-escape"),
        pytest.param("[[:alpha:]]+[", id="open-class"),
        pytest.param("*a", id="nothing-to-repeat"),
        pytest.param("(?<=a)*", id="look-behind-repeated"),
        pytest.param("(?<a>x)(?<a>y)", id="name-twice"),
        pytest.param("a)", id="unmatched"),
        pytest.param("(" * 100 + ")" * 100, id="deep"),
    ],
)
def test_what_ecma_262_does_not_know_is_no_pattern(pattern: str) -> None:
    assert pattern_fault(pattern).startswith("cannot be compiled: ")


def test_a_search_without_end_is_given_up() -> None:
    with pytest.raises(PatternError, match="too many steps"):
        matches("(?<=b(?:a?){30})c", "a" * 40 + "c")


PATTERNS = st.recursive(
    st.sampled_from(["a", "b", ".", r"\d", "[ab]", "[^a]", r"\w", r"\b", "^", "$"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"(?:{pair[0]}|{pair[1]})"),
        inner.map(lambda each: f"(?:{each})*"),
        inner.map(lambda each: f"({each})?"),
        inner.map(lambda each: f"(?={each})"),
        inner.map(lambda each: f"(?:{each}){{1,2}}"),
    ),
    max_leaves=6,
)


@given(PATTERNS, st.text("ab1\n", max_size=6))
def test_both_engines_agree(pattern: str, text: str) -> None:
    assert search(parse(pattern), text) is matches(pattern, text)
